import { CANARY_DEFAULTS, type CanaryMetric, quote } from '@artifact-lifecycle/core/policy';
import type { RecordedMetric, RecordedNumber, RecordedPoints } from '../record/record.ts';
import { type CanaryPoints, type Finding, recordNumber } from './finding.ts';
import { percentile, sorted } from './statistics.ts';
import { removeNans } from './transforms.ts';

/** Puts down what was found about a metric, with its points in a few numbers. */
export function recordMetric(metric: CanaryMetric, points: CanaryPoints, finding: Finding): RecordedMetric {
  const { classification, isCritical, words, difference, effect } = finding;
  const value = effect === null ? null : recordNumber(effect.value);
  return {
    name: metric.name,
    group: metric.group ?? CANARY_DEFAULTS.group,
    classification,
    isCritical,
    reason: `${quote(metric.name)} ${words}.`,
    difference: difference === null ? null : { ...difference, ...recordBounds(difference) },
    effect: effect === null || value === null ? null : { measure: effect.measure, value },
    baseline: recordPoints(points.baseline),
    canary: recordPoints(points.canary),
  };
}

/** None of them is ever NaN. */
function recordBounds({
  estimate,
  lower,
  upper,
}: {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}) {
  return { estimate: record(estimate), lower: record(lower), upper: record(upper) };
}

function record(value: number): RecordedNumber {
  return recordNumber(value) ?? 0;
}

function recordPoints(values: readonly number[]): RecordedPoints {
  const order = sorted(removeNans(values));
  const at = (percent: number): RecordedNumber => record(percentile(order, percent));
  return {
    points: order.length,
    missing: values.length - order.length,
    quartiles: order.length === 0 ? null : [at(0), at(25), at(50), at(75), at(100)],
  };
}
