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
import { duration, numberBetween, plainText, shapedText, webAddress, wholeNumber } from '../texts.ts';
import { warnOnly } from './warn-only.ts';

/**
 * How the gate `canary` judges unless it says so itself: the thresholds of Kayenta's samples, its tolerance,
 * a group for metrics that name none, and the last hour in minutes.
 */
export const CANARY_DEFAULTS = {
  judge: 'exact',
  pass: 95,
  marginal: 75,
  direction: 'either',
  tolerance: 0.25,
  group: 'default',
  critical: false,
  mustHaveData: false,
  /** `from` is so long before `to`, which is now. */
  periodMilliseconds: 3_600_000,
  stepMilliseconds: 60_000,
} as const;

/** What stands in a query for `baseline` and `canary`, in turn. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text itself.
export const CANARY_SCOPE = '${scope}';

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
      baseline: optional(`What \`${CANARY_SCOPE}\` in queries stands for in the old.`, scope('api-baseline')),
      canary: optional(`What \`${CANARY_SCOPE}\` in queries stands for in the new.`, scope('api-canary')),
      from: optional('Start: an instant (RFC 3339), or how long ago. 1h before `to`.', moment('1h')),
      to: optional('End: an instant (RFC 3339), how long ago, or `now`.', moment('now'), { default: 'now' }),
      step: optional('Resolution of the queries.', duration('60s'), { default: '60s' }),
      'min-points': optional(
        'A metric with fewer points on a side has no data. 5 with the judge `exact`, which can say nothing with fewer; 1 with `netflix`.',
        wholeNumber(1),
      ),
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
      query: optional(
        `PromQL that gives one series. It is asked twice: \`${CANARY_SCOPE}\` in it becomes \`baseline\`, and \`canary\`.`,
        plainText(`sum(rate(http_errors_total{app="${CANARY_SCOPE}"}[1m]))`),
      ),
      file: optional(
        'JSON file with the points of both sides: `{"baseline": [0.02, 0.03], "canary": [0.02, null]}`.',
        plainText('canary/latency.json'),
      ),
      direction: optional('Which change is bad.', z.enum(['increase', 'decrease', 'either']), {
        default: CANARY_DEFAULTS.direction,
      }),
      critical: optional('If it is bad, the whole score is 0.', z.boolean(), {
        default: CANARY_DEFAULTS.critical,
      }),
      tolerance: optional('Changes up to this part of the estimate are none.', numberBetween(0, 1), {
        default: CANARY_DEFAULTS.tolerance,
      }),
      'must-have-data': optional('No data counts as bad.', z.boolean(), {
        default: CANARY_DEFAULTS.mustHaveData,
      }),
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
  readonly baseline?: string;
  readonly canary?: string;
}

function checkSources({ metrics, prometheus, baseline, canary }: Sources, report: Report): void {
  if (baseline !== undefined && baseline === canary) report('must not be the baseline itself', 'canary');
  const names = new Set<string>();
  metrics.forEach(({ name, query }, index) => {
    if (query !== undefined) {
      const missing = prometheus === undefined ? 'the address of a prometheus' : lacking(baseline, canary);
      if (missing !== undefined) report(`needs ${missing} beside the metrics`, 'metrics', index, 'query');
      // Without it both sides would be the same points, and every canary good.
      if (!query.includes(CANARY_SCOPE)) {
        report(
          `must hold ${CANARY_SCOPE}, for which baseline and canary are put in`,
          'metrics',
          index,
          'query',
        );
      }
    }
    if (names.has(name))
      report(`is the name of an earlier metric, too: ${quote(name)}`, 'metrics', index, 'name');
    names.add(name);
  });
}

function lacking(baseline: string | undefined, canary: string | undefined): string | undefined {
  if (baseline !== undefined && canary !== undefined) return undefined;
  return baseline === undefined ? 'a baseline' : 'a canary';
}

/** A name that is put into queries, within quotes: it cannot end them. */
function scope(example: string) {
  return shapedText(/^[^"'`\\\s]{1,200}$/, 'a name without blanks, quotes and backslashes', example);
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
