import { join } from 'node:path';
import { formatBytes, formatElapsed } from '@artifact-lifecycle/core/action';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseRepository, type Registry } from '@artifact-lifecycle/registry';
import { startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { openWorkplace, type Workplace } from '../bench/workplace.ts';
import { type MachineImage, type MachineLayers, makeMachineImage, packMachine } from './machine-image.ts';
import { nameArtifact } from './naming.ts';
import { pushContent, sizeOf } from './push.ts';
import { runStep, type StepResult } from './runner.ts';
import type { Screen } from './screen.ts';
import { readVerdict, type Verdict } from './verdict.ts';

const VERSION = '1.0.0';
const NEXT_VERSION = '1.0.1';
const DEV = 'dev/artifact-lifecycle';
const PROD = 'prod/artifact-lifecycle';

/** Where the demonstration plays. */
interface Scene {
  readonly root: string;
  readonly screen: Screen;
  readonly workplace: Workplace;
  readonly dev: TestRegistry;
  readonly prod: TestRegistry;
}

/**
 * Plays the road of one image from dev to prod, and tells it as it happens.
 *
 * @returns whether all of it went as it should
 */
export async function playDemo(root: string, screen: Screen): Promise<boolean> {
  const started = performance.now();
  const workplace = await openWorkplace('demo');
  try {
    screen.title('One image on its road from dev to prod, byte for byte');
    const dev = await openRegistryServer(workplace, 'dev');
    const prod = await openRegistryServer(workplace, 'prod');
    const scene: Scene = { root, screen, workplace, dev, prod };
    screen.section('Two registries on this machine');
    screen.fact(`dev   ${dev.host}`);
    screen.fact(`prod  ${prod.host}`);

    const isNamed = await name(scene);
    const layers = await pack(scene);
    const image = makeMachineImage(layers, VERSION);
    screen.fact(image.image.digest);
    await push(scene, image, layers.packages.length);
    const results = [
      isNamed,
      await promoteFirst(scene, image),
      await promoteAgain(scene, image),
      await refuseToMove(scene, image, makeMachineImage(layers, NEXT_VERSION)),
    ];
    const went = results.every(Boolean);
    screen.title(
      went
        ? `All of it went as it should, in ${formatElapsed(performance.now() - started)}.`
        : 'Something did not go as it should: see ✗ above.',
    );
    return went;
  } finally {
    await workplace.close();
  }
}

async function openRegistryServer(workplace: Workplace, name: string): Promise<TestRegistry> {
  const registry = await startRegistry({ root: join(workplace.directory, name) });
  workplace.onClose(() => registry.close());
  return registry;
}

/** Runs `dist/tag` for a git tag that was made up. */
async function name({ root, screen, workplace, dev }: Scene): Promise<boolean> {
  screen.section(`Named by dist/tag: the git tag v${VERSION} is pushed`);
  const { result, version, tags } = await nameArtifact(root, workplace, `${dev.host}/${DEV}`, `v${VERSION}`);
  for (const tag of tags) screen.fact(tag);
  screen.detail(`in ${formatElapsed(result.milliseconds)}, asking nobody`);
  return judge(screen, result, [
    [`the version is ${VERSION}`, result.exitCode === 0 && version === VERSION],
    ['it has one tag, which is not latest', tags.join() === `${dev.host}/${DEV}:${VERSION}`],
  ]);
}

async function pack({ root, screen, workplace }: Scene): Promise<MachineLayers> {
  screen.section('A real image, of what is on this machine');
  const started = performance.now();
  const activity = screen.activity('packing');
  let packed = 0;
  const layers = await packMachine(root, workplace.directory, (count) => {
    packed += count;
    activity.update(`packing: ${formatBytes(packed)}`);
  });
  activity.finish();
  for (const { title, unpacked, blob } of [layers.runtime, layers.dependencies, layers.bundles]) {
    const sizes = `${formatBytes(unpacked).padStart(7)}, packed ${formatBytes(blob.descriptor.size)}`;
    screen.fact(`${title.padEnd(28)}${sizes}`);
  }
  screen.detail(`packed in ${since(started)}`);
  screen.fact('linux/amd64 and linux/arm64 share layers; only this machine brings its own runtime');
  return layers;
}

async function push(
  { screen, dev }: Scene,
  { image, sbom }: MachineImage,
  components: number,
): Promise<void> {
  screen.section('Pushed to dev, with a bill of materials attached');
  const started = performance.now();
  const total = sizeOf(image) + sizeOf(sbom);
  const activity = screen.activity('pushing');
  let pushed = 0;
  const onBytes = (count: number): void => {
    pushed += count;
    activity.update(`pushing: ${formatBytes(pushed)} of ${formatBytes(total)}`);
  };
  const registry = openDev(dev);
  await pushContent(registry, image, VERSION, onBytes);
  await pushContent(registry, sbom, undefined, onBytes);
  activity.finish();
  screen.fact(`${dev.host}/${DEV}:${VERSION}`);
  screen.fact(`${sbom.digest}, CycloneDX, ${components} components`);
  screen.detail(`${formatBytes(sizeOnce(dev))} in ${since(started)}`);
}

/** Runs `dist/promote` as GitHub's runner starts it, and shows that it works while it works. */
async function promote(
  scene: Scene,
  tag: string,
): Promise<{ readonly result: StepResult; readonly verdict: Verdict }> {
  const { root, screen, workplace, dev, prod } = scene;
  const activity = screen.activity('node dist/promote/index.js');
  const result = await runStep({
    main: join(root, 'dist', 'promote', 'index.js'),
    inputs: { source: `${dev.host}/${DEV}:${tag}`, destination: `${prod.host}/${PROD}`, tags: VERSION },
    directory: await workplace.place('job'),
    onLog: (text) => {
      const line = text.trimEnd().split('\n').at(-1) ?? '';
      if (!line.startsWith('::')) activity.update(line);
    },
  });
  activity.finish();
  return { result, verdict: readVerdict(result) };
}

async function promoteFirst(scene: Scene, { image, sbom }: MachineImage): Promise<boolean> {
  const { screen, prod } = scene;
  screen.section('Promoted to prod by dist/promote, as GitHub’s runner starts it');
  const { result, verdict } = await promote(scene, VERSION);
  for (const reference of verdict.references) screen.fact(reference);
  const { bytesCopied, requests } = verdict.statistics;
  screen.detail(`${formatBytes(bytesCopied)} in ${formatElapsed(result.milliseconds)}, ${requests} requests`);
  return judge(screen, result, [
    ['the step succeeded and says promoted=true', result.exitCode === 0 && verdict.promoted],
    ['prod holds the digest that dev holds', tagAt(prod) === image.digest],
    ['the bill of materials came along', prod.store.referrers(PROD, image.digest).includes(sbom.digest)],
    ['the summary names the digest', result.summary.includes(image.digest)],
  ]);
}

async function promoteAgain(scene: Scene, { image }: MachineImage): Promise<boolean> {
  const { screen, prod } = scene;
  screen.section('Promoted again: everything is there');
  prod.log.clear();
  const { result, verdict } = await promote(scene, VERSION);
  const { bytesCopied, requests } = verdict.statistics;
  screen.detail(`${formatBytes(bytesCopied)} in ${formatElapsed(result.milliseconds)}, ${requests} requests`);
  const writes = prod.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] });
  return judge(screen, result, [
    ['the step succeeded', result.exitCode === 0 && verdict.promoted && verdict.digest === image.digest],
    ['nothing was written to prod', writes === 0 && bytesCopied === 0],
  ]);
}

