import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { readBoundedFile } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import { readDeploymentRecords } from '@artifact-lifecycle/github/packages';
import { tryParseDigest } from '@artifact-lifecycle/registry';
import {
  AuditFile,
  type DigestCache,
  type ExecutionReport,
  executePlan,
  findExceededRails,
  formatPlan,
  INVENTORY_ABILITIES,
  makePlan,
  NO_RECORD_HOLDS,
  parsePlan,
  protectionOf,
  type RecordHolds,
  type RetentionPlan,
  type RetentionProtection,
  type RetentionService,
  type RetentionSource,
  type RetentionWorld,
  readGraph,
  readInventory,
  readRecordHolds,
  retentionFor,
} from '@artifact-lifecycle/retention';
import { type DigestsInUse, digestsInUse, type InUse } from './digests-in-use.ts';
import type { GitHub } from './github.ts';
import { tellOutcome } from './outcome.ts';
import type { OpenRecords } from './records.ts';
import type { CleanupRequest } from './request.ts';
import { describeLimits } from './service-limits.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

/** A hundred thousand images have some 50 MB. */
const MAX_INVENTORY_BYTES = 256 * 1024 * 1024;

/** What became of one target. */
export interface Cleaning {
  readonly plan: RetentionPlan;
  readonly planFile: string;
  /** What the service cannot say or do. */
  readonly limits: readonly string[];
  /** What claims to be a promotion record and keeps nothing. */
  readonly remarks: readonly string[];
  /** Rails that the plan goes past: it is written, and not carried out. */
  readonly exceeded: readonly string[];
  /** `undefined` where only a plan was made. */
  readonly execution: ExecutionReport | undefined;
}

/** What all targets have in common. */
export interface CleaningTools {
  readonly request: CleanupRequest;
  readonly retention: RetentionSource;
  readonly inUse: InUse;
  readonly github: GitHub;
  readonly world: RetentionWorld;
  readonly cache: DigestCache;
  readonly openRecords: OpenRecords;
  readonly isDryRun: boolean;
  readonly context: Pick<ActionContext, 'signal' | 'clock' | 'log'>;
}

/**
 * Plans what is let go in a repository and, with `mode: apply`, carries it out: a plan that is there already is
 * carried out exactly, less what has changed since.
 *
 * @throws SuiteError `RAIL_EXCEEDED`, `PLAN_STALE`, and those of reading the repository
 */
export async function clean(
  service: RetentionService,
  tools: CleaningTools,
  planFile: string,
): Promise<Cleaning> {
  const { request, retention, world, cache, isDryRun, context } = tools;
  const { signal, clock, log } = context;
  const isApply = request.mode === 'apply' && !isDryRun;
  const images = await service.list({ signal, isDecisive: isApply });
  const { graph, requests } = await readGraph(service, images, { now: world.now, cache, signal });
  log.info(`${service.target}: ${images.length} images, ${requests} manifests read`);
  const limits = describeLimits(service.abilities);
  for (const limit of limits) log.info(`  ${limit}`);
  const approved = request.mode === 'apply' ? await readPlan(planFile) : undefined;
  const inUse = digestsInUse(images, tools.inUse);
  const planWith = (digests: DigestsInUse, records?: RecordHolds): RetentionPlan =>
    makePlan({
      target: service.target,
      graph,
      policy: retentionFor(retention, service.target),
      protection: protectionFor(request, digests),
      abilities: service.abilities,
      world,
      approved,
      records,
    });
  const first = planWith(inUse);
  const recorded = await readRecords(first, tools);
  const unrecorded = recorded.size === 0 ? first : planWith(new Map([...recorded, ...inUse]));
  const records = await readRecordHolds(unrecorded, graph, {
    ...{ service, target: service.target, cache, world, signal, environments: request.environments },
    openSource: () => tools.openRecords(service.target),
  });
  const plan = records === NO_RECORD_HOLDS ? unrecorded : planWith(new Map([...recorded, ...inUse]), records);
  for (const remark of records.remarks) log.warning(`${service.target}: ${remark}`);
  if (approved === undefined && !isDryRun) await writeStateFile(planFile, formatPlan(plan));
  const exceeded = findExceededRails(plan, request.rails);
  warnOfOldPlan(approved, plan, log);
  if (!isApply) return { plan, planFile, limits, remarks: records.remarks, exceeded, execution: undefined };
  await mkdir(dirname(request.auditFile), { recursive: true });
  const audit = await AuditFile.open(request.auditFile);
  try {
    const execution = await executePlan({
      service,
      plan,
      rails: request.rails,
      audit,
      clock,
      signal,
      onItem: ({ id, tags }, outcome) => log.info(`  ${tags.join(', ') || id} ${tellOutcome(outcome)}`),
    });
    return { plan, planFile, limits, remarks: records.remarks, exceeded, execution };
  } finally {
    await audit.close();
  }
}

