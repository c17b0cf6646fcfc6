import type { Clock } from '../clock.ts';
import { SuiteError } from '../errors.ts';

/**
 * How long main may clean up once it is told to stop. GitHub's runner sends SIGINT, SIGTERM 7.5 s later, and
 * kills 2.5 s after that (actions/runner, ProcessInvoker.cs): the rest of the ten seconds is for the report.
 */
export const CLEANUP_MILLISECONDS = 8000;

/** The part of Node's process that ends a run from outside. */
export interface ProcessHost {
  on(event: string, listener: (argument: unknown) => void): unknown;
  off(event: string, listener: (argument: unknown) => void): unknown;
}

/** Work that ended by itself, or was given up. */
export type Ending<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Runs work that can be told to stop: by SIGINT or SIGTERM, or because a promise nobody waits for was rejected.
 * It is then given some seconds to clean up; the same signal a second time ends the wait.
 *
 * Work that succeeds although it was cancelled has succeeded. Work that fails after a signal was `CANCELLED`.
 */
export async function runInterruptibly<T>(
  work: (signal: AbortSignal) => Promise<T>,
  host: ProcessHost,
  clock: Clock,
): Promise<Ending<T>> {
  const controller = new AbortController();
  const settled = new AbortController();
  const { signal } = controller;
  let fault: { readonly error: unknown } | undefined;
  let giveUp: () => void = () => undefined;
  const givenUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const stop = (reason: unknown): void => {
    if (signal.aborted) return;
    controller.abort(reason);
    clock.sleep(CLEANUP_MILLISECONDS, settled.signal).then(giveUp, () => undefined);
  };
  const seen = new Set<string>();
  const onSignal = (name: string) => (): void => {
    if (seen.has(name)) giveUp();
    seen.add(name);
    stop(
      new SuiteError('CANCELLED', `The run was cancelled by ${name}.`, {
        remedy: 'Run the job again to finish the work.',
      }),
    );
  };
  const onFault = (error: unknown): void => {
    fault ??= { error };
    stop(error);
  };
  const listeners: readonly (readonly [string, (argument: unknown) => void])[] = [
    ['SIGINT', onSignal('SIGINT')],
    ['SIGTERM', onSignal('SIGTERM')],
    ['unhandledRejection', onFault],
    ['uncaughtException', onFault],
  ];
  for (const [event, listener] of listeners) host.on(event, listener);
  try {
    const value = await Promise.race([
      work(signal).then((result) => ({ result })),
      givenUp.then(() => undefined),
    ]);
    if (fault !== undefined) return { kind: 'failed', error: fault.error };
    return value === undefined
      ? { kind: 'failed', error: signal.reason }
      : { kind: 'done', value: value.result };
  } catch (error) {
    if (fault !== undefined) return { kind: 'failed', error: fault.error };
    return { kind: 'failed', error: signal.aborted ? signal.reason : error };
  } finally {
    settled.abort();
    for (const [event, listener] of listeners) host.off(event, listener);
  }
}
