import { join } from 'node:path';
import { formatBytes, formatElapsed } from '@artifact-lifecycle/core/action';
import { type ManifestContent, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { openWorkplace, type Workplace } from '../bench/workplace.ts';
import { cleanUp } from './cleaning.ts';
import {
  promoteToProduction,
  promoteToStaging,
  refuseToSkip,
  refuseUnproven,
  showHistory,
} from './delivery.ts';
import { listContents } from './listing.ts';
import { type MachineLayers, makeMachineImage, packMachine } from './machine-image.ts';
import { nameArtifact } from './naming.ts';
import { refuseToMove } from './promoting.ts';
import { pushContent, sizeOf } from './push.ts';
import { openRoad } from './road.ts';
import { DEV, judge, NEXT_VERSION, openDev, type Scene, VERSION } from './scene.ts';
import type { Screen } from './screen.ts';
import { openSigningStage, signAndVerify } from './signing.ts';

/**
 * Plays the road of one image from its commit over staging to production, and the end of those that went no further, and tells it as it happens.
 *
 * @returns whether all of it went as it should
 */
export async function playDemo(root: string, screen: Screen): Promise<boolean> {
  const started = performance.now();
  const workplace = await openWorkplace('demo');
  try {
    screen.title('One image on its road from a commit to production, byte for byte');
    const dev = await openRegistryServer(workplace, 'dev');
    const prod = await openRegistryServer(workplace, 'prod');
    const scene: Scene = { root, screen, workplace, dev, prod };
    screen.section('Two registries on this machine');
    screen.fact(`dev   ${dev.host}, with staging beside it`);
    screen.fact(`prod  ${prod.host}, with production`);

    const isNamed = await name(scene);
    const layers = await pack(scene);
    const image = makeMachineImage(layers, VERSION);
    screen.fact(image.digest);
    await push(scene, image);
    await pushContent(openDev(dev), makeMachineImage(layers, NEXT_VERSION), NEXT_VERSION);
    const signing = await openSigningStage(scene);
    const road = await openRoad(signing);
    const results = [
      isNamed,
      await refuseUnproven(road),
      await list(scene, image),
      await signAndVerify(signing, image),
      await promoteToStaging(road, image),
      await refuseToSkip(road),
      await promoteToProduction(road, image),
      await refuseToMove(scene, image),
      await showHistory(road, image),
      await cleanUp(signing, image, layers),
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

async function push({ screen, dev }: Scene, image: ManifestContent): Promise<void> {
  screen.section('Pushed to dev');
  const started = performance.now();
  const total = sizeOf(image);
  const activity = screen.activity('pushing');
  let pushed = 0;
  await pushContent(openDev(dev), image, VERSION, (count) => {
    pushed += count;
    activity.update(`pushing: ${formatBytes(pushed)} of ${formatBytes(total)}`);
  });
  activity.finish();
  screen.fact(`${dev.host}/${DEV}:${VERSION}`);
  screen.detail(`${formatBytes(sizeOnce(dev))} in ${since(started)}`);
}

/** Runs `dist/sbom` on what was pushed: what is inside stands with it in the registry afterwards. */
async function list({ root, screen, workplace, dev }: Scene, image: ManifestContent): Promise<boolean> {
  screen.section('Listed by dist/sbom, layer by layer from its registry, and the lists attached');
  const activity = screen.activity('node dist/sbom/index.js');
  const { result, ecosystems, documents, unknowns } = await listContents(
    root,
    workplace,
    `${dev.host}/${DEV}:${VERSION}`,
    (line) => activity.update(line),
  );
  activity.finish();
  for (const { platform, packages, referrer } of documents) {
    screen.fact(`${platform.padEnd(13)}${packages} packages, CycloneDX, ${referrer.slice(0, 19)}…`);
  }
  const counts = Object.entries(ecosystems).map(([type, count]) => `${count} ${type}`);
  screen.detail(`${counts.join(', ')} in ${formatElapsed(result.milliseconds)}`);
  return judge(screen, result, [
    ['the step succeeded, and there is nothing it could not read', result.exitCode === 0 && unknowns === 0],
    [
      'the Node runtime and the npm packages are in the list',
      (ecosystems['npm'] ?? 0) > 0 && (ecosystems['generic'] ?? 0) > 0,
    ],
    [
      'each platform, and the index, has its list attached',
      documents.length === 2 &&
        documents.every(({ digest, referrer }) => dev.store.referrers(DEV, digest).includes(referrer)) &&
        dev.store.referrers(DEV, image.digest).length === 1,
    ],
  ]);
}

/** Bytes of all blobs, each once. */
function sizeOnce(dev: TestRegistry): number {
  return dev.store.blobs(DEV).reduce((sum, { size }) => sum + size, 0);
}

function since(started: number): string {
  return formatElapsed(performance.now() - started);
}
