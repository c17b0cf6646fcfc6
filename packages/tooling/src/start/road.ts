import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatElapsed } from '@artifact-lifecycle/core/action';
import { type GitHubGates, startGitHubGates } from '@artifact-lifecycle/testing';
import { stringify } from 'yaml';
import { runStep, type StepResult } from './runner.ts';
import { COMMIT, PROD, REPOSITORY, STAGING } from './scene.ts';
import { SIGNER, type SigningStage } from './signing.ts';

/** Who promotes in the demonstration: another workflow that nobody wrote. */
const PROMOTER = `${REPOSITORY}/.github/workflows/promote.yml@refs/heads/main`;

/** The run that somebody approves. */
const RUN = 4711;

/** A road with its environments, and a GitHub of this machine that is asked about checks and approvals. */
export interface Road {
  readonly stage: SigningStage;
  readonly github: GitHubGates;
  /** The job's directory, with the policy in its workspace. */
  readonly directory: string;
  readonly sigstoreFile: string;
}

/** A gate as the output `gates` has it. */
export interface ToldGate {
  readonly gate: string;
  readonly verdict: string;
  readonly reason: string;
}

/** Writes the policy of the road, and has GitHub know of its commit, its checks and who approved. */
export async function openRoad(stage: SigningStage): Promise<Road> {
  const { scene, sigstore, root } = stage;
  const github = await startGitHubGates({});
  scene.workplace.onClose(() => github.close());
  const repository = github.repository(REPOSITORY);
  repository.addCommit({ sha: COMMIT });
  repository.addCheckRun({ sha: COMMIT, name: 'test' });
  repository.addEnvironment({ name: 'production', reviewers: ['maria'] });
  repository.addRun({ id: RUN, headSha: COMMIT });
  const directory = await scene.workplace.place('job');
  const folder = join(directory, 'workspace', '.github');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'artifact-lifecycle.yml'), stringify(policyOf(stage)));
  const sigstoreFile = join(directory, 'sigstore.json');
  const { fulcio, rekor, tsa } = sigstore.urls;
  const settings = { 'fulcio-url': fulcio, 'rekor-url': rekor, 'tsa-url': tsa, 'trusted-root': root };
  await writeFile(sigstoreFile, JSON.stringify({ ...settings, 'rekor-version': 2 }));
  return { stage, github, directory, sigstoreFile };
}

/** Maria has looked at it, and lets it into production. */
export function approve({ github }: Road): void {
  github
    .repository(REPOSITORY)
    .addReview(RUN, { environments: ['production'], user: 'maria', comment: 'Looks good.' });
}

function policyOf({ scene: { dev, prod }, sigstore }: SigningStage): object {
  const issued = { 'certificate-oidc-issuer': sigstore.urls.issuer };
  return {
    version: 1,
    records: { 'certificate-identity': `https://github.com/${PROMOTER}`, ...issued },
    environments: {
      staging: {
        repository: `${dev.host}/${STAGING}`,
        tags: 'semver',
        gates: {
          checks: { require: 'test' },
          sbom: { format: 'cyclonedx-json' },
          signature: { 'certificate-identity': SIGNER, ...issued },
          provenance: { 'min-slsa-level': 2 },
        },
      },
      production: {
        repository: `${prod.host}/${PROD}`,
        'promote-from': 'staging',
        tags: ['semver', 'combined'],
        channels: ['1', 'latest'],
        gates: { platforms: ['linux/amd64', 'linux/arm64'], approval: { 'at-least': 1 } },
      },
    },
  };
}

/** Runs `dist/promote` in the run of the workflow that promotes. */
export async function promote(
  { stage, github, directory, sigstoreFile }: Road,
  inputs: Readonly<Record<string, string>>,
): Promise<{ readonly result: StepResult; readonly gates: readonly ToldGate[] }> {
  const { scene, sigstore } = stage;
  const activity = scene.screen.activity('node dist/promote/index.js');
  const result = await runStep({
    main: join(scene.root, 'dist', 'promote', 'index.js'),
    inputs: { sigstore: sigstoreFile, 'github-token': 'token', ...inputs },
    directory,
    env: {
      ...sigstore.env,
      ACTIONS_ID_TOKEN_REQUEST_URL: sigstore.issuer.requestUrl({ job_workflow_ref: PROMOTER }),
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_RUN_ID: String(RUN),
      GITHUB_SHA: COMMIT,
      GITHUB_WORKFLOW_REF: PROMOTER,
    },
    onLog: (text) => {
      const line = text.trimEnd().split('\n').at(-1) ?? '';
      if (!line.startsWith('::')) activity.update(line);
    },
  });
  activity.finish();
  return { result, gates: JSON.parse(result.outputs.get('gates') ?? '[]') };
}

/** Tells what each gate said, at one line a gate. */
export function tellGates({ stage: { scene } }: Road, result: StepResult, gates: readonly ToldGate[]): void {
  const width = Math.max(...gates.map(({ gate }) => gate.length));
  for (const { gate, verdict, reason } of gates) {
    const [first = ''] = reason.split(/(?<=[.!]) /);
    scene.screen.fact(`${gate.padEnd(width)}  ${verdict.padEnd(5)} ${shorten(first)}`);
  }
  scene.screen.detail(`in ${formatElapsed(result.milliseconds)}`);
}

/** What a gate says at length stands in the summary. */
function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
