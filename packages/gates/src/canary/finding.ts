import type { RecordedMetric, RecordedNumber } from '../record/record.ts';

/** Which change of a metric is bad. */
export type Direction = 'increase' | 'decrease' | 'either';

/** The points of one metric; those without a value are NaN. Finite or infinite, in the order of time. */
export interface CanaryPoints {
  readonly baseline: readonly number[];
  readonly canary: readonly number[];
}

/** The points of a metric, by the name it has in the policy. */
export interface CanarySeries extends CanaryPoints {
  readonly name: string;
}

/** What a judge finds out about one metric. */
export interface Finding {
  readonly classification: RecordedMetric['classification'];
  /** Whether it alone makes the whole score 0. */
  readonly isCritical: boolean;
  /** What follows the metric's name in a sentence, without full stop: `is higher by 3.2 (2.1 to 4.4)`. */
  readonly words: string;
  readonly difference: Difference | null;
  /** NaN where the measure says nothing. */
  readonly effect: { readonly measure: 'mean-ratio' | 'cles'; readonly value: number } | null;
}

/** How far the canary lies above the baseline; see `RecordedMetric`. */
export interface Difference {
  readonly basis: 'shift' | 'ranks';
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly confidence: number;
}

/** The finding that there are too few points to find anything. */
export function tooFew(canary: number, baseline: number, needed: number, isCritical: boolean): Finding {
  return {
    classification: 'no-data',
    isCritical,
    words: `has too little data: ${count(baseline)} in the baseline and ${count(canary)} in the canary, of ${needed} needed on each side`,
    difference: null,
    effect: null,
  };
}

function count(points: number): string {
  return points === 1 ? '1 point' : `${points} points`;
}

/**
 * Tells on which side of 0 a difference lies, if it does so by more than a part of its own estimate. An infinite
 * estimate has no part that could be compared with: then it is enough to be on one side.
 */
export function sideOf(
  difference: Difference,
  tolerance: number,
  direction: Direction,
): 'high' | 'low' | 'pass' {
  const { estimate, lower, upper } = difference;
  const bound = Number.isFinite(estimate) ? tolerance * Math.abs(estimate) : 0;
  if (direction !== 'decrease' && lower > bound) return 'high';
  if (direction !== 'increase' && upper < -bound) return 'low';
  return 'pass';
}

/** Says a finding that rests on a difference. */
export function describeDifference(side: 'high' | 'low' | 'pass', difference: Difference): string {
  const words = { high: 'is higher', low: 'is lower', pass: 'is no worse' }[side];
  const { basis, estimate, lower, upper, confidence } = difference;
  const range = `${percent(confidence)} confidence: ${formatNumber(lower)} to ${formatNumber(upper)}`;
  return basis === 'shift'
    ? `${words}: it differs by ${formatNumber(estimate)} (${range})`
    : `${words}: most values are equal, and the chance of a higher one differs from even by ${formatNumber(estimate)} (${range})`;
}

/** Writes a part as people do: `0.98` is `98 %`. */
export function percent(part: number): string {
  return `${formatNumber(part * 100)} %`;
}

/** Writes a number for people, four digits of it. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(recordNumber(value) ?? 'NaN');
  return `${Number(value.toPrecision(4))}`;
}

/** A number as a record holds it; `null` for NaN. */
export function recordNumber(value: number): RecordedNumber | null {
  if (Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  return value > 0 ? '+Inf' : '-Inf';
}
