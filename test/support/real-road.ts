import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type GitHubGates, type ManifestContent, seed, startGitHubGates } from '@artifact-lifecycle/testing';
import { stringify } from 'yaml';
import { type RealRegistry, startRealRegistry } from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { type Cosign, makeCosign } from './cosign.ts';
import type { Texts } from './road.ts';
import { type ActionName, runAction } from './runner.ts';
import { openSigstoreStack, type SigstoreStack, STACK_TOOLS } from './sigstore-stack.ts';
import type { Tools } from './tools.ts';

/** What {@link openRealRoad} needs. */
export const ROAD_TOOLS = ['cosign', 'registry', ...STACK_TOOLS] as const;

/** The commit that the tokens of ordinary jobs tell of. */
export const COMMIT = 'a'.repeat(40);

/** Who signs builds, and whose workflow promotes. */
export const BUILDER = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const PROMOTER = 'artifact-lifecycle/artifact-lifecycle/.github/workflows/promote.yml@refs/tags/v1.2.3';
export const PROMOTER_IDENTITY = `https://github.com/${PROMOTER}`;

/** A distribution v3, Sigstore's services, and GitHub's API as far as gates ask it. */
export interface RealRoad {
  readonly workplace: Workplace;
  readonly registry: RealRegistry;
  readonly stack: SigstoreStack;
  readonly github: GitHubGates;
  readonly cosign: Cosign;
  /** The file of the input `sigstore`. */
  readonly sigstore: string;
  /** Whose records count, as the policy names them. */
  readonly records: Texts;
  /** Variables of a job of the workflow that promotes, and of the repository's own. */
  readonly promoter: Texts;
  readonly builder: Texts;
  at(repository: string): string;
  seed(repository: string, image: ManifestContent, ...tags: readonly string[]): Promise<void>;
  /** Signs it as the repository's own workflow does, with provenance. */
  sign(reference: string): Promise<void>;
  /** Runs an action in a workspace with these files. */
  run(name: ActionName, inputs: Texts, options: RunOptions): Promise<StepResult>;
}

export interface RunOptions {
  readonly env: Texts;
  /** Path to content; what is no text is written as YAML. */
  readonly files?: Readonly<Record<string, unknown>>;
}

export async function openRealRoad(tools: Tools<(typeof ROAD_TOOLS)[number]>): Promise<RealRoad> {
  const workplace = await openWorkplace('real-road');
  const registry = await startRealRegistry('distribution', tools.registry, await workplace.place('registry'));
  workplace.onClose(() => registry.stop());
  const stack = await openSigstoreStack(tools, workplace);
  const github = await startGitHubGates({});
  workplace.onClose(() => github.close());
  const cosign = makeCosign(tools.cosign, stack, await workplace.place('cosign'));
  const sigstore = join(await workplace.place('settings'), 'sigstore.json');
  await writeFile(sigstore, JSON.stringify({ ...stack.inputs, 'rekor-version': 2 }));
  const builder = {
    ...stack.env,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_SHA: COMMIT,
  };
  const claims = { job_workflow_ref: PROMOTER, job_workflow_sha: 'b'.repeat(40) };
  const promoter = { ...builder, ACTIONS_ID_TOKEN_REQUEST_URL: stack.issuer.requestUrl(claims) };
  const at = (repository: string): string => `${registry.host}/${repository}`;
  const run: RealRoad['run'] = async (name, inputs, { env, files = {} }) => {
    const directory = await workplace.place('job');
    for (const [path, content] of Object.entries(files)) {
      const file = join(directory, 'workspace', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : stringify(content));
    }
    return runAction(name, { inputs, directory, env });
  };
  return {
    ...{ workplace, registry, stack, github, cosign, sigstore, promoter, builder, at, run },
    records: {
      'certificate-identity': PROMOTER_IDENTITY,
      'certificate-oidc-issuer': stack.urls.issuer,
      'source-repository': 'acme/app',
    },
    seed: async (repository, image, ...tags) => {
      await seed(`http://${registry.host}`, repository, image, { tags });
    },
    sign: async (reference) => {
      const inputs = { ...stack.inputs, subject: reference, 'github-attestations': 'false' };
      const { exitCode, log } = await run('sign-attest', inputs, { env: builder });
      if (exitCode !== 0) throw new Error(log);
    },
  };
}
