/** What describes a sample in a few numbers. */
export interface Summary {
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Of the sample (n - 1); 0 for a single point. */
  readonly deviation: number;
}

/** Sorts numbers upwards, the given ones untouched; as doubles, since a comparison by difference fails at infinity. */
export function sorted(values: readonly number[]): readonly number[] {
  return [...Float64Array.from(values).sort()];
}

/** The arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The variance of a sample (n - 1); 0 of fewer than two points, which do not vary. */
export function sampleVariance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Describes a sample; of nothing all is 0, as Kayenta has it. */
export function summarise(values: readonly number[]): Summary {
  const order = sorted(values);
  return {
    count: values.length,
    minimum: order[0] ?? 0,
    maximum: order[order.length - 1] ?? 0,
    mean: values.length === 0 ? 0 : mean(values),
    deviation: Math.sqrt(sampleVariance(values)),
  };
}

/**
 * The value below which so many percent of a sample lie, interpolated as R does unless told otherwise
 * (Hyndman and Fan 1996, type 7). Between two equal values, also infinite ones, it is that value.
 *
 * @param order the sample, sorted upwards.
 * @param percent 0 to 100.
 */
export function percentile(order: readonly number[], percent: number): number {
  const position = ((order.length - 1) * percent) / 100;
  const below = order[Math.floor(position)] ?? Number.NaN;
  const above = order[Math.ceil(position)] ?? Number.NaN;
  const part = position - Math.floor(position);
  if (below === above || part === 0) return below;
  return below + part * (above - below);
}
