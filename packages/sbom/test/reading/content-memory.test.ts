import { describe, expect, it } from '@jest/globals';
import { ContentMemory, type Lease } from '../../src/reading/content-memory.ts';

const now = (lease: Lease | Promise<Lease>): Lease => {
  if (lease instanceof Promise) throw new Error('It would have to wait.');
  return lease;
};

describe('ContentMemory', () => {
  it('gives places that do not overlap, again and again', () => {
    const memory = new ContentMemory(100);
    const [a, b, c] = [now(memory.take(40)), now(memory.take(30)), now(memory.take(30))];
    a.buffer.fill(1);
    b.buffer.fill(2);
    c.buffer.fill(3);
    expect([a, b, c].map(({ buffer }) => [buffer.length, new Set(buffer)])).toEqual([
      [40, new Set([1])],
      [30, new Set([2])],
      [30, new Set([3])],
    ]);
    b.release();
    const d = now(memory.take(20));
    d.buffer.fill(4);
    expect([a.buffer.every((byte) => byte === 1), c.buffer.every((byte) => byte === 3)]).toEqual([
      true,
      true,
    ]);
  });

  it('lets wait what does not fit, first come first served', async () => {
    const memory = new ContentMemory(100);
    const a = now(memory.take(80));
    const order: string[] = [];
    const large = Promise.resolve(memory.take(50)).then((lease) => {
      order.push('large');
      return lease;
    });
    const small = Promise.resolve(memory.take(10)).then((lease) => {
      order.push('small');
      return lease;
    });
    a.release();
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
  });

  it('gives what is larger than all of it when it is alone, and nothing beside it', async () => {
    const memory = new ContentMemory(100);
    const a = now(memory.take(1));
    const huge = memory.take(500);
    expect(huge).toBeInstanceOf(Promise);
    a.release();
    const lease = await huge;
    expect(lease.buffer.length).toBe(500);
    const waiting = memory.take(1);
    expect(waiting).toBeInstanceOf(Promise);
    lease.release();
    lease.release();
    expect((await waiting).buffer.length).toBe(1);
  });
});
