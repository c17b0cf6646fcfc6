import { SuiteError } from '@artifact-lifecycle/core';

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
