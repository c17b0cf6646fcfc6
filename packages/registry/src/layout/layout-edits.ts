import { resolve } from 'node:path';
import type { LayoutDirectory } from './layout-directory.ts';
import type { LayoutIndex } from './layout-index.ts';

/** A change to `index.json`. It must bear being made on a newer index than its caller last saw. */
export type LayoutEdit = (index: LayoutIndex) => LayoutIndex | Promise<LayoutIndex>;

interface PendingEdit {
  readonly edit: LayoutEdit;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Two objects for one directory share a queue: a lost update would lose a tag. */
const queues = new Map<string, PendingEdit[]>();

/**
 * Changes a layout's `index.json`, one writer of this process at a time. Changes that wait are made together
 * in one write, because a copy of many manifests asks for many.
 */
export function editLayout(directory: LayoutDirectory, edit: LayoutEdit): Promise<void> {
  const key = resolve(directory.path);
  return new Promise((done, failed) => {
    const pending = { edit, done, failed };
    const queue = queues.get(key);
    if (queue !== undefined) {
      queue.push(pending);
      return;
    }
    const started = [pending];
    queues.set(key, started);
    void drain(directory, started, () => queues.delete(key));
  });
}

async function drain(directory: LayoutDirectory, queue: PendingEdit[], close: () => void): Promise<void> {
  while (queue.length > 0) {
    const batch = queue.splice(0);
    try {
      await directory.create();
      const before = await directory.readIndex();
      let index = before;
      const made: PendingEdit[] = [];
      for (const pending of batch) {
        try {
          index = await pending.edit(index);
          made.push(pending);
        } catch (error) {
          pending.failed(error);
        }
      }
      if (index !== before) await directory.writeIndex(index);
      for (const { done } of made) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  // In the same turn in which the queue was seen empty, so that no edit is put into a queue nobody drains.
  close();
}
