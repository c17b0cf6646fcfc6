import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Limiter } from '../../src/copy/limiter.ts';
import { forEach } from '../../src/copy/transfer.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new AbortController().signal;

describe('Limiter', () => {
  it('runs all work, in order, and never more than so much at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ turns: fc.nat(3), fails: fc.boolean() }), { maxLength: 20 }),
        async (concurrency, tasks) => {
          const limiter = new Limiter(concurrency);
          const started: number[] = [];
          let running = 0;
          let peak = 0;
          const runs = tasks.map(({ turns, fails }, at) =>
            limiter.run(async () => {
              started.push(at);
              running += 1;
              peak = Math.max(peak, running);
              for (let left = turns; left > 0; left--) await turn();
              running -= 1;
              if (fails) throw new Error('failed');
              return at;
            }),
          );
          const results = await Promise.allSettled(runs);
          expect(results.map(({ status }) => status === 'rejected')).toEqual(tasks.map(({ fails }) => fails));
          expect(started).toEqual(tasks.map((_task, at) => at));
          expect(peak).toBeLessThanOrEqual(concurrency);
          if (tasks.length >= concurrency && tasks.every(({ turns }) => turns > 0))
            expect(peak).toBe(concurrency);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('starts nothing any more when the signal has aborted', async () => {
    const limiter = new Limiter(1);
    const stopping = new AbortController();
    let started = 0;
    const runs = [1, 2, 3].map(() =>
      limiter.run(async () => {
        started += 1;
        stopping.abort();
      }, stopping.signal),
    );
    const results = await Promise.allSettled(runs);
    expect(started).toBe(1);
    expect(results.slice(1)).toMatchObject([
      { reason: { code: 'CANCELLED' } },
      { reason: { code: 'CANCELLED' } },
    ]);
  });
});

describe('forEach', () => {
  it('ends the others when one fails, and rejects only when nothing runs any more', async () => {
    const running = new Set<number>();
    const done = forEach([1, 2, 3, 4], { limiter: new Limiter(3), signal: never }, async (item, signal) => {
      running.add(item);
      if (item === 2) {
        await turn();
        running.delete(item);
        throw new Error('the second failed');
      }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await turn();
      running.delete(item);
    });
    await expect(done).rejects.toThrow('the second failed');
    expect(running.size).toBe(0);
  });
});
