import { describe, expect, it } from '@jest/globals';
import { boundingRank } from '../../src/canary/rank-distribution.ts';

/** How many of all orders of `m` and `n` points have each value of the statistic, by writing the orders down. */
function countOrders(m: number, n: number): readonly number[] {
  const counts: number[] = Array.from({ length: m * n + 1 }, () => 0);
  for (let order = 0; order < 2 ** (m + n); order += 1) {
    const bits = Array.from({ length: m + n }, (_, index) => (order >> index) & 1);
    if (bits.filter((bit) => bit === 1).length !== m) continue;
    let below = 0;
    let u = 0;
    for (const bit of bits) {
      if (bit === 1) u += below;
      else below += 1;
    }
    counts[u] = (counts[u] ?? 0) + 1;
  }
  return counts;
}

describe('the rank that bounds an interval', () => {
  it.each([
    { m: 1, n: 1 },
    { m: 2, n: 7 },
    { m: 4, n: 4 },
    { m: 5, n: 5 },
    { m: 3, n: 9 },
    { m: 6, n: 8 },
  ])('is that of all orders written down: $m and $n', ({ m, n }) => {
    const counts = countOrders(m, n);
    const all = counts.reduce((sum, count) => sum + count, 0);
    for (const confidence of [0.5, 0.9, 0.98]) {
      let rank = 0;
      let sum = 0;
      for (const count of counts) {
        sum += count / all;
        if (sum > (1 - confidence) / 2) break;
        rank += 1;
      }
      expect(boundingRank(m, n, confidence, 0)).toBe(rank === 0 ? undefined : rank);
    }
  });

  // One more than the critical values of published tables of the Mann-Whitney test, two-sided.
  it.each([
    { m: 4, n: 4, confidence: 0.98, rank: undefined },
    { m: 5, n: 5, confidence: 0.98, rank: 2 },
    { m: 10, n: 10, confidence: 0.98, rank: 20 },
    { m: 10, n: 10, confidence: 0.95, rank: 24 },
    { m: 8, n: 12, confidence: 0.95, rank: 23 },
    { m: 20, n: 20, confidence: 0.98, rank: 115 },
    { m: 20, n: 20, confidence: 0.95, rank: 128 },
  ])('is that of tables: $m and $n with $confidence', ({ m, n, confidence, rank }) => {
    expect(boundingRank(m, n, confidence, 0)).toBe(rank);
  });

  it('of many points is that of a normal distribution, which meets the exact one', () => {
    const variance = (m: number, n: number): number => (m * n * (m + n + 1)) / 12;
    // The last that is exact, and the first that is not: the expected rank grows by some 20 a point.
    const exact = boundingRank(50, 50, 0.98, variance(50, 50)) ?? 0;
    const approximate = boundingRank(50, 51, 0.98, variance(50, 51)) ?? 0;
    expect(exact).toBe(914);
    expect(approximate - exact).toBeGreaterThan(10);
    expect(approximate - exact).toBeLessThan(30);
  });
});
