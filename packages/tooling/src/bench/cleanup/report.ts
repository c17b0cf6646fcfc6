import { formatTable } from '../report.ts';
import type { PlanCost, RequestCount } from './cost.ts';
import type { ProofResult } from './proof/prove.ts';

/** What a plan took in a process of its own. */
export interface PlanResources {
  readonly versions: number;
  readonly planned: number;
  readonly cpuSeconds: number;
  /** Peak resident memory in bytes. */
  readonly memory: number;
}

/** Issue 7, line 5: for 10,000 versions, and for 100,000. */
const MOST = { cold: 2100, warm: 120, cpuSeconds: 10, megabytes: 512 } as const;

/** Writes what became of each scenario. */
export function reportProof(results: readonly ProofResult[]): string {
  const count = (items: readonly string[]): string => String(items.length);
  return formatTable([
    [
      ...['scenario', 'versions', 'planned', 'gone', 'passed over', 'broken tags', 'lost referrers'],
      ...['orphans left', 'wrongly gone', 'plan = done', 'runs'],
    ],
    ...results.map((result) => [
      result.name,
      ...[result.versions, result.planned, result.gone, result.passedOver].map(String),
      ...[result.brokenTags, result.lostReferrers, result.left, result.wronglyGone].map(count),
      result.differences.length === 0 ? 'yes' : 'no',
      String(result.runs),
    ]),
  ]);
}

/** What went wrong, a line each; none where nothing did. */
export function listFaults(results: readonly ProofResult[]): readonly string[] {
  return results.flatMap(({ name, brokenTags, lostReferrers, left, wronglyGone, differences }) =>
    [
      ...brokenTags,
      ...lostReferrers,
      ...left.map((one) => `${one} is left`),
      ...wronglyGone.map((one) => `${one} is gone and was to stay`),
      ...differences,
    ].map((fault) => `- ${name}: ${fault}`),
  );
}

/** Writes how many requests a plan takes. */
export function reportCost({ versions, planned, cold, warm }: PlanCost): string {
  const row = (name: string, { api, registry }: RequestCount, most: number): readonly string[] => {
    const all = api + registry;
    return [
      name,
      ...[versions, planned, api, registry, all].map(String),
      `${most}: ${all <= most ? 'kept' : 'not kept'}`,
    ];
  };
  return formatTable([
    ['requests to plan', 'versions', 'planned', 'API', 'registry', 'together', 'at most'],
    row('from nothing', cold, MOST.cold),
    row('with the digest cache', warm, MOST.warm),
  ]);
}

/** Writes what a large plan takes. */
export function reportResources({ versions, planned, cpuSeconds, memory }: PlanResources): string {
  const megabytes = memory / 1e6;
  const isKept = cpuSeconds <= MOST.cpuSeconds && megabytes <= MOST.megabytes;
  return formatTable([
    ['a large plan', 'versions', 'planned', 'CPU', 'peak RSS', 'at most'],
    [
      'from nothing, with its files',
      String(versions),
      String(planned),
      `${cpuSeconds.toFixed(1)} s`,
      `${megabytes.toFixed(0)} MB`,
      `${MOST.cpuSeconds} s, ${MOST.megabytes} MB: ${isKept ? 'kept' : 'not kept'}`,
    ],
  ]);
}
