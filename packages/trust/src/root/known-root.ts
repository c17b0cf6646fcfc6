import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { isJsonObject } from '@artifact-lifecycle/registry';
import type { KnownInstance } from '../instance/choose-instance.ts';
import type { NamedTrustedRoot } from '../instance/instance.ts';
import { GITHUB_TUF_ROOT } from './github-tuf-root.ts';
import { readTrustedRoot } from './trusted-root.ts';

/** Where a trusted root comes from, signed by The Update Framework all the way from a root that is built in. */
interface TufRepository {
  readonly name: string;
  readonly mirror: string;
  /** Gzip, base64; `undefined` where the library brings its own. */
  readonly root: string | undefined;
}

const REPOSITORIES: Readonly<Record<KnownInstance, TufRepository>> = {
  'public-good': {
    name: 'the public good instance',
    mirror: 'https://tuf-repo-cdn.sigstore.dev',
    root: undefined,
  },
  github: { name: "GitHub's own instance", mirror: 'https://tuf-repo.github.com', root: GITHUB_TUF_ROOT },
};

/** The target that holds the trusted root, in both repositories. */
const TARGET = 'trusted_root.json';

/** A mirror that has no answer by then gets another try. Milliseconds. */
const TIMEOUT = 10_000;
const RETRIES = 2;

export interface KnownRootOptions {
  /** Where TUF may keep its files while it works; the system's directory for temporary files when absent. */
  readonly directory?: string | undefined;
  /** Another mirror of the same repository, for tests. */
  readonly mirror?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Where the mirror of the public good instance cannot be reached, takes the root that Sigstore's library brings, and
   * is told so: for runs behind a wall, which should rather be given a trusted root. Without it that is an error.
   */
  readonly onEmbedded?: ((message: string) => void) | undefined;
}

/**
 * Gets the trusted root of an instance that is known by name: fetched and verified by TUF, from a root that is built
 * in. A root that cannot be fetched is an error: one that is old may trust what has been withdrawn since.
 *
 * @throws SuiteError `UNREACHABLE`, and those of `readTrustedRoot`
 */
export async function loadKnownRoot(
  instance: KnownInstance,
  { directory, mirror, signal, onEmbedded }: KnownRootOptions = {},
): Promise<NamedTrustedRoot> {
  throwIfCancelled(signal);
  const repository = REPOSITORIES[instance];
  const [temporary, embedded] = await Promise.all([
    mkdtemp(join(directory ?? tmpdir(), 'tuf-')),
    loadEmbedded(repository),
  ]);
  try {
    const bytes = await fetchTarget(repository, embedded.root, mirror ?? repository.mirror, temporary);
    return await readTrustedRoot(bytes, `of ${repository.name}`);
  } catch (error) {
    const { target } = embedded;
    if (onEmbedded === undefined || target === undefined || !isSuiteError(error, 'UNREACHABLE')) throw error;
    onEmbedded(
      `${error.message} The one that Sigstore's library was released with is used: it knows of nothing since.`,
    );
    return await readTrustedRoot(target, `of ${repository.name}, as it was released`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What Sigstore's library was released with: the repository's root, and its trusted root of that day. */
async function loadEmbedded({ mirror, root }: TufRepository): Promise<EmbeddedRoot> {
  if (root !== undefined) return { root: gunzipSync(Buffer.from(root, 'base64')), target: undefined };
  const { default: seeds } = await import(/* webpackMode: "eager" */ '@sigstore/tuf/seeds.json', {
    with: { type: 'json' },
  });
  const seed: unknown = Object.hasOwn(seeds, mirror) ? Reflect.get(seeds, mirror) : undefined;
  const targets = isJsonObject(seed) ? seed['targets'] : undefined;
  return {
    root: decode(isJsonObject(seed) ? seed['root.json'] : undefined),
    target: decode(isJsonObject(targets) ? targets[TARGET] : undefined),
  };
}

interface EmbeddedRoot {
  /** Of the repository. */
  readonly root: Uint8Array;
  /** The trusted root; `undefined` where none was built in. */
  readonly target: Uint8Array | undefined;
}

function decode(base64: unknown): Uint8Array {
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  throw new SuiteError('INTERNAL', "Sigstore's library brings no root for its own repository.");
}

async function fetchTarget(
  { name }: TufRepository,
  first: Uint8Array,
  mirrorURL: string,
  cachePath: string,
): Promise<Uint8Array> {
  // Eager: in the bundle's one file, but not run where a trusted root is given.
  const { initTUF } = await import(/* webpackMode: "eager" */ '@sigstore/tuf');
  const rootPath = join(cachePath, 'first-root.json');
  await writeFile(rootPath, first);
  try {
    const tuf = await initTUF({ cachePath, mirrorURL, timeout: TIMEOUT, retry: RETRIES, rootPath });
    return Buffer.from(await tuf.getTarget(TARGET));
  } catch (cause) {
    throw new SuiteError(
      'UNREACHABLE',
      `The trusted root of ${name} cannot be had from ${new URL(mirrorURL).host}.`,
      {
        remedy: 'Run it again; or give "trusted-root", a file, which needs no network.',
        cause,
      },
    );
  }
}
