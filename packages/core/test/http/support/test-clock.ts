import type { Clock } from '../../../src/clock.ts';

/** A clock on which every sleep is over at once, and leaves the time it would have taken. */
export class TestClock implements Clock {
  readonly sleeps: number[] = [];
  #now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw signal.reason;
    this.sleeps.push(milliseconds);
    this.#now += milliseconds;
  }
}

/** A clock whose sleeps end only by their signal. */
export const stoppedClock: Clock = {
  now: () => 0,
  sleep: (_milliseconds, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    }),
};
