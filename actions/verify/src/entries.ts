import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import { readEvent } from '@artifact-lifecycle/github';
import { GitHubStore, isForkPullRequest } from '@artifact-lifecycle/github/attestations';
import type { Digest } from '@artifact-lifecycle/registry';
import {
  canCount,
  claimsToConcern,
  gatherEntries,
  type ListingStore,
  RegistryStore,
  readBundleFile,
  type StoredEntry,
} from '@artifact-lifecycle/trust';
import type { Artifact, Artifacts } from './artifact.ts';
import type { verify } from './inputs.ts';
import type { VerifyRequest } from './request.ts';

type Context = Pick<ActionContext, 'signal' | 'log' | 'clock' | 'env'>;

/** Asks one place more than the question before; the first that suffices ends it. */
export type Question = () => Promise<readonly StoredEntry[]>;

/**
 * Opens what is asked about artifacts: the bundle files that are given and nothing else; or the registry, and then
 * GitHub, for files and where a repository is named. What cannot be asked is an error: nobody's silence is a proof.
 *
 * @throws SuiteError those of reading bundle files
 */
export async function openQuestions(
  artifacts: Artifacts,
  request: VerifyRequest,
  inputs: Inputs<typeof verify>,
  context: Context,
): Promise<(artifact: Artifact) => readonly Question[]> {
  const { bundles, policy } = request;
  const { signal, clock } = context;
  if (bundles !== undefined) {
    const files = await Promise.all(bundles.map((path) => readBundleFile(path, { signal })));
    const byDigest = sortEntries(files.flat(), artifacts);
    return ({ digest }) => [async () => byDigest.get(digest) ?? []];
  }
  const github = await openGitHub(artifacts, inputs, context);
  const options = {
    signal,
    legacy: policy.allowLegacy,
    unsigned: policy.require.includes('provenance'),
    matters: (predicateType: string) => canCount(predicateType, policy),
  };
  return ({ registry, digest }) => {
    const own = registry === undefined ? [] : [listOnce(new RegistryStore(registry, { clock }), digest)];
    const steps: ListingStore[][] = registry === undefined ? [] : [own];
    if (github !== undefined) steps.push([...own, github]);
    return steps.map((stores) => () => gatherEntries(stores, digest, options));
  };
}

/** What a store has of one digest: found once, it is not looked for again where GitHub is asked beside it. */
function listOnce(store: ListingStore, digest: Digest): ListingStore {
  let listed: ReturnType<ListingStore['list']> | undefined;
  return {
    list: (asked, options) => {
      if (asked !== digest) return store.list(asked, options);
      listed ??= store.list(digest, options);
      return listed;
    },
  };
}

/** Of the bundles of an index and its platforms each is held against what it claims to be about; the rest, against the index. */
function sortEntries(
  entries: readonly StoredEntry[],
  { named, platforms }: Artifacts,
): ReadonlyMap<string, readonly StoredEntry[]> {
  const sorted = new Map<string, StoredEntry[]>();
  for (const entry of entries) {
    const about = [named, ...platforms].filter(({ digest }) => claimsToConcern(entry, digest));
    for (const { digest } of about.length > 0 ? about : [named]) {
      sorted.set(digest, [...(sorted.get(digest) ?? []), entry]);
    }
  }
  return sorted;
}

/**
 * GitHub's attestations: of the repository that is named, else, for files, of the one that the job runs in. An image is
 * looked for at GitHub only with a token, and not where a trusted root of one's own is to do without the network.
 *
 * @throws SuiteError `INPUT_INVALID` for a file that nobody could be asked about
 */
async function openGitHub(
  { named }: Artifacts,
  { sourceRepository, githubToken, trustedRoot }: Inputs<typeof verify>,
  { signal, log, env }: Context,
): Promise<GitHubStore | undefined> {
  const isImage = named.registry !== undefined;
  if (isImage && (sourceRepository === undefined || githubToken === undefined || trustedRoot !== undefined)) {
    return undefined;
  }
  const event = await readEvent(env);
  const repository = sourceRepository ?? event.repository;
  if (repository === '') {
    throw new SuiteError('INPUT_INVALID', 'Nobody is named who could have proofs of this file.', {
      remedy: 'Give its bundles as "bundle", or as "source-repository" the repository that attested to it.',
    });
  }
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
