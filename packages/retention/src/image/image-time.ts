import type { StoredImage } from './stored-image.ts';

/**
 * When an image was pushed, for what counts its age. A service that does not know says 0; that must not make it
 * the oldest of all, so it counts as pushed now.
 */
export function pushTime(image: StoredImage, now: number): number {
  return Number.isFinite(image.pushedAt) && image.pushedAt > 0 ? image.pushedAt : now;
}

/** A span of time as people read it: `3 days`, `5 hours`. */
export function describeAge(milliseconds: number): string {
  const hours = Math.floor(Math.max(0, milliseconds) / 3_600_000);
  if (hours < 48) return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
  return `${Math.floor(hours / 24)} days`;
}
