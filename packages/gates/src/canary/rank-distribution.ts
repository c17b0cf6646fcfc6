import { normalQuantile } from './normal.ts';

/** Up to so many pairs the distribution is calculated exactly, which takes their square in time; beyond, it is normal. */
const MAX_EXACT_PAIRS = 2500;

/**
 * Which order statistic of all differences bounds their centre: the confidence interval goes from the `n`-th smallest
 * to the `n`-th greatest difference (Lehmann, Nonparametrics, 1975, section 2.6). `undefined` where even the whole
 * range is not that sure: with 4 points a side nothing can be said with 98 %.
 *
 * Ties only make the interval surer than it says.
 *
 * @param variance of the rank sum, corrected for ties; asked only for many points.
 */
export function boundingRank(m: number, n: number, confidence: number, variance: number): number | undefined {
  const tail = (1 - confidence) / 2;
  const rank =
    m * n <= MAX_EXACT_PAIRS
      ? exactRank(m, n, tail)
      : Math.max(1, Math.floor((m * n) / 2 + 0.5 + normalQuantile(tail) * Math.sqrt(variance)));
  return rank === 0 ? undefined : rank;
}

/** How many of the smallest values the Mann-Whitney statistic takes with no more than a probability, all together. */
function exactRank(m: number, n: number, tail: number): number {
  let sum = 0;
  let rank = 0;
  for (const probability of lowerHalf(m, n)) {
    sum += probability;
    if (sum > tail) break;
    rank += 1;
  }
  return rank;
}

/**
 * The probabilities of the Mann-Whitney statistic of equal samples without ties, from 0 to the middle: the greatest
 * value of all belongs to the one sample, and then is above all `j` of the other, or to the other.
 */
function lowerHalf(m: number, n: number): Float64Array {
  const size = Math.floor((m * n) / 2) + 1;
  const rows = Array.from({ length: n + 1 }, () => new Float64Array(size));
  for (const row of rows) row[0] = 1;
  for (let i = 1; i <= m; i += 1) {
    let before = rows[0] ?? new Float64Array(size);
    for (let j = 1; j <= n; j += 1) {
      const row = rows[j] ?? new Float64Array(size);
      for (let u = size - 1; u >= 0; u -= 1) {
        const above = u < j ? 0 : (row[u - j] ?? 0);
        row[u] = (i * above + j * (before[u] ?? 0)) / (i + j);
      }
      before = row;
    }
  }
  return rows[n] ?? new Float64Array(size);
}