async function refuseToMove(scene: Scene, { image }: MachineImage, next: MachineImage): Promise<boolean> {
  const { screen, dev, prod } = scene;
  screen.section(`Another build under the published tag ${VERSION}: refused`);
  await pushContent(openDev(dev), next.image, NEXT_VERSION);
  prod.log.clear();
  const { result, verdict } = await promote(scene, NEXT_VERSION);
  if (verdict.error !== undefined) {
    screen.fact(`${verdict.error.code}: ${verdict.error.message}`);
    screen.fact(`What to do: ${verdict.error.remedy}`);
  }
  const writes = prod.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] });
  return judge(screen, result, [
    ['the step failed with TAG_EXISTS', result.exitCode === 1 && verdict.error?.code === 'TAG_EXISTS'],
    [
      `${VERSION} at prod is what it was, and nothing was written`,
      tagAt(prod) === image.digest && writes === 0,
    ],
  ]);
}

/** Says of each expectation whether it holds; where one does not, the log of the step follows. */
function judge(
  screen: Screen,
  result: StepResult,
  expectations: readonly (readonly [expectation: string, holds: boolean])[],
): boolean {
  for (const [expectation, holds] of expectations) (holds ? screen.good : screen.bad)(expectation);
  const all = expectations.every(([, holds]) => holds);
  if (!all) for (const line of result.log.split('\n')) screen.detail(line);
  return all;
}

function tagAt(prod: TestRegistry): string | undefined {
  return prod.store.tags(PROD).get(VERSION);
}

/** Bytes of all blobs, each once. */
function sizeOnce(dev: TestRegistry): number {
  return dev.store.blobs(DEV).reduce((sum, { size }) => sum + size, 0);
}

function since(started: number): string {
  return formatElapsed(performance.now() - started);
}

function openDev(dev: TestRegistry): Registry {
  const connections = createConnections({
    http: createHttpClient({ userAgent: 'artifact-lifecycle/demo' }),
    credentials: [],
  });
  return connections.open(parseRepository(`${dev.host}/${DEV}`, 'dev'));
}
