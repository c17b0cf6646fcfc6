import { mean, sampleVariance, sorted } from './statistics.ts';

/** The mean of the canary by that of the baseline; NaN where one of them is 0, which Kayenta takes for no statement. */
export function meanRatio(canary: readonly number[], baseline: readonly number[]): number {
  const above = mean(canary);
  const below = mean(baseline);
  return above === 0 || below === 0 ? Number.NaN : above / below;
}

/**
 * The common language effect size: the chance that a point of the canary is above a point of the baseline, an equal
 * one counting half (McGraw and Wong 1992). 0.5 where neither is; NaN without points.
 */
export function commonLanguage(canary: readonly number[], baseline: readonly number[]): number {
  const order = sorted(baseline);
  let wins = 0;
  let below = 0;
  let upTo = 0;
  for (const value of sorted(canary)) {
    while (below < order.length && (order[below] ?? 0) < value) below += 1;
    upTo = Math.max(upTo, below);
    while (upTo < order.length && (order[upTo] ?? 0) <= value) upTo += 1;
    wins += below + (upTo - below) / 2;
  }
  return wins / (canary.length * baseline.length);
}

/** The difference of the means in standard deviations, those of both sides pooled (Cohen 1988). */
export function cohenD(canary: readonly number[], baseline: readonly number[]): number {
  const degrees = canary.length + baseline.length - 2;
  const pooled =
    ((canary.length - 1) * sampleVariance(canary) + (baseline.length - 1) * sampleVariance(baseline)) /
    degrees;
  return (mean(canary) - mean(baseline)) / Math.sqrt(pooled);
}
