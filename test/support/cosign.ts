import { join } from 'node:path';
import { type ProgramResult, runChecked, runProgram } from '../../packages/tooling/src/bench/process.ts';
import type { SigstoreStack } from './sigstore-stack.ts';

/** Who must have signed, as cosign is told it. */
export interface CosignIdentity {
  readonly identity: string;
  readonly issuer: string;
}

/** The real cosign, with nothing of the person here, and with the services of a stack. */
export interface Cosign {
  readonly directory: string;
  /** Runs it to a success, and gives its standard output. */
  run(...args: readonly string[]): Promise<string>;
  /** Runs it, however it ends. */
  try(...args: readonly string[]): Promise<ProgramResult>;
  /** Arguments to sign or attest with a certificate for a token of an ordinary job. */
  keyless(): Promise<readonly string[]>;
  /** Arguments to verify with this stack's trusted root. */
  trusting(who: CosignIdentity): readonly string[];
}

/** A start reads 100 MB from disk, and the machine may be busy. */
const TIMEOUT = 120_000;

export const COSIGN_PASSWORD = 'of this run only';

/** @param directory it runs in it, and keeps there what it keeps */
export function makeCosign(program: string, stack: SigstoreStack, directory: string): Cosign {
  const options = {
    cwd: directory,
    timeout: TIMEOUT,
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      DOCKER_CONFIG: join(directory, '.docker'),
      // An update of its roots would need the network.
      TUF_ROOT: join(directory, '.sigstore'),
      COSIGN_PASSWORD,
    },
  };
  return {
    directory,
    run: (...args) => runChecked(program, args, options),
    try: (...args) => runProgram(program, args, options),
    keyless: async () => [
      ...['--yes', '--signing-config', stack.signingConfigFile, '--trusted-root', stack.trustedRootFile],
      ...['--identity-token', await stack.issuer.mint('sigstore')],
    ],
    trusting: ({ identity, issuer }) => [
      ...['--trusted-root', stack.trustedRootFile, '--use-signed-timestamps'],
      ...['--certificate-identity', identity, '--certificate-oidc-issuer', issuer],
    ],
  };
}
