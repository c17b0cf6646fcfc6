import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runStep } from '../../start/runner.ts';
import { findProgram } from '../contestant.ts';
import { runChecked } from '../process.ts';
import type { SigstoreStack } from '../sigstore/sigstore-stack.ts';

/** How somebody signs: with cosign's own key and nothing else, or with a certificate, a log and a timestamp. */
export type SigningMode = 'key' | 'keyless';

/** What all contestants share. */
export interface SigningArena {
  readonly stack: SigstoreStack;
  /** Paths of the pair that cosign made, and the private one's password. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly password: string;
}

/** What one run is about, and where it runs. */
export interface SigningRun {
  readonly mode: SigningMode;
  /** `host/name@sha256:…`. */
  readonly images: readonly string[];
  /** Words put before the program. */
  readonly under: readonly string[];
  readonly directory: string;
}

/** Somebody who signs images and verifies them. */
export interface SigningContestant {
  readonly name: string;
  readonly version: string;
  /** What it is told to do, for the reader of the table. */
  readonly commands: readonly string[];
  /** @throws Error when it fails */
  sign(run: SigningRun): Promise<void>;
  /** @throws Error when it fails, and when it does not accept the image */
  verify(run: SigningRun): Promise<void>;
}

export const OURS = 'ours';
export const COSIGN = 'cosign';

/** Who signs by the tokens that the stack's issuer gives out. */
const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';

/** A run that takes longer hangs. */
const RUN_TIMEOUT = 10 * 60_000;

/** Gives everyone who can take part here. */
export async function findSigners(root: string, arena: SigningArena): Promise<readonly SigningContestant[]> {
  const bundles = ['sign-attest', 'verify'].map((name) => join(root, 'dist', name, 'index.js'));
  const present = await Promise.all(bundles.map(exists));
  const [signing = '', verifying = ''] = bundles;
  const program = findProgram(COSIGN);
  return [
    ...(present.every(Boolean) ? [ours(signing, verifying, arena)] : []),
    ...(program === undefined ? [] : [await cosign(program, arena)]),
  ];
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function ours(signing: string, verifying: string, arena: SigningArena): SigningContestant {
  const { stack } = arena;
  const act = async (
    main: string,
    inputs: Readonly<Record<string, string>>,
    { under, directory }: SigningRun,
  ): Promise<void> => {
    const { exitCode, log } = await runStep({ main, inputs, directory, under, env: stack.env });
    if (exitCode !== 0) throw new Error(`${main} failed:\n${log}`);
  };
  // Nothing but what cosign does: no provenance, no platforms, no copy at GitHub.
  const nothingElse = { provenance: 'false', recursive: 'false', 'github-attestations': 'false' };
  return {
    name: OURS,
    version: `node ${process.versions.node}`,
    commands: ['node dist/sign-attest/index.js', 'node dist/verify/index.js'],
    sign: (run) => {
      const how =
        run.mode === 'keyless'
          ? stack.inputs
          : { key: arena.privateKey, 'key-password': arena.password, 'rekor-url': 'none' };
      return act(signing, { subject: run.images.join('\n'), ...nothingElse, ...how }, run);
    },
    verify: (run) => {
      const who =
        run.mode === 'keyless'
          ? { 'certificate-identity': IDENTITY, 'certificate-oidc-issuer': stack.urls.issuer }
          : { key: arena.publicKey };
      const inputs = {
        subject: run.images.join('\n'),
        require: 'signature',
        recursive: 'false',
        'trusted-root': stack.trustedRootFile,
      };
      return act(verifying, { ...inputs, ...who }, run);
    },
  };
}

async function cosign(program: string, arena: SigningArena): Promise<SigningContestant> {
  const { stack } = arena;
  const said = await runChecked(program, ['version', '--json'], { timeout: RUN_TIMEOUT });
  const run = async (args: readonly string[], { under, directory }: SigningRun): Promise<void> => {
    await mkdir(directory, { recursive: true });
    const env = {
      PATH: process.env['PATH'],
      HOME: directory,
      TUF_ROOT: join(directory, '.sigstore'),
      COSIGN_PASSWORD: arena.password,
    };
    const [file = program, ...rest] = [...under, program, ...args];
    await runChecked(file, rest, { cwd: directory, env, timeout: RUN_TIMEOUT });
  };
  const trust = ['--trusted-root', stack.trustedRootFile];
  return {
    name: COSIGN,
    version: /"gitVersion":\s*"v?([^"]+)"/.exec(said)?.[1] ?? 'unknown',
    commands: ['cosign sign IMAGE…', 'cosign verify IMAGE'],
    sign: async (one) => {
      const how =
        one.mode === 'keyless'
          ? ['--signing-config', stack.signingConfigFile, '--identity-token', await token(stack), ...trust]
          : ['--signing-config', stack.offlineConfigFile, '--key', arena.privateKey];
      await run(['sign', '--yes', ...how, ...one.images], one);
    },
    verify: async (one) => {
      const who =
        one.mode === 'keyless'
          ? [
              ...['--use-signed-timestamps', '--certificate-identity', IDENTITY],
              ...['--certificate-oidc-issuer', stack.urls.issuer],
            ]
          : ['--key', arena.publicKey, '--insecure-ignore-tlog=true'];
      await run(['verify', ...trust, ...who, ...one.images], one);
    },
  };
}

function token(stack: SigstoreStack): Promise<string> {
  return stack.issuer.mint('sigstore');
}
