import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import { CANARY_SCOPE, type CanaryMetric, quote } from '@artifact-lifecycle/core/policy';
import type { CanaryEvidence, CanarySettings } from '../gate/canary.ts';
import type { CanarySeries } from './finding.ts';
import { type CanaryPeriod, fixPeriod } from './period.ts';
import { readPointsFile } from './points-file.ts';
import type { CanarySources, MetricSource } from './source.ts';

/**
 * Gathers the points of a canary's metrics, all at the same time: by a query for each side, in which `${scope}`
 * becomes `canary` or `baseline` of the settings; or from files. Files have no period: who wrote them chose it.
 *
 * @throws SuiteError of the first metric (in the order of the policy) whose points cannot be read; its name is in
 * the message. No data is none.
 */
export async function gatherCanary(
  settings: CanarySettings,
  sources: CanarySources,
  clock: Clock,
  signal?: AbortSignal,
): Promise<CanaryEvidence> {
  const isAsked = settings.metrics.some(({ query }) => query !== undefined);
  const asking = isAsked ? startAsking(settings, sources, clock) : undefined;
  const results = await Promise.allSettled(
    settings.metrics.map((metric) => gatherMetric(metric, asking, sources, signal)),
  );
  const series = results.map((result, index) => {
    if (result.status === 'fulfilled') return result.value;
    throw withName(result.reason, settings.metrics[index]?.name ?? '');
  });
  return { period: asking?.period ?? null, series };
}

/** What queries need. */
interface Asking {
  readonly source: MetricSource;
  readonly period: CanaryPeriod;
  readonly baseline: string;
  readonly canary: string;
}

function startAsking(settings: CanarySettings, sources: CanarySources, clock: Clock): Asking {
  const { prometheus, baseline, canary } = settings;
  if (prometheus === undefined || baseline === undefined || canary === undefined) {
    throw new SuiteError(
      'POLICY_INVALID',
      'The canary has queries, and lacks one of "prometheus", "baseline" and "canary".',
    );
  }
  const source = sources.prometheus(new URL(prometheus));
  return { source, period: fixPeriod(settings, clock), baseline, canary };
}

async function gatherMetric(
  metric: CanaryMetric,
  asking: Asking | undefined,
  sources: CanarySources,
  signal: AbortSignal | undefined,
): Promise<CanarySeries> {
  const { name, query, file } = metric;
  if (file !== undefined) {
    return { name, ...readPointsFile(await sources.readFile(file, signal), file) };
  }
  if (query === undefined || asking === undefined) return { name, baseline: [], canary: [] };
  const ask = (scope: string): Promise<readonly number[]> =>
    asking.source.query(
      query.replaceAll(CANARY_SCOPE, () => scope),
      asking.period,
      signal,
    );
  const [baseline, canary] = await Promise.all([ask(asking.baseline), ask(asking.canary)]);
  return { name, baseline, canary };
}

/** Says which metric an error is of; what is no SuiteError stays as it is. */
function withName(error: unknown, name: string): unknown {
  if (!(error instanceof SuiteError) || error.code === 'CANCELLED') return error;
  return new SuiteError(error.code, `The canary metric ${quote(name)} has no points: ${error.message}`, {
    remedy: error.remedy,
    cause: error,
  });
}
