import { CANARY_DEFAULTS, type CanaryMetric, quote } from '@artifact-lifecycle/core/policy';
import { classifyExactly, FEWEST_POINTS } from '../canary/exact.ts';
import { type CanaryPoints, type CanarySeries, type Finding, formatNumber } from '../canary/finding.ts';
import { classifyLikeKayenta, KAYENTA_DEFAULTS } from '../canary/netflix.ts';
import type { CanaryPeriod } from '../canary/period.ts';
import { recordMetric } from '../canary/recording.ts';
import { SCORING_RULES, type Score, score } from '../canary/scoring.ts';
import type { RecordedCanary } from '../record/record.ts';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';

/** The settings of the gate `canary`. */
export type CanarySettings = GateSettings<'canary'>;

/** What the gate judges: the points of its metrics, and the time they are of, where they were asked for by it. */
export interface CanaryEvidence {
  readonly period: CanaryPeriod | null;
  readonly series: readonly CanarySeries[];
}

/** The verdict of the gate; `canary` is what the record keeps of it, `null` where nothing could be calculated. */
export interface CanaryVerdict extends Verdict {
  readonly canary: RecordedCanary | null;
}

/** A metric with what was found about it. */
interface Judged {
  readonly metric: CanaryMetric;
  readonly points: CanaryPoints;
  readonly finding: Finding;
}

/** More metrics than a person reads are not written into evidence and record; those that did not pass come first. */
const MAX_RECORDED_METRICS = 100;

/** So many metrics are named in the reason. */
const MAX_NAMED = 3;

/**
 * Judges a canary against its baseline. It passes from the score `pass` on; where no metric is worse and only
 * missing data keeps the score down, the verdict is `error`: it cannot be told.
 */
export function judgeCanary(settings: CanarySettings, evidence: CanaryEvidence): CanaryVerdict {
  const byName = new Map(evidence.series.map((series) => [series.name, series]));
  const known = settings.metrics.map((metric) => ({
    metric,
    points: byName.get(metric.name) ?? { baseline: [], canary: [] },
  }));
  const judge = settings.judge ?? CANARY_DEFAULTS.judge;
  const infinite = known.find(({ points }) => [...points.baseline, ...points.canary].some(isInfinite));
  if (judge === 'netflix' && infinite !== undefined) return cannotCalculate(infinite.metric, evidence);
  const judged = known.map(({ metric, points }) => ({
    metric,
    points,
    finding: classify(settings, metric, points),
  }));
  const result = score(
    judged.map(({ metric, finding }) => ({
      groups: [metric.group ?? CANARY_DEFAULTS.group],
      classification: finding.classification,
      isCritical: finding.isCritical,
      mustHaveData: metric.mustHaveData ?? CANARY_DEFAULTS.mustHaveData,
    })),
    settings.groups ?? new Map(),
    SCORING_RULES[judge],
  );
  const canary = recordCanary(settings, judged, result);
  const isBad = judged.some(({ finding }) => ['high', 'low'].includes(finding.classification));
  const short = isBad ? 'fail' : 'error';
  return {
    verdict: canary.classification === 'pass' ? 'pass' : short,
    reason: reasonOf(canary, judged, result),
    evidence: { ...periodFacts(evidence), ...facts(canary), metricCount: judged.length },
    canary,
  };
}

function classify(settings: CanarySettings, metric: CanaryMetric, points: CanaryPoints): Finding {
  const options = {
    direction: metric.direction ?? CANARY_DEFAULTS.direction,
    isCritical: metric.critical ?? CANARY_DEFAULTS.critical,
    tolerance: metric.tolerance ?? CANARY_DEFAULTS.tolerance,
  };
  if ((settings.judge ?? CANARY_DEFAULTS.judge) === 'exact') {
    return classifyExactly(points, { ...options, minimumPoints: settings.minPoints ?? FEWEST_POINTS });
  }
  return classifyLikeKayenta(points, {
    ...KAYENTA_DEFAULTS,
    ...options,
    minimumPoints: settings.minPoints ?? 1,
  });
}

function recordCanary(settings: CanarySettings, judged: readonly Judged[], result: Score): RecordedCanary {
  const pass = settings.pass ?? CANARY_DEFAULTS.pass;
  const marginal = settings.marginal ?? CANARY_DEFAULTS.marginal;
  const short = result.total >= marginal ? 'marginal' : 'fail';
  const metrics = judged.map(({ metric, points, finding }) => recordMetric(metric, points, finding));
  return {
    judge: settings.judge ?? CANARY_DEFAULTS.judge,
    score: result.total,
    classification: result.total >= pass ? 'pass' : short,
    pass,
    marginal,
    groups: result.groups,
    metrics: [
      ...metrics.filter(({ classification }) => classification !== 'pass'),
      ...metrics.filter(({ classification }) => classification === 'pass'),
    ].slice(0, MAX_RECORDED_METRICS),
  };
}

function reasonOf(canary: RecordedCanary, judged: readonly Judged[], result: Score): string {
  const scored = `The canary scores ${formatNumber(canary.score)} of 100`;
  const notable = judged.filter(({ finding }) => finding.classification !== 'pass');
  if (canary.classification === 'pass') {
    const passed = judged.length - notable.length;
    const good = passed === 1 ? '1 metric is no worse' : `${passed} metrics are no worse`;
    return `${scored}: ${good}${notable.length === 0 ? '' : `; ${name(notable)}`}.`;
  }
  const missing = `for want of data of ${notable.filter(hasNoData).length} of ${judged.length} metrics`;
  const why = result.cut === 'no-data' ? `, ${missing},` : '';
  const marginal = canary.classification === 'marginal' ? ', which is marginal,' : why;
  return `${scored}${marginal} and passes from ${formatNumber(canary.pass)} on; ${name(notable)}.`;
}

function hasNoData({ finding }: Judged): boolean {
  return finding.classification === 'no-data';
}

/** Names metrics, the critical ones first, the worst ones before those without data. */
function name(judged: readonly Judged[]): string {
  const order = [...judged].sort((one, other) => weightOf(one) - weightOf(other));
  const named = order
    .slice(0, MAX_NAMED)
    .map(
      ({ metric, finding }) =>
        `${quote(metric.name)}${finding.isCritical ? ' (critical)' : ''} ${finding.words}`,
    );
  const more = order.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function weightOf(judged: Judged): number {
  return (judged.finding.isCritical ? 0 : 2) + (hasNoData(judged) ? 1 : 0);
}

function cannotCalculate(metric: CanaryMetric, evidence: CanaryEvidence): CanaryVerdict {
  return {
    verdict: 'error',
    reason: `${quote(metric.name)} has infinite values, with which the judge "netflix" cannot calculate; "exact" can.`,
    evidence: periodFacts(evidence),
    canary: null,
  };
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
}

function periodFacts({ period }: CanaryEvidence): EvidenceFacts {
  if (period === null) return {};
  const { start, end, stepSeconds } = period;
  return { period: { start: start.toISOString(), end: end.toISOString(), stepSeconds } };
}

/** The record's canary as plain JSON, which it is already; spread, since interfaces have no index. */
function facts(canary: RecordedCanary): EvidenceFacts {
  return {
    ...canary,
    groups: canary.groups.map((group) => ({ ...group })),
    metrics: canary.metrics.map(({ baseline, canary: points, difference, effect, ...metric }) => ({
      ...metric,
      difference: difference === null ? null : { ...difference },
      effect: effect === null ? null : { ...effect },
      baseline: { ...baseline },
      canary: { ...points },
    })),
  };
}
