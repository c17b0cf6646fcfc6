import { normalQuantile } from './normal.ts';
import { findRoot } from './root.ts';
import { sorted } from './statistics.ts';

/** Where the difference between two samples lies, the second one's values taken from the first one's. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

/**
 * How far, in standard deviations, the rank sum of `x` shifted down by `shift` lies from that of equal samples: the
 * Mann-Whitney statistic with correction for continuity and for ties, less a quantile.
 *
 * @param x sorted upwards, as is `y`.
 */
export function standardisedRankSum(
  x: readonly number[],
  y: readonly number[],
  shift: number,
  quantile: number,
): number {
  const m = x.length;
  const n = y.length;
  const { rankSum, tieTerm } = rank(
    x.map((value) => value - shift),
    y,
  );
  const deviation = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const sigma = Math.sqrt(((m * n) / 12) * (m + n + 1 - tieTerm / ((m + n) * (m + n - 1))));
  return (deviation - 0.5 * Math.sign(deviation)) / sigma - quantile;
}

/** The sum of the ranks that `x` has among both, equal values sharing theirs, and the sum of t³ - t over groups of t. */
export function rank(
  x: readonly number[],
  y: readonly number[],
): { readonly rankSum: number; readonly tieTerm: number } {
  let rankSum = 0;
  let tieTerm = 0;
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    const value = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    const before = i + j;
    const mine = i;
    while (i < x.length && x[i] === value) i += 1;
    while (j < y.length && y[j] === value) j += 1;
    const tied = i + j - before;
    // Shifted values are never NaN; were one, the walk would not end.
    if (tied === 0) break;
    rankSum += (i - mine) * (before + (tied + 1) / 2);
    tieTerm += tied ** 3 - tied;
  }
  return { rankSum, tieTerm };
}

/**
 * The difference between two samples and its confidence interval, as Kayenta calculates them: roots of the
 * standardised rank sum between the least and the greatest difference; what has no root lies at the end.
 *
 * @param confidence such as 0.98.
 */
export function rankSumInterval(
  canary: readonly number[],
  baseline: readonly number[],
  confidence: number,
): Interval {
  const x = sorted(canary);
  const y = sorted(baseline);
  const from = (x[0] ?? 0) - (y[y.length - 1] ?? 0);
  const to = (x[x.length - 1] ?? 0) - (y[0] ?? 0);
  const rootAt = (quantile: number): number => {
    const f = (shift: number): number => standardisedRankSum(x, y, shift, quantile);
    if (f(from) <= 0) return from;
    return f(to) >= 0 ? to : findRoot(f, from, to);
  };
  const quantile = normalQuantile((1 - confidence) / 2);
  return { lower: rootAt(-quantile), upper: rootAt(quantile), estimate: rootAt(0) };
}
