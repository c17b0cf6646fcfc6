import { throwIfCancelled } from '@artifact-lifecycle/core';

/** Lets so many pieces of work run at a time, in the order in which they came. */
export class Limiter {
  readonly #concurrency: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param concurrency at least 1; less counts as 1. */
  constructor(concurrency: number) {
    this.#concurrency = Math.max(1, Math.floor(concurrency));
  }

  /**
   * Runs a piece of work when it is its turn. It must not wait for other work of the same limiter.
   *
   * @throws SuiteError `CANCELLED` where the signal has aborted by then
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfCancelled(signal);
    if (this.#running >= this.#concurrency) {
      // The one who ends hands on its place, so that nobody slips in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      throwIfCancelled(signal);
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/**
 * Does the same with every item, so many at a time; results are in the items' order. The first failure ends the
 * others, by the signal that each is given.
 */
export async function mapInParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const limiter = new Limiter(concurrency);
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    return await Promise.all(items.map((item) => limiter.run(() => work(item, either), either)));
  } finally {
    stop.abort();
  }
}
