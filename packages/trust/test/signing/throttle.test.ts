import type { Clock } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import { Throttle } from '../../src/signing/throttle.ts';

/** A clock that is only moved by who sleeps, and keeps how long each slept. */
function makeClock(): Clock & { readonly waits: number[]; time: number } {
  const waits: number[] = [];
  const clock = {
    time: 1_000_000,
    waits,
    now: () => clock.time,
    sleep: (milliseconds: number, signal?: AbortSignal) => {
      waits.push(milliseconds);
      return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    },
  };
  return clock;
}

describe('Throttle', () => {
  it('lets a burst through, and then so many a second', async () => {
    const clock = makeClock();
    const throttle = new Throttle({ burst: 3, perSecond: 5 }, clock);
    for (let turn = 0; turn < 6; turn += 1) await throttle.enter(undefined);
    expect(clock.waits).toEqual([200, 400, 600]);
  });

  it('has a burst again after a rest', async () => {
    const clock = makeClock();
    const throttle = new Throttle({ burst: 2, perSecond: 10 }, clock);
    await Promise.all([throttle.enter(undefined), throttle.enter(undefined), throttle.enter(undefined)]);
    clock.time += 10_000;
    await Promise.all([throttle.enter(undefined), throttle.enter(undefined), throttle.enter(undefined)]);
    expect(clock.waits).toEqual([100, 100]);
  });

  it('never waits without a rate', async () => {
    const clock = makeClock();
    const throttle = new Throttle(undefined, clock);
    for (let turn = 0; turn < 1000; turn += 1) await throttle.enter(undefined);
    expect(clock.waits).toEqual([]);
  });

  it('stops waiting when the work is cancelled', async () => {
    const clock = makeClock();
    const throttle = new Throttle({ burst: 1, perSecond: 1 }, clock);
    await throttle.enter(undefined);
    await expect(throttle.enter(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
