import { CANARY_DEFAULTS, type CanaryMetric, formatDuration } from '@artifact-lifecycle/core/policy';
import type { GateSettings } from '../verdict/settings.ts';
import {
  atLeast,
  atMost,
  type Compared,
  comparedBy,
  type Differences,
  demands,
  kebab,
  relaxes,
  same,
} from './difference.ts';

type CanarySettings = GateSettings<'canary'>;

/**
 * Compares a canary's settings. A score is a mean: another metric, group or weight can lift it, so only what a metric
 * tolerates may become less.
 */
export function compareCanary(policy: CanarySettings, input: CanarySettings): Compared<CanarySettings> {
  return {
    judge: same(policy.judge, input.judge, { otherwise: CANARY_DEFAULTS.judge }),
    pass: atLeast(policy.pass, input.pass, { otherwise: CANARY_DEFAULTS.pass }),
    marginal: atLeast(policy.marginal, input.marginal, { otherwise: CANARY_DEFAULTS.marginal }),
    metrics: compareMetrics(policy.metrics, input.metrics),
    groups: same(policy.groups, input.groups),
    prometheus: same(policy.prometheus, input.prometheus),
    baseline: same(policy.baseline, input.baseline),
    canary: same(policy.canary, input.canary),
    from: same(policy.from, input.from),
    to: same(policy.to, input.to),
    step: same(policy.step, input.step, { show: formatDuration }),
    // Fewer points make a metric count for nothing; more make it count though it says little.
    minPoints: same(policy.minPoints, input.minPoints),
    warnOnly: relaxes(policy.warnOnly, input.warnOnly),
  };
}

function compareMetrics(policy: readonly CanaryMetric[], input: readonly CanaryMetric[]): Differences {
  const demanded = new Map(policy.map((metric) => [metric.name, metric]));
  const given = new Map(input.map((metric) => [metric.name, metric]));
  const names = (metrics: ReadonlyMap<string, unknown>): string =>
    `metrics ${[...metrics.keys()].sort().join(', ')}`;
  if (names(demanded) !== names(given)) {
    return [{ path: '', policy: names(demanded), input: names(given) }];
  }
  return [...demanded].flatMap(([name, metric]) => {
    const other = given.get(name);
    if (other === undefined) return [];
    return Object.entries(compareMetric(metric, other)).flatMap(([setting, differences]) =>
      differences.map((difference) => ({
        ...difference,
        path: `[${JSON.stringify(name)}].${kebab(setting)}`,
      })),
    );
  });
}

/** Compares one metric's settings. */
export function compareMetric(policy: CanaryMetric, input: CanaryMetric): Compared<CanaryMetric> {
  return {
    name: same(policy.name, input.name),
    group: same(policy.group, input.group, { otherwise: CANARY_DEFAULTS.group }),
    query: same(policy.query, input.query),
    file: same(policy.file, input.file),
    direction: comparedBy(
      policy.direction,
      input.direction,
      (one, other) => other === one || other === 'either',
      {
        otherwise: CANARY_DEFAULTS.direction,
        withoutPolicy: false,
      },
    ),
    critical: demands(policy.critical, input.critical),
    tolerance: atMost(policy.tolerance, input.tolerance, { otherwise: CANARY_DEFAULTS.tolerance }),
    mustHaveData: demands(policy.mustHaveData, input.mustHaveData),
  };
}

/** Puts what the input says of metrics over what the policy says, metric by metric. */
export function mergeMetrics(
  policy: readonly CanaryMetric[],
  input: readonly CanaryMetric[],
): readonly CanaryMetric[] {
  const given = new Map(input.map((metric) => [metric.name, metric]));
  return policy.map((metric) => ({ ...metric, ...given.get(metric.name) }));
}
