import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Connections,
  type Digest,
  formatLocation,
  isIndexType,
  type Manifest,
  mapInParallel,
  openRegistry,
  parseDigest,
  type Reference,
  type Registry,
  resolveSource,
} from '@artifact-lifecycle/registry';
import { MAX_SUBJECTS, platformsOf, type StatementSubject } from '@artifact-lifecycle/trust';

/** Something that is signed and attested, by its digest. */
export interface Subject {
  /** As statements name it: `ghcr.io/acme/api`, `app.tar.gz`. */
  readonly name: string;
  /** For people, and for names of files: `api`, `api-linux-amd64`, `app.tar.gz`. */
  readonly label: string;
  readonly digest: Digest;
  /** Where attestations may be kept beside it; `undefined` for what is no image. */
  readonly registry: Registry | undefined;
  readonly isIndex: boolean;
}

/** A subject as statements have it. */
export function statementSubject({ name, digest }: Subject): StatementSubject {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { name, digest: { [algorithm]: hex } };
}

/**
 * Resolves an image, once; with `recursive` each platform of an index is a subject as well, because readers pull those
 * by their own digests.
 */
export async function resolveImage(
  reference: Reference,
  connections: Connections,
  options: { readonly recursive: boolean; readonly signal: AbortSignal },
): Promise<readonly Subject[]> {
  const { recursive, signal } = options;
  const registry = openRegistry(reference.location, connections);
  const root = await resolveSource(registry, reference, { signal });
  if (root.digest.startsWith('sha512:')) {
    throw new SuiteError(
      'UNSUPPORTED',
      `${root.digest} is no sha256, which is what readers of signatures know.`,
      {
        remedy: 'Push the image under its sha256 digest.',
      },
    );
  }
  const name = formatLocation(reference.location);
  const label = name.split(/[/\\]/).at(-1) || 'image';
  const isIndex = root.content.kind === 'index';
  const first: Subject = { name, label, digest: root.digest, registry, isIndex };
  if (!recursive || !isIndex) return [first];
  const below = await childrenOf(registry, root, { signal, left: MAX_SUBJECTS }, 1);
  return [
    first,
    ...below.map(({ digest, platform, isIndex: nested }) => ({
      name,
      label: `${label}-${platform?.replaceAll('/', '-') ?? digest.slice(7, 19)}`,
      digest,
      registry,
      isIndex: nested,
    })),
  ];
}

/** Indexes in indexes: those of bake have two levels. */
const MAX_DEPTH = 4;

/** Manifests that are looked at at a time, whether they are there. */
const AT_A_TIME = 8;

/** What is left of the images that one walk may find, whatever indexes list. */
interface Walk {
  readonly signal: AbortSignal;
  left: number;
}

interface Child {
  readonly digest: Digest;
  readonly platform: string | undefined;
  readonly isIndex: boolean;
}

/** All that a verifier of the index asks for: every manifest but buildkit's statements, and those of nested indexes. */
async function childrenOf(
  registry: Registry,
  index: Manifest,
  walk: Walk,
  depth: number,
): Promise<readonly Child[]> {
  if (depth > MAX_DEPTH) {
    throw new SuiteError('LIMIT_EXCEEDED', `The index ${index.digest} lies ${depth - 1} indexes deep.`);
  }
  const children = platformsOf(index);
  walk.left -= children.length;
  if (walk.left < 0) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The index ${index.digest} and those in it list too many images.`,
      {
        remedy: `Sign at most ${MAX_SUBJECTS} in a step; with recursive: false the index alone.`,
      },
    );
  }
  const { signal } = walk;
  const found = await mapInParallel(children, AT_A_TIME, signal, async ({ digest, platform }) => {
    const manifest = await registry.fetchManifest(digest, { signal });
    const isIndex = isIndexType(manifest.mediaType);
    const below = isIndex ? await childrenOf(registry, manifest, walk, depth + 1) : [];
    return [{ digest, platform, isIndex }, ...below];
  });
  return found.flat();
}

/**
 * Hashes a file as it streams by.
 *
 * @throws SuiteError `NOT_FOUND`
 */
export async function readFileSubject(path: string, workspace: string): Promise<Subject> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new SuiteError(
      'NOT_FOUND',
      `The file ${JSON.stringify(relative(workspace, path))} cannot be read.`,
      {
        cause,
      },
    );
  }
  const name = basename(path);
  const digest = parseDigest(`sha256:${hash.digest('hex')}`, 'digest of the file');
  return { name, label: name, digest, registry: undefined, isIndex: false };
}
