import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatElapsed } from '@artifact-lifecycle/core/action';
import { type ManifestContent, type Sigstore, startSigstore } from '@artifact-lifecycle/testing';
import { runStep, type StepResult } from './runner.ts';
import { COMMIT, DEV, judge, REPOSITORY, type Scene, VERSION } from './scene.ts';

/** Who signs in the demonstration: a workflow that nobody wrote. */
const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0.0`;
export const SIGNER = `https://github.com/${WORKFLOW}`;

/** Who signs, and what a verifier trusts. */
export interface SigningStage {
  readonly scene: Scene;
  readonly sigstore: Sigstore;
  readonly directory: string;
  readonly root: string;
}

/** Starts a Sigstore of this machine, which ends with the workplace. */
export async function openSigningStage(scene: Scene): Promise<SigningStage> {
  const { workplace } = scene;
  const sigstore = await startSigstore({
    claims: {
      ...{ job_workflow_ref: WORKFLOW, workflow_ref: WORKFLOW, repository: REPOSITORY },
      ...{ sha: COMMIT, job_workflow_sha: COMMIT, workflow_sha: COMMIT },
    },
  });
  workplace.onClose(() => sigstore.close());
  const directory = await workplace.place('job');
  const root = join(directory, 'trusted_root.json');
  await writeFile(root, JSON.stringify(sigstore.trustedRoot));
  return { scene, sigstore, directory, root };
}

/**
 * Signs with `dist/sign-attest`, keylessly, and verifies with `dist/verify`: once for who it was, once for somebody
 * else.
 */
export async function signAndVerify(stage: SigningStage, image: ManifestContent): Promise<boolean> {
  return [
    await sign(stage, image),
    await verify(stage, SIGNER, true),
    await verify(stage, SIGNER.replace('acme', 'evil'), false),
  ].every(Boolean);
}

/** Runs `dist/verify` once more on the release, for who signed it. */
export async function isVerified(stage: SigningStage): Promise<boolean> {
  const { outputs } = await runVerify(stage, SIGNER);
  return outputs.get('verified') === 'true';
}

async function sign(
  { scene, sigstore, directory, root }: SigningStage,
  image: ManifestContent,
): Promise<boolean> {
  const { screen, dev } = scene;
  screen.section('Signed and attested by dist/sign-attest, keylessly, on a Sigstore of this machine');
  const result = await run(
    scene,
    'sign-attest',
    directory,
    {
      subject: `${dev.host}/${DEV}:${VERSION}`,
      'fulcio-url': sigstore.urls.fulcio,
      'rekor-url': sigstore.urls.rekor,
      'tsa-url': sigstore.urls.tsa,
      'trusted-root': root,
      'github-attestations': 'false',
    },
    sigstore.env,
  );
  const bundles: readonly { digest: string; referrer: string }[] = JSON.parse(
    result.outputs.get('bundles') ?? '[]',
  );
  screen.fact(SIGNER);
  screen.detail(`${bundles.length} statements in ${formatElapsed(result.milliseconds)}, one certificate`);
  return judge(screen, result, [
    [
      'the index and each platform are signed, and have provenance',
      bundles.length === 2 * (1 + image.children.length),
    ],
    [
      'each bundle stands beside what it is about',
      bundles.every(({ referrer }) => referrer?.startsWith('sha256:')),
    ],
  ]);
}

function runVerify(
  { scene, sigstore, directory, root }: SigningStage,
  identity: string,
): Promise<StepResult> {
  return run(scene, 'verify', directory, {
    subject: `${scene.dev.host}/${DEV}:${VERSION}`,
    'certificate-identity': identity,
    'certificate-oidc-issuer': sigstore.urls.issuer,
    require: 'signature, provenance',
    'trusted-root': root,
  });
}

async function verify(stage: SigningStage, identity: string, isExpected: boolean): Promise<boolean> {
  const { screen } = stage.scene;
  screen.section(isExpected ? 'Verified by dist/verify' : 'Verified for somebody else: refused');
  const result = await runVerify(stage, identity);
  screen.fact(identity);
  if (isExpected) {
    return judge(screen, result, [
      ['it is verified', result.exitCode === 0 && result.outputs.get('verified') === 'true'],
    ]);
  }
  const { error }: { error?: { code: string } } = JSON.parse(result.outputs.get('json') ?? '{}');
  return judge(screen, result, [
    ['the step failed with NOT_VERIFIED', result.exitCode === 1 && error?.code === 'NOT_VERIFIED'],
  ]);
}

function run(
  { root }: Scene,
  action: string,
  directory: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  return runStep({ main: join(root, 'dist', action, 'index.js'), inputs, directory, env });
}