/** A file of an earlier run that nobody has taken away would keep anything from being deleted ever again. */
function warnOfOldPlan(
  approved: RetentionPlan | undefined,
  { delete: { length }, transition, target }: RetentionPlan,
  log: Pick<ActionContext, 'log'>['log'],
): void {
  if (approved === undefined || length + transition.length > 0) return;
  if (approved.delete.length + approved.transition.length === 0) return;
  log.warning(
    `The plan for ${target} of ${approved.now} has nothing left to do. To plan anew, remove its file or set "mode: plan".`,
  );
}

/** Tries the policy on a repository on paper. */
export async function planOnPaper(tools: CleaningTools, path: string, planFile: string): Promise<Cleaning> {
  const { request, retention, isDryRun } = tools;
  const bytes = await readBoundedFile(path, MAX_INVENTORY_BYTES, `The inventory ${JSON.stringify(path)}`, {
    missing: 'Check the input "inventory"; it starts at the workspace.',
  });
  const { images, graph, now } = readInventory(bytes, path);
  const plan = makePlan({
    target: 'inventory',
    graph,
    policy: retentionFor(retention, 'inventory'),
    protection: protectionFor(request, digestsInUse(images, tools.inUse)),
    abilities: INVENTORY_ABILITIES,
    world: { ...tools.world, now: now ?? tools.world.now },
  });
  if (!isDryRun) await writeStateFile(planFile, formatPlan(plan));
  return {
    plan,
    planFile,
    limits: [],
    remarks: [],
    exceeded: findExceededRails(plan, request.rails),
    execution: undefined,
  };
}

function protectionFor(
  { protectTags, minAgeUntagged }: CleanupRequest,
  digests: DigestsInUse,
): RetentionProtection {
  return protectionOf({ tags: protectTags, digests, minAgeUntagged });
}

/** A request for each digest: only for those that would go. */
async function readRecords(
  { delete: deletions }: RetentionPlan,
  { request, github, context }: CleaningTools,
): Promise<DigestsInUse> {
  if (!request.deploymentRecords) return new Map();
  const digests = deletions.flatMap(({ digest }) => tryParseDigest(digest ?? '') ?? []);
  const client = github.client(`read the deployment records of ${github.owner}`);
  return readDeploymentRecords(client, github.owner, digests, { signal: context.signal });
}

/**
 * Where the plan of each target stands. Of several each has its own, `retention-plan.ghcr.io-acme-app.json`, and so has
 * each that a `*` means: how many there are changes from one run to the next, and a plan must be found again.
 */
export function planFilesOf(
  planFile: string,
  written: readonly string[],
  opened: readonly string[],
): readonly string[] {
  const [only] = written;
  if (written.length === 1 && only?.includes('*') !== true) return opened.map(() => planFile);
  const extension = extname(planFile);
  const start = planFile.slice(0, planFile.length - extension.length);
  const slugs = opened.map((target) => target.replace(/[^a-zA-Z0-9._-]+/g, '-'));
  const counts = new Map<string, number>();
  for (const slug of slugs) counts.set(slug.toLowerCase(), (counts.get(slug.toLowerCase()) ?? 0) + 1);
  return slugs.map((slug, at) => {
    // `a/b-c` and `a-b/c` would be one.
    const isShared = (counts.get(slug.toLowerCase()) ?? 0) > 1;
    const hash = createHash('sha256').update(opened[at] ?? '');
    return `${start}.${slug}${isShared ? `.${hash.digest('hex').slice(0, 8)}` : ''}${extension}`;
  });
}

/** A plan that is not there is made now. */
async function readPlan(path: string): Promise<RetentionPlan | undefined> {
  const bytes = await readStateFile(path);
  return bytes === undefined ? undefined : parsePlan(bytes, path);
}
