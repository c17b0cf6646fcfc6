import type { RecordedCanary } from '../record/record.ts';
import type { Finding } from './finding.ts';

/** A finding with what the score needs to know of its metric. */
export interface Scored extends Pick<Finding, 'classification' | 'isCritical'> {
  /** It counts to each of them. */
  readonly groups: readonly string[];
  /** Whether no data counts as bad. */
  readonly mustHaveData: boolean;
}

/** Where the judges differ. */
export interface ScoringRules {
  /** What a group is worth in which no metric has data. */
  readonly emptyGroup: 0 | 100;
  /** Whether metrics that must have data and have none count to those without data, too, not only as bad. */
  readonly countsRequired: boolean;
}

export const SCORING_RULES: Readonly<Record<RecordedCanary['judge'], ScoringRules>> = {
  netflix: { emptyGroup: 100, countsRequired: false },
  exact: { emptyGroup: 0, countsRequired: true },
};

/** If so many of the metrics have no data, there is no score: Kayenta's half. */
const MAX_PART_WITHOUT_DATA = 0.5;

/** Points out of 100. */
export interface Score {
  readonly total: number;
  readonly groups: RecordedCanary['groups'];
  /** What made the total 0, if not the weighted sum. */
  readonly cut: 'critical' | 'no-data' | null;
}

/**
 * Adds up what metrics came to: the part of good ones in each group, weighted. A critical metric that is not good,
 * and half of the metrics without data, make it 0. Groups without a weight share what is left of 100.
 */
export function score(
  metrics: readonly Scored[],
  weights: ReadonlyMap<string, number>,
  rules: ScoringRules,
): Score {
  const names = [...new Set(metrics.flatMap((metric) => metric.groups))].sort();
  const left = 100 - [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const share = left / names.filter((name) => !weights.has(name)).length;
  const groups = names.map((name) => ({
    name,
    score: scoreGroup(
      metrics.filter((metric) => metric.groups.includes(name)),
      rules,
    ),
    weight: weights.get(name) ?? share,
  }));
  const sum = groups.reduce((total, group) => total + (group.score * group.weight) / 100, 0);
  const cut = reasonForNothing(metrics, rules);
  return {
    total: cut === null ? round(sum) : 0,
    groups: groups.map((group) => ({ ...group, score: round(group.score), weight: round(group.weight) })),
    cut,
  };
}

function scoreGroup(metrics: readonly Scored[], rules: ScoringRules): number {
  const counted = metrics.filter((metric) => metric.classification !== 'no-data' || isRequired(metric));
  if (counted.length === 0) return rules.emptyGroup;
  const good = counted.filter(({ classification }) => classification === 'pass');
  return (good.length / counted.length) * 100;
}

/** One that is critical, too, has already made the whole score 0. */
function isRequired(metric: Scored): boolean {
  return metric.mustHaveData && !metric.isCritical;
}

function reasonForNothing(metrics: readonly Scored[], rules: ScoringRules): Score['cut'] {
  if (metrics.some(({ isCritical, classification }) => isCritical && classification !== 'pass')) {
    return 'critical';
  }
  const without = metrics.filter(
    (metric) => metric.classification === 'no-data' && (rules.countsRequired || !isRequired(metric)),
  );
  return without.length >= metrics.length * MAX_PART_WITHOUT_DATA ? 'no-data' : null;
}

/** Two decimals, as Kayenta gives them. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
