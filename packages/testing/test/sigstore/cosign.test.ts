import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleToJSON } from '@sigstore/bundle';
import { type Sigstore, startSigstore } from '../../src/index.ts';
import { type LogKind, signStatement } from '../support/sigstore-client.ts';

/** A start of cosign reads 100 MB from disk, and the machine may be busy. */
const TIMEOUT_MS = 120_000;

const tools = process.env['ARTIFACT_LIFECYCLE_TOOLS'];
const program = tools === undefined || tools === '' ? undefined : join(tools, 'cosign');
if (process.env['CI'] === 'true' && program !== undefined && !existsSync(program)) {
  throw new Error(`ARTIFACT_LIFECYCLE_TOOLS is ${tools}, which has no "cosign".`);
}
const reason =
  program === undefined
    ? ' (skipped: ARTIFACT_LIFECYCLE_TOOLS is not set)'
    : existsSync(program)
      ? ''
      : ` (skipped: ${program} is missing)`;

const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';

(reason === '' ? describe : describe.skip)(`cosign${reason}`, () => {
  let sigstore: Sigstore;
  let directory: string;
  beforeEach(async () => {
    sigstore = await startSigstore();
    directory = await mkdtemp(join(tmpdir(), 'cosign-'));
  });
  afterEach(async () => {
    await sigstore.close();
    await rm(directory, { recursive: true });
  });

  async function verify(log: LogKind, identity: string): Promise<string> {
    const files = { root: join(directory, 'root.json'), bundle: join(directory, 'bundle.json') };
    await writeFile(files.root, JSON.stringify(sigstore.trustedRoot));
    await writeFile(files.bundle, JSON.stringify(bundleToJSON(await signStatement(sigstore, log))));
    const options = ['--trusted-root', files.root, '--bundle', files.bundle, '--use-signed-timestamps'];
    const who = ['--certificate-identity', identity, '--certificate-oidc-issuer', sigstore.urls.issuer];
    const what = [
      '--type',
      'https://slsa.dev/provenance/v1',
      '--digest',
      'c'.repeat(64),
      '--digestAlg',
      'sha256',
    ];
    return await new Promise((resolve) => {
      const argv = ['verify-blob-attestation', ...options, ...who, ...what];
      execFile(program ?? 'cosign', argv, (error, stdout, stderr) => {
        resolve(`${error === null ? 'accepted' : 'refused'}: ${stdout}${stderr}`);
      });
    });
  }

  it.each([{ log: 'v2' }, { log: 'dsse' }, { log: 'intoto' }] as const)(
    'accepts what these servers issued, logged ($log) and stamped',
    async ({ log }) => {
      expect(await verify(log, IDENTITY)).toMatch(/^accepted: .*Verified OK/);
    },
    TIMEOUT_MS,
  );

  it(
    'refuses another identity',
    async () => {
      expect(await verify('v2', `${IDENTITY}2`)).toMatch(/^refused: /);
    },
    TIMEOUT_MS,
  );
});
