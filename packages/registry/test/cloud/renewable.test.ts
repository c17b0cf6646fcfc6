import { describe, expect, it } from '@jest/globals';
import { Renewable } from '../../src/cloud/renewable.ts';
import { quickClock } from '../remote/world.ts';

describe('what is renewed', () => {
  it.each([
    ['five minutes before its end', 12 * 3600_000, 12 * 3600_000 - 300_000],
    ['in the last quarter of a short life', 600_000, 450_000],
    ['a minute later where it has ended already', -1, 60_000],
  ])('is %s', async (_, lifetime, after) => {
    const clock = quickClock();
    let count = 0;
    const renewable = new Renewable(clock, async () => {
      count += 1;
      return { value: count, expiresAt: clock.now() + lifetime };
    });
    expect((await renewable.get()).value).toBe(1);
    await clock.sleep(after - 1);
    expect((await renewable.get()).value).toBe(1);
    await clock.sleep(1);
    const both = await Promise.all([renewable.get(), renewable.get()]);
    expect(both.map(({ value }) => value)).toEqual([2, 2]);
  });

  it('lasts where it has no end, and a failure does not last', async () => {
    const clock = quickClock();
    let count = 0;
    const renewable = new Renewable(clock, async () => {
      count += 1;
      if (count === 1) throw new Error('Not yet.');
      return { value: count };
    });
    await expect(renewable.get()).rejects.toThrow('Not yet.');
    await clock.sleep(1e12);
    expect(await renewable.get()).toEqual({ value: 2 });
    await clock.sleep(1e12);
    expect(await renewable.get()).toEqual({ value: 2 });
  });
});
