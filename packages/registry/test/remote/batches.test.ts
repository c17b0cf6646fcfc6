import { makeLatch } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { Batches } from '../../src/remote/batches.ts';

describe('work on one thing', () => {
  it('gathers while earlier work is under way, and is done together after it', async () => {
    const batches = new Batches<string>();
    const latch = makeLatch();
    const done: string[] = [];
    const work = async (items: readonly string[]): Promise<void> => {
      if (done.length === 0) await latch.until;
      done.push(items.join('+'));
    };
    const first = batches.run('k', 'a', undefined, work);
    await Promise.resolve();
    await Promise.resolve();
    const others = ['b', 'c', 'd'].map((item) => batches.run('k', item, undefined, work));
    const elsewhere: string[] = [];
    await batches.run('other', 'x', undefined, async (items) => void elsewhere.push(...items));
    expect(elsewhere).toEqual(['x']);
    expect(done).toEqual([]);
    latch.release();
    await Promise.all([first, ...others]);
    expect(done).toEqual(['a', 'b+c+d']);
  });

  it('fails for all who were part of it, and for nobody after', async () => {
    const batches = new Batches<string>();
    const fails = async (): Promise<void> => {
      throw new Error('no');
    };
    const both = ['a', 'b'].map((item) => batches.run('k', item, undefined, fails));
    expect(await Promise.allSettled(both)).toEqual([
      { status: 'rejected', reason: new Error('no') },
      { status: 'rejected', reason: new Error('no') },
    ]);
    const done: string[] = [];
    await batches.run('k', 'c', undefined, async (items) => void done.push(...items));
    expect(done).toEqual(['c']);
  });

  it('goes on for others when one who waits is cancelled, and stops when all are', async () => {
    const batches = new Batches<string>();
    const [one, two] = [new AbortController(), new AbortController()];
    let stopped: AbortSignal | undefined;
    const work = (_items: readonly string[], signal: AbortSignal): Promise<void> => {
      stopped = signal;
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const first = batches.run('k', 'a', one.signal, work);
    const second = batches.run('k', 'b', two.signal, work);
    await Promise.resolve();
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stopped?.aborted).toBe(false);
    two.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(stopped?.aborted).toBe(true);
  });

  it('is stopped for who was cancelled before, and not for who comes after', async () => {
    const batches = new Batches<string>();
    const signals: boolean[] = [];
    const work = async (_items: readonly string[], signal: AbortSignal): Promise<void> => {
      signals.push(signal.aborted);
    };
    const cancelled = batches.run('k', 'a', AbortSignal.abort(), work);
    const next = batches.run('k', 'b', undefined, work);
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await next;
    expect(signals).toEqual([true, false]);
  });
});
