import type { Clock } from '@artifact-lifecycle/core';
import {
  type AuditLine,
  DigestCache,
  type ExecutionReport,
  executePlan,
  formatPlan,
  makePlan,
  type PlanRequest,
  parsePlan,
  protectionOf,
  type RecordHoldReading,
  type RetentionPlan,
  type RetentionService,
  readGraph,
  readRecordHolds,
  readRetention,
  retentionFor,
} from '@artifact-lifecycle/retention';

const DAY = 86_400_000;

/** Releases stay, builds go after a month, pull requests after two weeks, what has no tag after one. */
const RETENTION = `
classes:
  releases: { match: { tags: ["v*"] }, keep: forever }
  builds: { match: { tags: ["sha-*"] }, keep: 30d }
  pull-requests: { match: { tags: ["pr-*"] }, keep: 14d }
  untagged: { match: { untagged: true }, keep: 7d }
`;

/** What plans are made with beside the service. */
export interface PlanOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Empty when absent. */
  readonly cache?: DigestCache | undefined;
  /** A plan that was made before. */
  readonly approved?: RetentionPlan | undefined;
  /** Environments, and who verifies their records; none when absent. */
  readonly records?: RecordOptions | undefined;
}

/** What promotion records are judged by. */
export type RecordOptions = Pick<RecordHoldReading, 'environments' | 'openSource'>;

/** Plans as the action does: list, graph, plan. */
export async function planCleanup(service: RetentionService, options: PlanOptions): Promise<RetentionPlan> {
  const { now, cache = new DigestCache(), approved } = options;
  // Who carries out a plan lists with more care than who makes one.
  const images = await service.list({ isDecisive: approved !== undefined });
  const { graph } = await readGraph(service, images, { now, cache });
  const source = readRetention(RETENTION, { kind: 'input', name: 'retention' });
  const { target, abilities } = service;
  const world = {
    now,
    branches: undefined,
    openPullRequests: undefined,
    tellsPullTime: abilities.tellsPullTime,
  };
  const request: PlanRequest = {
    ...{ target, graph, abilities, world, approved },
    policy: retentionFor(source, target),
    protection: protectionOf({ tags: [], digests: new Map(), minAgeUntagged: DAY }),
  };
  const plan = makePlan(request);
  if (options.records === undefined) return plan;
  const records = await readRecordHolds(plan, graph, { target, service, cache, world, ...options.records });
  return makePlan({ ...request, records });
}

/** What became of a plan that was carried out. */
export interface Applied {
  /** The plan, narrowed to what still held. */
  readonly plan: RetentionPlan;
  readonly report: ExecutionReport;
}

/**
 * Carries out a plan as a later job does: from its file, narrowed to what still holds.
 *
 * @param lines what the audit file would say is added here
 */
export async function applyPlan(
  service: RetentionService,
  planned: RetentionPlan,
  clock: Clock,
  lines: AuditLine[],
  records?: RecordOptions,
): Promise<Applied> {
  const approved = parsePlan(Buffer.from(formatPlan(planned)), 'plan');
  const plan = await planCleanup(service, { now: clock.now(), approved, records });
  const report = await executePlan({
    service,
    plan,
    rails: { maxDeletes: 1_000_000, maxPercent: 100, keepAtLeast: 0 },
    audit: { append: async (line) => void lines.push(line) },
    clock,
  });
  return { plan, report };
}
