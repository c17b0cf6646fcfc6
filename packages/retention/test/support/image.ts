import type { StoredImage } from '../../src/image/stored-image.ts';
import type { RetentionWorld } from '../../src/policy/retention-decision.ts';

export const NOW = Date.parse('2026-11-01T12:00:00Z');
export const DAY = 86_400_000;

/** An image that was pushed so many days ago. */
export function image(
  id: string,
  tags: readonly string[],
  daysAgo: number,
  more: Partial<StoredImage> = {},
): StoredImage {
  return { id, digest: undefined, tags, pushedAt: NOW - daysAgo * DAY, ...more };
}

/** A world in which nobody was asked about branches and pull requests. */
export function world(more: Partial<RetentionWorld> = {}): RetentionWorld {
  return { now: NOW, branches: undefined, openPullRequests: undefined, ...more };
}
