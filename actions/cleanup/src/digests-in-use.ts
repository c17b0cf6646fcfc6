import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import { findFiles } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import { type DeployedArtifacts, readDeployed } from '@artifact-lifecycle/github/packages';
import { type Digest, parseDigest } from '@artifact-lifecycle/registry';
import type { StoredImage } from '@artifact-lifecycle/retention';
import type { GitHub } from './github.ts';
import type { CleanupRequest } from './request.ts';

/** Digests in use, each with who uses it: `deploy/api.yaml`. */
export type DigestsInUse = ReadonlyMap<Digest, string>;

/** What is in use before any repository was looked at. */
export interface InUse {
  readonly digests: DigestsInUse;
  /** Commits and refs, for images that are deployed by name. */
  readonly deployed: DeployedArtifacts | undefined;
}

const NOTHING: DeployedArtifacts = { digests: new Map(), commits: new Map(), refs: new Map() };

/** A commit's abbreviation in a tag has at least so many digits (git's own). */
const MIN_ABBREVIATION = 7;

const DIGEST = /sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})(?![0-9a-f])/g;

/** A digest that lies across two chunks is found in the piece kept of the first. */
const OVERLAP = 'sha512:'.length + 128;

/**
 * Finds what is in use by the word of files and of GitHub's deployments.
 *
 * @throws SuiteError where either cannot be asked: nobody then knows what is needed
 */
export async function findInUse(
  { digestFiles, deployments }: CleanupRequest,
  github: GitHub,
  { workspace, signal }: Pick<ActionContext, 'workspace' | 'signal'>,
): Promise<InUse> {
  const named = await digestsInFiles(digestFiles, workspace);
  if (!deployments) return { digests: named, deployed: undefined };
  const client = github.client(`ask which images are deployed from ${github.repository}`);
  const deployed = await readDeployed(client, github.repository, { signal });
  return { digests: new Map([...deployed.digests, ...named]), deployed };
}

/** Adds the images that are deployed by their commit, git tag, branch or pull request: `sha-1a2b3c4`, `1.2.0`, `pr-7`. */
export function digestsInUse(images: readonly StoredImage[], { digests, deployed }: InUse): DigestsInUse {
  const { commits, refs } = deployed ?? NOTHING;
  const found = new Map(digests);
  if (commits.size === 0 && refs.size === 0) return found;
  const names = new Map<string, string>();
  for (const [ref, who] of refs) {
    for (const name of namesOf(ref)) names.set(name, who);
  }
  for (const { digest, tags } of images) {
    if (digest === undefined || found.has(digest)) continue;
    const who = tags
      .map((tag) => names.get(tag) ?? whoRunsCommit(tag, commits))
      .find((one) => one !== undefined);
    if (who !== undefined) found.set(digest, who);
  }
  return found;
}

/** What an image made from a ref is tagged: a tag has no `/`, and who makes one of a branch puts `-` there. */
function namesOf(ref: string): readonly string[] {
  const [, pull] = /^(?:refs\/)?pull\/(\d+)\//.exec(ref) ?? [];
  if (pull !== undefined) return [`pr-${pull}`];
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-');
  return [name, name.replace(/^v(?=\d)/, ''), plain, plain.toLowerCase()];
}

/** The hexadecimal words of a tag, as beginnings of commits. */
function whoRunsCommit(tag: string, commits: ReadonlyMap<string, string>): string | undefined {
  const words = tag
    .split(/[-_.]/)
    .filter((word) => word.length >= MIN_ABBREVIATION && /^[0-9a-f]+$/.test(word));
  for (const [commit, who] of commits) if (words.some((word) => commit.startsWith(word))) return who;
  return undefined;
}

/**
 * Finds the digests that files name: manifests, Helm values, Dockerfiles, whatever their format.
 *
 * @throws SuiteError `NOT_FOUND` for a pattern that nothing matches: what was to protect would protect nothing
 */
export async function digestsInFiles(globs: readonly string[], workspace: string): Promise<DigestsInUse> {
  if (globs.length === 0) return new Map();
  const found = new Map<Digest, string>();
  for (const file of await findFiles(globs, workspace, 'protect-digests')) {
    const name = relative(workspace, file).replaceAll('\\', '/');
    let rest = '';
    for await (const chunk of createReadStream(file, { encoding: 'latin1' })) {
      const text = rest + String(chunk);
      for (const [digest] of text.matchAll(DIGEST)) {
        const parsed = parseDigest(digest, `digest in ${name}`);
        if (!found.has(parsed)) found.set(parsed, name);
      }
      rest = text.slice(-OVERLAP);
    }
  }
  return found;
}
