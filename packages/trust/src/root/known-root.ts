import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
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
}

/**
 * Gets the trusted root of an instance that is known by name: fetched and verified by TUF, from a root that is built
 * in. A root that cannot be fetched is an error: one that is old may trust what has been withdrawn since.
 *
 * @throws SuiteError `UNREACHABLE`, and those of `readTrustedRoot`
 */
export async function loadKnownRoot(
  instance: KnownInstance,
  { directory, mirror, signal }: KnownRootOptions = {},
): Promise<NamedTrustedRoot> {
  throwIfCancelled(signal);
  const repository = REPOSITORIES[instance];
  const temporary = await mkdtemp(join(directory ?? tmpdir(), 'tuf-'));
  try {
    const bytes = await fetchTarget(repository, mirror ?? repository.mirror, temporary);
    return await readTrustedRoot(bytes, `of ${repository.name}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function fetchTarget(
  { name, root }: TufRepository,
  mirrorURL: string,
  cachePath: string,
): Promise<Uint8Array> {
  // Eager: in the bundle's one file, but not run where a trusted root is given.
  const { initTUF } = await import(/* webpackMode: "eager" */ '@sigstore/tuf');
  const rootPath = join(cachePath, 'first-root.json');
  if (root !== undefined) await writeFile(rootPath, gunzipSync(Buffer.from(root, 'base64')));
  try {
    const tuf = await initTUF({
      cachePath,
      mirrorURL,
      timeout: TIMEOUT,
      retry: RETRIES,
      ...(root !== undefined && { rootPath }),
    });
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
