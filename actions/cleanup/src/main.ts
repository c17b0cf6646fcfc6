import { relative } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type ActionContext,
  type Main,
  readPolicyInputs,
  readSigstore,
} from '@artifact-lifecycle/core/action';
import { connectRegistries } from '@artifact-lifecycle/registry';
import {
  DigestCache,
  parseAudit,
  parseDigestCache,
  type RestoreReport,
  type RetentionService,
  requireRetention,
  restoreDeleted,
} from '@artifact-lifecycle/retention';
import { type Cleaning, type CleaningTools, clean, planFilesOf, planOnPaper } from './cleaning.ts';
import { findInUse } from './digests-in-use.ts';
import { writeEcrPolicy } from './ecr-policy.ts';
import { openGitHub } from './github.ts';
import type { cleanup } from './inputs.ts';
import { openRecords } from './records.ts';
import { type CleanupRequest, readRequest } from './request.ts';
import { restoredFacts, restoreVerdict, summariseRestore } from './restored.ts';
import { type CleanupResult, factsOf, outputsOf } from './result.ts';
import { readStateFile, writeStateFile } from './state-file.ts';
import { summarise, verdictOf } from './summary.ts';
import { openTargets } from './targets.ts';
import { readWorld } from './world.ts';

type Context = ActionContext<typeof cleanup>;

/** Plans what a policy lets go, and carries the plan out where that is asked; or brings back what was deleted. */
export const main: Main<typeof cleanup> = async (inputs, context) => {
  const { log, workspace, summary } = context;
  const { policy, registries } = await readPolicyInputs(inputs, context);
  const request = await readRequest(inputs, policy, workspace);
  const { connections, clouds, http } = connectRegistries({
    action: 'cleanup',
    registries,
    githubToken: inputs.githubToken,
    context,
  });
  try {
    const github = openGitHub(http, inputs.githubToken, context);
    const services = await openTargets(request.targets, {
      github,
      connections,
      clouds,
      registries,
      http,
      context,
    });
    if (request.mode === 'restore') return await restore(request, services, inputs.dryRun, context);
    const retention = requireRetention(request.retention);
    const cache = await readCache(request.cacheFile, context);
    const tools: CleaningTools = {
      request,
      retention,
      inUse: await findInUse(request, github, context),
      github,
      world: await readWorld(retention, github, context),
      cache,
      openRecords: openRecords({
        ...{ policy, connections, context, serverUrl: github.serverUrl },
        sigstore: await readSigstore(inputs.sigstore, policy, context),
      }),
      isDryRun: inputs.dryRun,
      context,
    };
    const cleanings: Cleaning[] = [];
    if (request.inventory !== undefined) {
      cleanings.push(await planOnPaper(tools, request.inventory, request.planFile));
    }
    const failure = await cleanEach(services, tools, cleanings);
    if (inputs.emit === 'ecr' && !inputs.dryRun) {
      for (const { plan, planFile } of cleanings) {
        await writeEcrPolicy(retention, request, plan.target, planFile, context);
      }
    }
    const result: CleanupResult = { isDryRun: inputs.dryRun, workspace, cleanings };
    for (const { plan } of cleanings)
      for (const problem of plan.problems) log.warning(`${plan.target}: ${problem}`);
    log.info(verdictOf(result));
    summarise(result, summary);
    context.addToJson(factsOf(result));
    context.setOutputs(outputsOf(result));
    // What became of the targets before is told of first.
    if (failure !== undefined) throw failure.reason;
    refuseUnfinished(cleanings, request);
    return {};
  } finally {
    http.close();
  }
};

