import { isSuiteError, SuiteError } from './errors.ts';

/** The error an aborted signal stands for: its own reason where that is a SuiteError, else `CANCELLED`. */
export function cancellationOf(signal: AbortSignal): SuiteError {
  const reason: unknown = signal.reason;
  return isSuiteError(reason)
    ? reason
    : new SuiteError('CANCELLED', 'The work was cancelled before it was done.', { cause: reason });
}

/** @throws SuiteError {@link cancellationOf} the signal, if it has aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancellationOf(signal);
}

/** What waits on a signal, behind the one listener it has of ours. */
interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const waitingOn = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls back when the signal aborts, and returns how to stop that.
 *
 * A signal gets one listener of ours however many wait on it: an EventTarget searches all its listeners with each
 * that comes or goes (of 5,000 requests under one signal that was half the time), and Node 20 warns from the
 * eleventh on.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  const { callbacks, listener } = waitingOn.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    signal.removeEventListener('abort', listener);
    waitingOn.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  signal.addEventListener('abort', listener, { once: true });
  const waiting = { callbacks, listener };
  waitingOn.set(signal, waiting);
  return waiting;
}

/**
 * Waits for work that others share and that a signal therefore does not stop: who is cancelled waits no longer.
 *
 * @throws SuiteError {@link cancellationOf} the signal, and what the work throws.
 */
export async function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(cancellationOf(signal));
    const stop = onAbort(signal, cancel);
    work.then(resolve, reject).finally(stop);
    if (signal.aborted) cancel();
  });
}
