/** A text of a number, as Go writes one: Prometheus also gives `NaN`, `+Inf` and `-Inf`. */
const NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * Reads the value of a point: a number, or its text. `null` is a point without a value, NaN. Gives `undefined` for
 * all that is no value.
 */
export function readValue(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === null || value === 'NaN') return Number.NaN;
  if (value === '+Inf' || value === 'Inf') return Number.POSITIVE_INFINITY;
  if (value === '-Inf') return Number.NEGATIVE_INFINITY;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}
