import { isSuiteError, SuiteError } from '../errors.ts';

/** The error an aborted signal stands for: its own reason where that is a SuiteError, else `CANCELLED`. */
export function cancellationOf(signal: AbortSignal): SuiteError {
  const reason: unknown = signal.reason;
  return isSuiteError(reason)
    ? reason
    : new SuiteError('CANCELLED', 'The request was cancelled.', { cause: reason });
}

/** @throws SuiteError {@link cancellationOf} the signal, if it has aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancellationOf(signal);
}
