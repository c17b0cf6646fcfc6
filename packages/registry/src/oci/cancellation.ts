import { SuiteError } from '@artifact-lifecycle/core';
import { onAbort } from '@artifact-lifecycle/core/http';

/**
 * Stops here where a signal has aborted.
 *
 * @throws SuiteError `CANCELLED`
 */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancellation(signal);
}

/** The error for work that a signal stopped; the signal's own SuiteError, where it has one. */
export function cancellation(signal: AbortSignal): SuiteError {
  const reason: unknown = signal.reason;
  if (reason instanceof SuiteError) return reason;
  return new SuiteError('CANCELLED', 'The work was cancelled before it was done.', { cause: reason });
}

/**
 * Waits for work that others share and that a signal therefore does not stop: who is cancelled waits no longer.
 *
 * @throws SuiteError `CANCELLED`, and what the work throws
 */
export async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(cancellation(signal)));
    work.then(resolve, reject).finally(stop);
    if (signal.aborted) reject(cancellation(signal));
  });
}
