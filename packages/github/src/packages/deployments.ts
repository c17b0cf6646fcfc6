import { type Digest, mapInParallel, tryParseDigest } from '@artifact-lifecycle/registry';
import type { ServiceOptions } from '@artifact-lifecycle/retention';
import { isObject, type JsonObject, textAt } from '../payload.ts';
import { unexpected } from './package-version.ts';
import type { PackagesClient } from './packages-client.ts';
import { packagesError } from './packages-error.ts';
import { type Listing, readAllPages, readPage } from './pages.ts';
import { pathOf } from './repository-state.ts';

/**
 * In one environment, of several services that share it, so many deployments are looked at, the newest: each costs a
 * request for its state. Where all of them are over, as after a row of failures, what runs is older: then as many more.
 */
const DEPLOYMENTS_AT_A_TIME = 30;

/** An environment in which so many have ended one after the other runs nothing any more. */
const MAX_DEPLOYMENTS_AN_ENVIRONMENT = 300;

const CONCURRENCY = 8;

/** States in which nothing of a deployment runs, or ever did. */
const OVER: ReadonlySet<string> = new Set(['inactive', 'failure', 'error']);

/** What deployments say is in use, each with who uses it: `the deployment 42 to production`. */
export interface DeployedArtifacts {
  /** Digests that a deployment names: in its payload, its description, its statuses. */
  readonly digests: ReadonlyMap<Digest, string>;
  /** Commits that are deployed, in full: images that are tagged with them are in use. */
  readonly commits: ReadonlyMap<string, string>;
  /** Branches and git tags that were deployed, as they were written. */
  readonly refs: ReadonlyMap<string, string>;
}

/**
 * What is deployed of `owner/name` by GitHub's word (REST API, "Deployments"): of each environment the newest
 * deployments whose last status is not that they ended or failed.
 *
 * @throws SuiteError where GitHub cannot be asked: nobody then knows what is in use
 */
export async function readDeployed(
  client: PackagesClient,
  repository: string,
  { signal }: ServiceOptions = {},
): Promise<DeployedArtifacts> {
  const path = `${pathOf(repository)}/deployments`;
  const listing: Listing = { client, path, doing: `list the deployments of ${repository}`, signal };
  const environments = [...byEnvironment((await readAllPages(listing)).map(readDeployment)).values()];
  const digests = new Map<Digest, string>();
  const commits = new Map<string, string>();
  const refs = new Map<string, string>();
  const ask = async (deployment: ListedDeployment, its: AbortSignal | undefined) => {
    const doing = `read the state of the deployment ${deployment.id} of ${repository}`;
    const { items } = await readPage(
      { client, path: `${path}/${deployment.id}/statuses`, doing, signal: its },
      1,
    );
    return isOver(items) ? [] : [{ deployment, statuses: items }];
  };
  const live: Awaited<ReturnType<typeof ask>>[number][] = [];
  let waiting = environments;
  for (
    let from = 0;
    from < MAX_DEPLOYMENTS_AN_ENVIRONMENT && waiting.length > 0;
    from += DEPLOYMENTS_AT_A_TIME
  ) {
    const round = waiting.flatMap((each) => each.slice(from, from + DEPLOYMENTS_AT_A_TIME));
    live.push(...(await mapInParallel(round, CONCURRENCY, signal, ask)).flat());
    const running = new Set(live.map(({ deployment }) => deployment.environment));
    waiting = waiting.filter(
      ([first, ...rest]) =>
        first !== undefined && !running.has(first.environment) && rest.length >= from + DEPLOYMENTS_AT_A_TIME,
    );
  }
  for (const { deployment, statuses } of live.toSorted((a, b) => newestFirst(a.deployment, b.deployment))) {
    const { id, environment, data } = deployment;
    const who = `the deployment ${id} to ${environment}`;
    for (const digest of findDigests([data['payload'], data['description'], ...statuses])) {
      if (!digests.has(digest)) digests.set(digest, who);
    }
    const [sha, ref] = [textAt(data, 'sha'), textAt(data, 'ref')];
    if (sha !== undefined && !commits.has(sha)) commits.set(sha, who);
    if (ref !== undefined && ref !== sha && !refs.has(ref)) refs.set(ref, who);
  }
  return { digests, commits, refs };
}

/**
 * Which of these digests run somewhere by the organisation's deployment records (REST API, "Artifact metadata"); a
 * request each.
 */
export async function readDeploymentRecords(
  client: PackagesClient,
  organisation: string,
  digests: readonly Digest[],
  { signal }: ServiceOptions = {},
): Promise<ReadonlyMap<Digest, string>> {
  const owner = encodeURIComponent(organisation);
  const found = await mapInParallel(digests, CONCURRENCY, signal, async (digest, its) => {
    const path = `/orgs/${owner}/artifacts/${encodeURIComponent(digest)}/metadata/deployment-records`;
    const answer = await client.ask({ method: 'GET', path, signal: its });
    const doing = `read the deployment records of ${digest} in ${organisation}`;
    if (answer.status !== 200) throw packagesError(answer, doing, client.clock.now());
    const records = isObject(answer.data) ? answer.data['deployment_records'] : undefined;
    if (!Array.isArray(records)) throw unexpected('list of deployment records');
    const running = records.filter(isObject).find((record) => record['status'] !== 'decommissioned');
    if (running === undefined) return [];
    const name = textAt(running, 'deployment_name') ?? 'unnamed';
    const environment = textAt(running, 'logical_environment') ?? 'an environment';
    return [[digest, `the deployment record ${name} in ${environment}`] as const];
  });
  return new Map(found.flat());
}

interface ListedDeployment {
  readonly id: number;
  readonly environment: string;
  readonly createdAt: string;
  readonly data: JsonObject;
}

function readDeployment(data: unknown): ListedDeployment {
  const id = isObject(data) ? data['id'] : undefined;
  if (!isObject(data) || typeof id !== 'number') throw unexpected('deployment');
  return {
    id,
    environment: textAt(data, 'environment') ?? 'an environment',
    createdAt: textAt(data, 'created_at') ?? '',
    data,
  };
}

/** Deployments of each environment, the newest first. */
function byEnvironment(
  deployments: readonly ListedDeployment[],
): ReadonlyMap<string, readonly ListedDeployment[]> {
  const found = new Map<string, ListedDeployment[]>();
  for (const deployment of deployments.toSorted(newestFirst)) {
    const others = found.get(deployment.environment);
    if (others === undefined) found.set(deployment.environment, [deployment]);
    else others.push(deployment);
  }
  return found;
}

function newestFirst(a: ListedDeployment, b: ListedDeployment): number {
  return a.createdAt === b.createdAt ? b.id - a.id : a.createdAt < b.createdAt ? 1 : -1;
}

/** The newest status comes first. One without any is still on its way. */
function isOver(statuses: readonly unknown[]): boolean {
  const [last] = statuses;
  if (last === undefined) return false;
  const state = isObject(last) ? textAt(last, 'state') : undefined;
  if (state === undefined) throw unexpected('status of a deployment');
  return OVER.has(state);
}

/** Digests in whatever people put there: text, or JSON of any shape. */
function findDigests(values: readonly unknown[]): readonly Digest[] {
  const text = values.map((value) => JSON.stringify(value) ?? '').join('\n');
  const found = text.match(/sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})(?![0-9a-f])/g) ?? [];
  return found.flatMap((each) => tryParseDigest(each) ?? []);
}
