import * as z from 'zod/mini';
import { nearest } from '../../nearest.ts';
import { type Milliseconds, parseDuration } from '../duration.ts';
import { quote } from '../problem.ts';
import {
  documentation,
  listOf,
  named,
  optional,
  type Report,
  required,
  settings,
  text,
} from '../settings.ts';
import { duration, numberBetween, plainText, webAddress, wholeNumber } from '../texts.ts';
import { warnOnly } from './warn-only.ts';

/**
 * How the gate `canary` judges unless it says so itself: the thresholds of Kayenta's samples, its tolerance,
 * and a group for metrics that name none.
 */
export const CANARY_DEFAULTS = {
  judge: 'exact',
  pass: 95,
  marginal: 75,
  direction: 'either',
  tolerance: 0.25,
  group: 'default',
} as const;

/** A point in time: fixed, or so long before now (0 is now). */
export type Moment =
  | { readonly kind: 'instant'; readonly epochMilliseconds: number }
  | { readonly kind: 'ago'; readonly milliseconds: Milliseconds };

/** One metric of a canary. */
export type CanaryMetric = z.output<ReturnType<typeof metric>>;

/** Gate `canary`: the new does not behave worse than the old. */
export function canaryGate() {
  return settings(
    {
      judge: optional(
        '`exact`, or `netflix`: as Kayenta judges, with its known defects.',
        z.enum(['netflix', 'exact']),
        { default: CANARY_DEFAULTS.judge },
      ),
      pass: optional('From which score on it passes.', numberBetween(0, 100), {
        default: CANARY_DEFAULTS.pass,
      }),
      marginal: optional('Below which score it fails at once.', numberBetween(0, 100), {
        default: CANARY_DEFAULTS.marginal,
      }),
      metrics: required('What is compared.', listOf(metric())),
      groups: optional('Weights of groups; groups without one share what is left of 100.', weights()),
      prometheus: optional(
        'Address of the Prometheus that answers the queries.',
        webAddress('http://localhost:9090'),
      ),
      baseline: optional('What stands for the old in queries.', plainText('api-baseline')),
      canary: optional('What stands for the new in queries.', plainText('api-canary')),
      from: optional('Start: an instant (RFC 3339), or how long ago.', moment('1h')),
      to: optional('End: an instant (RFC 3339), how long ago, or `now`.', moment('now')),
      step: optional('Resolution of the queries.', duration('60s')),
      'min-points': optional('A metric with fewer points on a side has no data.', wholeNumber(1)),
      ...warnOnly(),
    },
    checkThresholds,
    checkSources,
    checkWeights,
    checkPeriod,
  );
}

function metric() {
  return settings(
    {
      name: required('What it is called in the report.', plainText('error rate')),
      group: optional('Group whose score it counts to.', plainText('errors'), {
        default: CANARY_DEFAULTS.group,
      }),
      query: optional('PromQL.', plainText('sum(rate(http_errors_total[1m]))')),
      file: optional('JSON file with the points of both sides.', plainText('canary/latency.json')),
      direction: optional('Which change is bad.', z.enum(['increase', 'decrease', 'either']), {
        default: CANARY_DEFAULTS.direction,
      }),
      critical: optional('If it is bad, the whole score is 0.', z.boolean(), { default: false }),
      tolerance: optional('Changes up to this part of the estimate are none.', numberBetween(0, 1), {
        default: CANARY_DEFAULTS.tolerance,
      }),
      'must-have-data': optional('No data counts as bad.', z.boolean()),
    },
    ({ query, file }, report) => {
      if (query === undefined && file === undefined) report('has no data: set query or file');
      if (query !== undefined && file !== undefined) report('cannot stand beside query', 'file');
    },
  );
}

function weights() {
  const byGroup = named(plainText(), numberBetween(0, 100));
  documentation.add(byGroup, { examples: [{ errors: 60, latency: 40 }] });
  return byGroup;
}

interface Thresholds {
  readonly pass?: number;
  readonly marginal?: number;
}

function checkThresholds({ pass, marginal }: Thresholds, report: Report): void {
  const least = pass ?? CANARY_DEFAULTS.pass;
  const lower = marginal ?? CANARY_DEFAULTS.marginal;
  if (lower > least) {
    report(`must not be above pass, ${lower} against ${least}`, marginal === undefined ? 'pass' : 'marginal');
  }
}

interface Sources {
  readonly metrics: readonly CanaryMetric[];
  readonly prometheus?: string;
}

function checkSources({ metrics, prometheus }: Sources, report: Report): void {
  const names = new Set<string>();
  metrics.forEach(({ name, query }, index) => {
    if (query !== undefined && prometheus === undefined) {
      report('needs the address of a prometheus beside the metrics', 'metrics', index, 'query');
    }
    if (names.has(name))
      report(`is the name of an earlier metric, too: ${quote(name)}`, 'metrics', index, 'name');
    names.add(name);
  });
}

/** Weights are percentages; more digits than a person writes are rounding. */
const WEIGHT_PRECISION = 0.01;

interface Weights {
  readonly metrics: readonly CanaryMetric[];
  readonly groups?: ReadonlyMap<string, number>;
}

function checkWeights({ metrics, groups }: Weights, report: Report): void {
  if (groups === undefined) return;
  const used = new Set(metrics.map(({ group }) => group ?? CANARY_DEFAULTS.group));
  for (const group of groups.keys()) {
    if (used.has(group)) continue;
    const meant = nearest(group, used);
    report(
      `weighs a group that no metric is in${meant === undefined ? '' : `. Did you mean ${quote(meant)}?`}`,
      'groups',
      group,
    );
  }
  const sum = [...groups.values()].reduce((total, weight) => total + weight, 0);
  const unweighted = [...used].filter((group) => !groups.has(group));
  if (unweighted.length === 0 && Math.abs(sum - 100) > WEIGHT_PRECISION) {
    report(`must add up to 100, not ${sum}`, 'groups');
  }
  if (unweighted.length > 0 && sum >= 100) {
    report(
      `must leave something of 100 for ${unweighted.map(quote).join(', ')}; they add up to ${sum}`,
      'groups',
    );
  }
}

interface Period {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly step?: Milliseconds;
}

function checkPeriod({ from, to, step }: Period, report: Report): void {
  if (step === 0) report('must be longer than nothing', 'step');
  const reversed =
    from?.kind === 'instant' && to?.kind === 'instant'
      ? from.epochMilliseconds >= to.epochMilliseconds
      : from?.kind === 'ago' && from.milliseconds <= (to?.kind === 'ago' ? to.milliseconds : 0);
  if (reversed && to?.kind !== undefined && from?.kind === to.kind) report('must come before to', 'from');
}

const INSTANT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

function moment(example: string) {
  return text<Moment>(
    (value) => {
      const ago = value === 'now' ? parseDuration('0s') : parseDuration(value);
      if (ago !== undefined) return { value: { kind: 'ago', milliseconds: ago } };
      const epochMilliseconds = INSTANT.test(value) ? Date.parse(value) : Number.NaN;
      return Number.isNaN(epochMilliseconds)
        ? {
            problem: `must be an instant such as 2026-12-01T09:00:00Z, a duration such as 1h, or now, not ${quote(value)}`,
          }
        : { value: { kind: 'instant', epochMilliseconds } };
    },
    { examples: [example, '2026-12-01T09:00:00Z'] },
  );
}
