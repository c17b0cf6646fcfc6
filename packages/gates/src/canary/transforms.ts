import { mean, percentile, sampleVariance, sorted } from './statistics.ts';

/** What becomes of points without a value before Kayenta's judge looks at a metric. */
export type NanStrategy = 'remove' | 'replace';

/** Leaves out points without a value. */
export function removeNans(values: readonly number[]): readonly number[] {
  return values.filter((value) => !Number.isNaN(value));
}

/** Puts 0 where there is no value. */
export function replaceNans(values: readonly number[]): readonly number[] {
  return values.map((value) => (Number.isNaN(value) ? 0 : value));
}

/**
 * Tells points outside of the fences, `factor` times the interquartile range beyond the quartiles. With
 * `reduceSensitivity` the fences are no nearer than the first and last percentile.
 */
export function detectByQuartiles(
  values: readonly number[],
  factor: number,
  reduceSensitivity: boolean,
): readonly boolean[] {
  const order = sorted(values);
  const lowerQuartile = percentile(order, 25);
  const upperQuartile = percentile(order, 75);
  const reach = factor * (upperQuartile - lowerQuartile);
  const lower = lowerQuartile - reach;
  const upper = upperQuartile + reach;
  const lowest = reduceSensitivity ? Math.min(percentile(order, 1), lower) : lower;
  const highest = reduceSensitivity ? Math.max(percentile(order, 99), upper) : upper;
  return values.map((value) => value < lowest || value > highest);
}

/** Tells points farther than `k` standard deviations (of the sample) from the mean. */
export function detectByDeviation(values: readonly number[], k: number): readonly boolean[] {
  const centre = mean(values);
  const reach = k * Math.sqrt(sampleVariance(values));
  return values.map((value) => Math.abs(value - centre) > reach);
}

/** Leaves out what a detector told to be an outlier. */
export function removeOutliers(values: readonly number[], isOutlier: readonly boolean[]): readonly number[] {
  return values.filter((_, index) => isOutlier[index] !== true);
}
