import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ManifestContent,
  makeImage,
  makeIndex,
  type RegistryOptions,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { stringify } from 'yaml';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { RunningStep, StepResult } from '../../packages/tooling/src/start/runner.ts';
import { type ActionName, runAction, startAction } from './runner.ts';

/** Inputs of a step, and variables of its environment. */
export type Texts = Readonly<Record<string, string>>;

/** The predicate types of what a promotion leaves. */
export const RECORD_TYPE = 'https://github.com/artifact-lifecycle/artifact-lifecycle/promotion/v1';
export const VSA_TYPE = 'https://slsa.dev/verification_summary/v1';

/** A gate as the output `gates` has it. */
export interface ToldGate {
  readonly gate: string;
  readonly verdict: string;
  readonly reason: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly warnOnly: boolean;
}

/** A record as the output `history` has it. */
export interface ToldRecord extends Readonly<Record<string, unknown>> {
  readonly digest: string;
  readonly recordManifest: string;
  readonly event: string;
  readonly version: string | null;
  readonly previous: string | null;
  readonly withdrawn: readonly string[];
  readonly gates: readonly { readonly gate: string; readonly verdict: string }[];
}

/** One environment in the output `history`. */
export interface ToldHistory {
  readonly environment: string;
  readonly repository: string;
  readonly entries: readonly ToldRecord[];
  readonly remarks: readonly { readonly kind: string; readonly text: string }[];
}

/** A registry with the repositories of an organisation's environments, and jobs of one workflow that promote there. */
export interface Road {
  readonly workplace: Workplace;
  readonly registry: TestRegistry;
  /** The job's directory; its workspace lies in it. */
  readonly directory: string;
  /** What every step has beside its own inputs: the key that signs records. */
  readonly signing: Texts;
  /** `host/name` of a repository. */
  at(name: string): string;
  /** Writes a file of the workspace; what is no text is written as JSON. */
  write(path: string, content: unknown): Promise<void>;
  /** Writes the policy file: environments by their names, and whose records count. */
  writePolicy(environments: Readonly<Record<string, unknown>>, more?: object): Promise<void>;
  /** Puts an image there, an index of two platforms that says which commit and version it is. */
  build(repository: string, options: BuildOptions): Promise<ManifestContent>;
  run(name: ActionName, inputs: Texts, env?: Texts): Promise<StepResult>;
  promote(inputs: Texts, env?: Texts): Promise<StepResult>;
  /** Starts a promotion that can be killed, in a job of its own with the files of the workspace that are named. */
  start(inputs: Texts, env?: Texts): Promise<RunningStep>;
  history(environment: string): Promise<ToldHistory>;
  /** What a tag of a repository names. */
  tag(repository: string, tag: string): string | undefined;
  /** The tags of a repository that name images, sorted. */
  tags(repository: string): readonly string[];
}

/** What an image says of itself. */
export interface BuildOptions {
  readonly commit: string;
  readonly version?: string;
  readonly tags?: readonly string[];
  /** Architectures; amd64 and arm64 when absent. */
  readonly platforms?: readonly string[];
}

/** Makes an index whose bytes depend on what it says of itself alone. */
export function makeLabelledImage({ commit, version, platforms = ['amd64', 'arm64'] }: BuildOptions) {
  return makeIndex(
    platforms.map((architecture) =>
      makeImage({
        platform: { os: 'linux', architecture },
        config: {
          config: {
            Labels: {
              'org.opencontainers.image.revision': commit,
              ...(version !== undefined && { 'org.opencontainers.image.version': version }),
            },
          },
        },
        layers: [`${commit} ${architecture}`],
      }),
    ),
  );
}

/** A commit that begins with these digits. */
export function commitOf(start: string): string {
  return start.padEnd(40, '0');
}