/** Cleans up one target after the other into `cleanings`; the first that fails ends it. */
async function cleanEach(
  services: readonly RetentionService[],
  tools: CleaningTools,
  cleanings: Cleaning[],
): Promise<{ readonly reason: unknown } | undefined> {
  const { request, cache, isDryRun, context } = tools;
  const opened = services.map(({ target }) => target);
  const planFiles = planFilesOf(request.planFile, request.targets, opened);
  const unplanned = await findUnplanned(planFiles, request);
  for (const [at, service] of services.entries()) {
    const planFile = planFiles[at] ?? request.planFile;
    const isUnplanned = unplanned.has(planFile);
    if (isUnplanned) {
      context.log.warning(
        `${service.target} has no plan, and others have one: it is planned, and nothing of it is deleted.`,
      );
    }
    const its: CleaningTools = isUnplanned ? { ...tools, request: { ...request, mode: 'plan' } } : tools;
    try {
      cleanings.push(await clean(service, its, planFile));
    } catch (reason) {
      return { reason };
    }
    const isLast = at === services.length - 1;
    if (!isDryRun) await writeStateFile(request.cacheFile, cache.format(!isLast));
  }
  return undefined;
}

/** What came to be after plans were made, as a package that a `*` means, nobody has looked at. */
async function findUnplanned(
  planFiles: readonly string[],
  { mode }: CleanupRequest,
): Promise<ReadonlySet<string>> {
  if (mode !== 'apply' || planFiles.length < 2) return new Set();
  const missing: string[] = [];
  for (const file of planFiles) if ((await readStateFile(file)) === undefined) missing.push(file);
  return new Set(missing.length < planFiles.length ? missing : []);
}

/** What is known of manifests; where nothing is, all are read. */
async function readCache(path: string, { log }: Context): Promise<DigestCache> {
  const bytes = await readStateFile(path);
  if (bytes === undefined) return new DigestCache();
  const { cache, problem } = parseDigestCache(bytes);
  if (problem !== undefined) log.warning(problem);
  return cache;
}

/** A plan past its rails, or images that could not be deleted, fail the step; images that are refused for good do not. */
function refuseUnfinished(cleanings: readonly Cleaning[], { mode }: CleanupRequest): void {
  const exceeded = cleanings.flatMap(({ plan, exceeded }) =>
    exceeded.map((rail) => `${plan.target}: ${rail}`),
  );
  if (mode === 'apply' && exceeded.length > 0) {
    throw new SuiteError('RAIL_EXCEEDED', `Nothing was deleted: ${exceeded.join(' ')}`, {
      remedy: 'Look at the plan; where it is right, raise the rail for this run.',
    });
  }
  const failures = cleanings
    .flatMap(({ execution }) => execution?.deletions ?? [])
    .flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.error] : []));
  const [first] = failures;
  if (first !== undefined) {
    throw new SuiteError(
      first.code,
      `${failures.length} deletions failed, the first because: ${first.message}`,
      {
        remedy: first.remedy,
        cause: first,
      },
    );
  }
}

/** Brings back what the audit file says was deleted, where the service can. */
async function restore(
  { restoreFile }: CleanupRequest,
  services: readonly RetentionService[],
  isDryRun: boolean,
  { log, summary, workspace, signal, addToJson }: Context,
): Promise<Record<string, never>> {
  const name = relative(workspace, restoreFile);
  const bytes = await readStateFile(restoreFile);
  if (bytes === undefined) {
    throw new SuiteError('NOT_FOUND', `There is no audit file ${name} to restore from.`, {
      remedy: 'Give the file that "mode: apply" has written, in "restore-file".',
    });
  }
  const lines = parseAudit(bytes, name);
  const reports: RestoreReport[] = [];
  for (const service of isDryRun ? [] : services)
    reports.push(await restoreDeleted(service, lines, { signal }));
  if (isDryRun) log.info(`Dry run: ${name} has ${lines.length} lines, and nothing is brought back.`);
  const report: RestoreReport = {
    items: reports.flatMap(({ items }) => items),
    problems: reports.flatMap(({ problems }) => problems),
  };
  log.info(restoreVerdict(report));
  summariseRestore(report, summary);
  addToJson(restoredFacts(report));
  const failed = report.items.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0)
    throw new SuiteError('NOT_FOUND', `${restoreVerdict(report)}: ${failed[0]?.reason ?? ''}`);
  return {};
}
