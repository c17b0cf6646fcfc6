import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HostLimiter, type Permit, type Verdict } from '../../src/http/limiter.ts';
import { narrow, openWindow, widen } from '../../src/http/window.ts';
import { TestClock } from './support/test-clock.ts';

const LIMITS = { start: 4, max: 32 };

describe('the window', () => {
  it('doubles with each round until the server first complains', () => {
    let window = openWindow(LIMITS);
    for (let answer = 0; answer < 4; answer += 1) window = widen(window, LIMITS);
    expect(window.size).toBe(8);
  });

  it('never grows past its maximum', () => {
    let window = openWindow(LIMITS);
    for (let answer = 0; answer < 1000; answer += 1) window = widen(window, LIMITS);
    expect(window.size).toBe(32);
  });

  it('grows by one a round after a complaint', () => {
    let window = narrow({ size: 16, threshold: 32, epoch: 0 }, 0);
    expect(window.size).toBe(8);
    for (let answer = 0; answer < 8; answer += 1) window = widen(window, LIMITS);
    expect(window.size).toBeGreaterThan(8.9);
    expect(window.size).toBeLessThanOrEqual(9);
  });

  it('is halved once for all complaints about requests of one epoch', () => {
    const first = narrow({ size: 16, threshold: 32, epoch: 3 }, 3);
    expect(first).toEqual({ size: 8, threshold: 8, epoch: 4 });
    expect(narrow(first, 3)).toBe(first);
    expect(narrow(first, 4).size).toBe(4);
  });

  it('stays between 1 and its maximum whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (answers) => {
        let window = openWindow(LIMITS);
        for (const served of answers) window = served ? widen(window, LIMITS) : narrow(window, window.epoch);
        expect(window.size).toBeGreaterThanOrEqual(1);
        expect(window.size).toBeLessThanOrEqual(LIMITS.max);
      }),
    );
  });
});

/** Asks for so many places, and collects the permits as they come. */
function ask(limiter: HostLimiter, count: number, lane: 'ask' | 'upload' = 'ask', signal?: AbortSignal) {
  const permits: Permit[] = [];
  const errors: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    limiter.acquire('h', lane, signal).then(
      (permit) => permits.push(permit),
      (error: unknown) => errors.push(error),
    );
  }
  return { permits, errors };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function releaseAll(permits: Permit[], verdict: Verdict): Promise<void> {
  for (const permit of permits.splice(0)) permit.release(verdict);
  await settle();
}

describe('the limiter', () => {
  it('lets as many requests out as the window is wide, and the next as places come free', async () => {
    const { permits } = ask(new HostLimiter(LIMITS, new TestClock()), 20);
    await settle();
    expect(permits).toHaveLength(4);
    await releaseAll(permits, 'silent');
    expect(permits).toHaveLength(4);
  });

  it('widens while answers come and the window is full', async () => {
    const { permits } = ask(new HostLimiter(LIMITS, new TestClock()), 200);
    await settle();
    for (const width of [8, 16, 32, 32]) {
      await releaseAll(permits, 'served');
      expect(permits.length).toBeGreaterThanOrEqual(width - 4);
      expect(permits.length).toBeLessThanOrEqual(width);
    }
  });

  it('does not widen while nothing waits for it', async () => {
    const limiter = new HostLimiter(LIMITS, new TestClock());
    for (let turn = 0; turn < 50; turn += 1) (await limiter.acquire('h', 'ask', undefined)).release('served');
    const { permits } = ask(limiter, 20);
    await settle();
    expect(permits).toHaveLength(4);
  });

  it('halves once when everything under way is answered with 429', async () => {
    const limiter = new HostLimiter({ start: 8, max: 8 }, new TestClock());
    const { permits } = ask(limiter, 100);
    await settle();
    expect(permits).toHaveLength(8);
    await releaseAll(permits, 'complained');
    expect(permits).toHaveLength(4);
    await releaseAll(permits, 'complained');
    expect(permits).toHaveLength(2);
  });

  it('always leaves one place', async () => {
    const { permits } = ask(new HostLimiter({ start: 1, max: 1 }, new TestClock()), 10);
    await settle();
    for (let turn = 0; turn < 5; turn += 1) {
      expect(permits).toHaveLength(1);
      await releaseAll(permits, 'complained');
    }
  });

  it('keeps streamed bodies apart from what they may wait for', async () => {
    const limiter = new HostLimiter({ start: 1, max: 1 }, new TestClock());
    const uploads = ask(limiter, 5, 'upload');
    const questions = ask(limiter, 1);
    await settle();
    expect([uploads.permits.length, questions.permits.length]).toEqual([1, 1]);
  });

  it('keeps hosts apart', async () => {
    const limiter = new HostLimiter({ start: 1, max: 1 }, new TestClock());
    await limiter.acquire('a', 'ask', undefined);
    await expect(limiter.acquire('b', 'ask', undefined)).resolves.toBeDefined();
  });

  it('takes a permit back only once', async () => {
    const limiter = new HostLimiter({ start: 1, max: 1 }, new TestClock());
    const { permits } = ask(limiter, 3);
    await settle();
    const [first] = permits;
    first?.release('silent');
    first?.release('silent');
    await settle();
    expect(permits).toHaveLength(2);
  });

  it('lets a cancelled request leave the queue, and the others keep their turn', async () => {
    const limiter = new HostLimiter({ start: 1, max: 1 }, new TestClock());
    const holder = await limiter.acquire('h', 'ask', undefined);
    const cancel = new AbortController();
    const leaving = ask(limiter, 3, 'ask', cancel.signal);
    const staying = ask(limiter, 1);
    cancel.abort();
    await settle();
    expect(leaving.errors).toEqual(Array(3).fill(expect.objectContaining({ code: 'CANCELLED' })));
    holder.release('served');
    await settle();
    expect([leaving.permits.length, staying.permits.length]).toEqual([0, 1]);
  });

  it('remembers the longest pause a host asked for', () => {
    const limiter = new HostLimiter(LIMITS, new TestClock());
    limiter.pause('h', 5000);
    limiter.pause('h', 2000);
    expect([limiter.pauseOf('h'), limiter.pauseOf('other')]).toEqual([5000, 0]);
  });
});
