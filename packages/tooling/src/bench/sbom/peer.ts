import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findProgram } from '../contestant.ts';
import { runChecked } from '../process.ts';
import { cacheDirectory } from './cached-image.ts';

/** The Syft that everything is compared with; another version may find other packages. */
export const SYFT_VERSION = '1.52.0';
const SYFT = `github.com/anchore/syft/cmd/syft@v${SYFT_VERSION}`;
/** Writes what it links into the binary: the section that the cataloguer of Rust reads. */
const CARGO_AUDITABLE = 'cargo-auditable@0.7.4';
const RUST_PROGRAM = 'ripgrep@14.1.1';

/** A compiler needs minutes, on a machine that is busy many. */
const BUILD_TIMEOUT = 60 * 60_000;

/** Gives Syft, built on the first occasion and kept; `undefined` where there is no Go to build it. */
export async function findSyft(): Promise<string | undefined> {
  const directory = join(cacheDirectory(), 'peers');
  const file = join(directory, 'syft');
  if (await exists(file)) return file;
  const go = findProgram('go');
  if (go === undefined) return undefined;
  process.stderr.write(`building ${SYFT}, once\n`);
  await runChecked(go, ['install', SYFT], {
    env: { ...process.env, GOBIN: directory, GOFLAGS: '-p=1' },
    timeout: BUILD_TIMEOUT,
  });
  return file;
}

/** Gives a Rust program with its list of crates in it, built on the first occasion; `undefined` without Rust. */
export async function findAuditable(): Promise<string | undefined> {
  const directory = join(cacheDirectory(), 'peers', 'rust');
  const file = join(directory, 'bin', 'rg');
  if (await exists(file)) return file;
  const cargo = findProgram('cargo');
  if (cargo === undefined) return undefined;
  process.stderr.write(`building ${CARGO_AUDITABLE} and ${RUST_PROGRAM}, once\n`);
  const env = {
    ...process.env,
    // `cargo auditable` is a program of that name in the path.
    PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
    CARGO_TARGET_DIR: join(directory, 'target'),
    CARGO_PROFILE_DEV_DEBUG: '0',
  };
  const install = ['install', '--locked', '--jobs=1', '--debug', '--root', directory];
  await runChecked(cargo, [...install, CARGO_AUDITABLE], { env, timeout: BUILD_TIMEOUT });
  await runChecked(cargo, ['auditable', ...install, RUST_PROGRAM], { env, timeout: BUILD_TIMEOUT });
  return file;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => {
      process.stderr.write(`${basename(file)} is not in the cache\n`);
      return false;
    },
  );
}
