import { onAbort, unlessCancelled } from '@artifact-lifecycle/core';

/** Does what has gathered under a key, all of it together. */
export type BatchWork<Item> = (items: readonly Item[], signal: AbortSignal) => Promise<void>;

/** What gathers until earlier work under the same key has ended. */
interface Batch<Item> {
  readonly items: Item[];
  readonly stopping: AbortController;
  readonly done: Promise<void>;
  /** Who still waits for it. */
  waiting: number;
}

/** Gathers work on one thing while earlier work on it is under way: then it is done together, once. */
export class Batches<Item> {
  readonly #open = new Map<string, Batch<Item>>();
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Adds an item to what is done next under a key, and ends with the work it was part of. The work of a batch is
   * stopped when everybody who waits for it has gone.
   */
  async run(key: string, item: Item, signal: AbortSignal | undefined, work: BatchWork<Item>): Promise<void> {
    const gathering = this.#open.get(key);
    // One that everybody has left does nothing any more for who comes now.
    const isAlive = gathering !== undefined && !gathering.stopping.signal.aborted;
    const batch = isAlive ? gathering : this.#begin(key, work);
    batch.items.push(item);
    batch.waiting += 1;
    const leave = (): void => {
      batch.waiting -= 1;
      if (batch.waiting === 0) batch.stopping.abort(signal?.reason);
    };
    const stop = onAbort(signal, leave);
    try {
      if (signal?.aborted === true) leave();
      await unlessCancelled(batch.done, signal);
    } finally {
      stop();
    }
  }

  #begin(key: string, work: BatchWork<Item>): Batch<Item> {
    const items: Item[] = [];
    const stopping = new AbortController();
    const before = this.#last.get(key) ?? Promise.resolve();
    const done = before.then(() => {
      // From here on others gather for the next.
      if (this.#open.get(key)?.items === items) this.#open.delete(key);
      return work(items, stopping.signal);
    });
    const ended = done
      .catch(() => {})
      .then(() => {
        if (this.#last.get(key) === ended) this.#last.delete(key);
      });
    this.#last.set(key, ended);
    const batch = { items, stopping, done, waiting: 0 };
    this.#open.set(key, batch);
    return batch;
  }
}
