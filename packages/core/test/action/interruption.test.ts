import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { CLEANUP_MILLISECONDS, runInterruptibly } from '../../src/action/interruption.ts';
import { createManualClock } from './manual-clock.ts';

/** Work that ends only when it is told how. */
function startWork() {
  const host = new EventEmitter();
  const clock = createManualClock();
  let succeed: (value: string) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  let signal = new AbortController().signal;
  const ending = runInterruptibly<string>(
    (given) => {
      signal = given;
      return new Promise((resolve, reject) => {
        succeed = resolve;
        fail = reject;
      });
    },
    host,
    clock,
  );
  return { host, clock, ending, succeed, fail, signal };
}

/** Lets promises that are due run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('runInterruptibly', () => {
  it('gives what the work gives, and listens to nothing afterwards', async () => {
    const { host, ending, succeed } = startWork();
    expect(host.eventNames()).toHaveLength(4);
    succeed('done');
    await expect(ending).resolves.toEqual({ kind: 'done', value: 'done' });
    expect(host.eventNames()).toEqual([]);
  });

  it('gives the error of work that fails by itself', async () => {
    const { ending, fail } = startWork();
    const error = new Error('no');
    fail(error);
    await expect(ending).resolves.toEqual({ kind: 'failed', error });
  });

  it.each(['SIGINT', 'SIGTERM'])('tells the work to stop on %s and waits for its cleanup', async (name) => {
    const { host, clock, ending, fail, signal } = startWork();
    host.emit(name);
    expect(signal.reason).toMatchObject({ code: 'CANCELLED', message: `The run was cancelled by ${name}.` });
    clock.advance(CLEANUP_MILLISECONDS - 1);
    fail(new Error('an upload broke'));
    await expect(ending).resolves.toEqual({ kind: 'failed', error: signal.reason });
  });

  it('keeps the success of work that was done in spite of the signal', async () => {
    const { host, ending, succeed } = startWork();
    host.emit('SIGTERM');
    succeed('done');
    await expect(ending).resolves.toEqual({ kind: 'done', value: 'done' });
  });

  it('gives up waiting when the cleanup takes too long', async () => {
    const { host, clock, ending, signal } = startWork();
    host.emit('SIGTERM');
    clock.advance(CLEANUP_MILLISECONDS);
    await expect(ending).resolves.toEqual({ kind: 'failed', error: signal.reason });
  });

  it('gives up waiting at the second signal of one kind, not at one of another', async () => {
    const { host, ending, signal } = startWork();
    let over = false;
    const watched = ending.finally(() => {
      over = true;
    });
    host.emit('SIGINT');
    host.emit('SIGTERM');
    await settle();
    expect(over).toBe(false);
    host.emit('SIGINT');
    await expect(watched).resolves.toMatchObject({ error: signal.reason });
  });

  it.each(['unhandledRejection', 'uncaughtException'])(
    'stops the work at an %s and reports it',
    async (event) => {
      const { host, ending, succeed, signal } = startWork();
      const fault = new TypeError('nobody waits for me');
      host.emit(event, fault);
      expect(signal.aborted).toBe(true);
      succeed('done');
      await expect(ending).resolves.toEqual({ kind: 'failed', error: fault });
    },
  );

  it('leaves no timer behind', async () => {
    const { host, clock, ending, fail } = startWork();
    host.emit('SIGTERM');
    fail(new Error('stopped'));
    await ending;
    await settle();
    expect(() => clock.advance(CLEANUP_MILLISECONDS)).not.toThrow();
  });
});
