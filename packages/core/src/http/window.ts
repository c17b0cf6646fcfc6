/** How many requests one host gets at once. */
export interface ConcurrencyLimits {
  readonly start: number;
  readonly max: number;
}

/** The default limits. */
export const CONCURRENCY_LIMITS: ConcurrencyLimits = {
  // As many as crane sends to a registry at once, and it knows nothing of the registry either.
  start: 4,
  // 16 connections keep one Node thread busy over a fast line; 32 also fill a slow one. Beyond, servers throttle.
  max: 32,
};

/**
 * The window of requests that may be under way, as TCP keeps its own (AIMD, RFC 5681): doubling until the server
 * first complains, then adding one a round; halved by a complaint.
 */
export interface Window {
  /** May hold a fraction: a round's additions add up. */
  readonly size: number;
  /** From here on growth is slow. */
  readonly threshold: number;
  /** Counts the halvings. A complaint about a request of an earlier epoch says nothing new. */
  readonly epoch: number;
}

/** The window before anything is known of a host. */
export function openWindow(limits: ConcurrencyLimits): Window {
  return { size: Math.min(limits.start, limits.max), threshold: limits.max, epoch: 0 };
}

/** The window after an answer that was no complaint. */
export function widen(window: Window, limits: ConcurrencyLimits): Window {
  const step = window.size < window.threshold ? 1 : 1 / window.size;
  return { ...window, size: Math.min(window.size + step, limits.max) };
}

/** The window after a complaint about a request that was sent in `epoch`: half, once for all of that epoch. */
export function narrow(window: Window, epoch: number): Window {
  if (epoch !== window.epoch) return window;
  const size = Math.max(1, window.size / 2);
  return { size, threshold: size, epoch: window.epoch + 1 };
}