/** A pair of keys in PEM. */
export function makeKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** Opens a road with an empty registry. */
export async function openRoad(options: RegistryOptions = {}): Promise<Road> {
  const workplace = await openWorkplace('road');
  const registry = await startRegistry(options);
  workplace.onClose(() => registry.close());
  const directory = await workplace.place('job');
  const env = { NODE_COMPILE_CACHE: join(workplace.directory, 'compiled') };
  const write: Road['write'] = async (path, content) => {
    const file = join(directory, 'workspace', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const { privateKey, publicKey } = makeKeys();
  await write('records.key', privateKey);
  await write('records.pub', publicKey);
  const signing = { key: 'records.key' };
  const run: Road['run'] = (name, inputs, more) =>
    runAction(name, { inputs, directory, env: { ...env, ...more } });
  const tag: Road['tag'] = (repository, name) => registry.store.tags(repository).get(name);
  return {
    ...{ workplace, registry, directory, signing, write, run, tag },
    at: (name) => `${registry.host}/${name}`,
    writePolicy: (environments, more = { records: { key: 'records.pub' } }) =>
      write('.github/artifact-lifecycle.yml', stringify({ version: 1, environments, ...more })),
    async build(repository, options) {
      const image = makeLabelledImage(options);
      await seed(registry, repository, image, { tags: options.tags ?? [options.commit.slice(0, 7)] });
      return image;
    },
    promote: (inputs, more) => run('promote', { ...signing, ...inputs }, more),
    start: (inputs, more) =>
      startAction('promote', { inputs: { ...signing, ...inputs }, directory, env: { ...env, ...more } }),
    async history(environment) {
      const result = await run('promote', { mode: 'history', to: environment });
      expectedSuccess(result);
      return JSON.parse(result.outputs.get('history') ?? '[]')[0];
    },
    tags: (repository) =>
      [...registry.store.tags(repository).keys()]
        .filter((name) => !name.startsWith('artifact-lifecycle.') && !name.startsWith('sha256-'))
        .toSorted(),
  };
}

/** Ends a test whose step should have succeeded, with the step's log. */
export function expectedSuccess({ exitCode, log }: StepResult): void {
  if (exitCode === 0) return;
  const told = log.split('\n').filter((line) => !/^::(?:add-mask|debug)::/.test(line));
  throw new Error(told.join('\n'));
}

/** The output `gates`. */
export function gatesOf(result: StepResult): readonly ToldGate[] {
  return JSON.parse(result.outputs.get('gates') ?? '[]');
}

/** `gate verdict`, a line each. */
export function verdictsOf(result: StepResult): readonly string[] {
  return gatesOf(result).map(
    ({ gate, verdict, warnOnly }) => `${gate} ${verdict}${warnOnly ? ' (warning)' : ''}`,
  );
}

/** The reason of one gate. */
export function reasonOf(result: StepResult, gate: string): string {
  return gatesOf(result).find((one) => one.gate === gate)?.reason ?? '';
}

/** The error in the output `json`. */
export function errorOf(result: StepResult): {
  readonly code?: string;
  readonly message?: string;
  readonly remedy?: string;
} {
  return JSON.parse(result.outputs.get('json') ?? '{}').error ?? {};
}

/** A statement in a Sigstore bundle, and the manifest that carries it. */
export interface ToldStatement {
  readonly manifest: string;
  readonly type: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** The statements about a digest that lie in a repository as Sigstore bundles. */
export async function statementsAbout(
  { store }: TestRegistry,
  repository: string,
  digest: string,
): Promise<readonly ToldStatement[]> {
  const statements: ToldStatement[] = [];
  for (const manifest of store.referrers(repository, digest)) {
    const json = JSON.parse(String(store.manifest(repository, manifest)?.bytes ?? '{}'));
    if (!String(json.artifactType).includes('sigstore.bundle')) continue;
    const bundle = JSON.parse(String(await store.readBlob(repository, json.layers[0].digest)));
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8'));
    statements.push({ manifest, type: statement.predicateType, predicate: statement.predicate });
  }
  return statements;
}
