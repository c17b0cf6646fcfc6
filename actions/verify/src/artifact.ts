import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Connections,
  type Digest,
  formatReference,
  openRegistry,
  parseDigest,
  type Reference,
  type Registry,
  resolveSource,
} from '@artifact-lifecycle/registry';
import { type IndexBytes, platformsOf } from '@artifact-lifecycle/trust';

/** Each platform costs a registry some requests; an index of more is there to cost them. */
const MAX_PLATFORMS = 1024;

/** One digest that is verified. */
export interface Artifact {
  /** For people: the reference, the platform of an index, the file's path. */
  readonly name: string;
  readonly digest: Digest;
  /** Where its attestations may lie; `undefined` for files. */
  readonly registry: Registry | undefined;
}

/** What is verified: the thing that was named, and the platforms of an index. */
export interface Artifacts {
  readonly named: Artifact;
  readonly platforms: readonly Artifact[];
  /** The index as it was fetched, where its platforms are verified as well. */
  readonly index: IndexBytes | undefined;
}

/**
 * Resolves an image, once; with `recursive` each platform of an index is verified as well, since that is what runs.
 * The platforms are those that the index lists: what the index's signature covers.
 */
export async function resolveImage(
  reference: Reference,
  connections: Connections,
  options: { readonly recursive: boolean; readonly signal: AbortSignal },
): Promise<Artifacts> {
  const { recursive, signal } = options;
  const registry = openRegistry(reference.location, connections);
  const root = await resolveSource(registry, reference, { signal });
  const named: Artifact = { name: formatReference(reference), digest: root.digest, registry };
  if (!recursive || root.content.kind !== 'index') return { named, platforms: [], index: undefined };
  const platforms = platformsOf(root).map(({ digest, platform }) => ({
    name: platform ?? digest,
    digest,
    registry,
  }));
  if (platforms.length > MAX_PLATFORMS) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The index ${root.digest} lists ${platforms.length} platforms; the limit is ${MAX_PLATFORMS}.`,
      { remedy: 'Verify the platforms that you need by their own digests.' },
    );
  }
  return { named, platforms, index: root };
}

/**
 * Hashes a file as it streams by.
 *
 * @throws SuiteError `NOT_FOUND`
 */
export async function readFileArtifact(path: string, name: string): Promise<Artifacts> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new SuiteError('NOT_FOUND', `The file ${JSON.stringify(name)} cannot be read.`, {
      remedy: 'Check the input "subject-path"; it starts at the workspace.',
      cause,
    });
  }
  const digest = parseDigest(`sha256:${hash.digest('hex')}`, 'digest of the file');
  return { named: { name, digest, registry: undefined }, platforms: [], index: undefined };
}
