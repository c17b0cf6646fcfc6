import { onAbort, throwIfCancelled } from '@artifact-lifecycle/core';

/**
 * Does work for each item, some at a time, in their order. The first failure cancels what is under way, and is thrown
 * when all of it has ended.
 *
 * @throws SuiteError `CANCELLED` where the signal aborts, and what the work throws
 */
export async function inParallel<Item>(
  items: readonly Item[],
  atATime: number,
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  throwIfCancelled(signal);
  const controller = new AbortController();
  const stopListening = onAbort(signal, () => controller.abort(signal?.reason));
  const left = items.values();
  let failure: { readonly error: unknown } | undefined;
  const workThrough = async (): Promise<void> => {
    for (const item of left) {
      if (failure !== undefined) return;
      try {
        await work(item, controller.signal);
      } catch (error) {
        failure ??= { error };
        controller.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atATime) }, workThrough));
  stopListening();
  if (failure !== undefined) throw failure.error;
}
