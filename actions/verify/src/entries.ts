import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import { type GitHubEvent, readEvent } from '@artifact-lifecycle/github';
import { GitHubStore, isForkPullRequest } from '@artifact-lifecycle/github/attestations';
import {
  type AttestationStore,
  RegistryStore,
  readBundleFile,
  type StoredEntry,
} from '@artifact-lifecycle/trust';
import type { Artifact } from './artifact.ts';
import type { verify } from './inputs.ts';
import type { VerifyRequest } from './request.ts';

type Context = Pick<ActionContext, 'signal' | 'log' | 'clock' | 'env'>;

/**
 * Gathers what is said of an artifact: by the bundle files that are given, else by the registry and, for files and
 * where a repository is named, by GitHub. What cannot be asked is an error: nobody's silence is a proof.
 */
export async function gatherEntries(
  artifact: Artifact,
  { bundles, policy }: VerifyRequest,
  inputs: Inputs<typeof verify>,
  context: Context,
): Promise<readonly StoredEntry[]> {
  const { signal } = context;
  if (bundles !== undefined) {
    const files = await Promise.all(bundles.map((path) => readBundleFile(path, { signal })));
    return files.flat();
  }
  const options = { signal, legacy: policy.allowLegacy, unsigned: policy.require.includes('provenance') };
  const lists = [];
  for (const store of await storesOf(artifact, inputs, context)) {
    lists.push(await store.list(artifact.digest, options));
  }
  return lists.flat();
}

async function storesOf(
  { registry }: Artifact,
  inputs: Inputs<typeof verify>,
  context: Context,
): Promise<readonly AttestationStore[]> {
  const registryStores =
    registry === undefined ? [] : [new RegistryStore(registry, { clock: context.clock })];
  // A registry is asked alone unless somebody names the repository: its absence of an answer is one.
  const repository = inputs.sourceRepository ?? (registry === undefined ? undefined : '');
  if (repository === '') return registryStores;
  const event = await readEvent(context.env);
  const github = openGitHub(repository ?? event.repository, inputs, event, context);
  return github === undefined ? registryStores : [...registryStores, github];
}

function openGitHub(
  repository: string,
  { githubToken }: Inputs<typeof verify>,
  event: GitHubEvent,
  { signal, log }: Context,
): GitHubStore | undefined {
  if (repository === '') return undefined;
  return new GitHubStore({
    repository,
    token: githubToken,
    apiUrl: event.apiUrl,
    serverUrl: event.serverUrl,
    isFork: isForkPullRequest(event),
    userAgent: 'artifact-lifecycle/verify',
    signal,
    onTrace: (line) => log.debug(line),
  });
}
