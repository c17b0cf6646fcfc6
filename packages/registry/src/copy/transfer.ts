import type { Clock } from '@artifact-lifecycle/core';
import type { Registry } from '../registry.ts';
import type { Limiter } from './limiter.ts';
import type { Tally } from './tally.ts';

/** What the steps of a copy to one destination share. */
export interface Transfer {
  readonly source: Registry;
  readonly destination: Registry;
  readonly limiter: Limiter;
  readonly tally: Tally;
  readonly clock: Clock;
  /** Ends this destination's work: when the whole is cancelled, or one of its steps has failed. */
  readonly signal: AbortSignal;
}

/**
 * Does something for each of many, as many at a time as the limiter lets; the first that fails ends the
 * others. Resolves or rejects only when nothing runs any more, so that no upload outlives its copy.
 *
 * @param work gets a signal that aborts when another one has failed.
 */
export async function forEach<T>(
  items: readonly T[],
  { limiter, signal }: Pick<Transfer, 'limiter' | 'signal'>,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  const either = AbortSignal.any([signal, stopping.signal]);
  let failure: { readonly error: unknown } | undefined;
  const runs = items.map(async (item) => {
    try {
      await limiter.run(() => work(item, either), either);
    } catch (error) {
      failure ??= { error };
      stopping.abort(error);
    }
  });
  await Promise.all(runs);
  if (failure !== undefined) throw failure.error;
}
