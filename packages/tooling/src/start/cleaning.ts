import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, formatCount, formatElapsed } from '@artifact-lifecycle/core/action';
import {
  type BlobContent,
  type Digest,
  type ManifestContent,
  makeImage,
  makeIndex,
  makeReferrer,
  randomLayer,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import type { MachineLayers } from './machine-image.ts';
import { pushContent } from './push.ts';
import { runStep, type StepResult } from './runner.ts';
import { DEV, judge, openDev, type Scene, VERSION } from './scene.ts';
import { isVerified, type SigningStage } from './signing.ts';

const DAY_MILLISECONDS = 86_400_000;
/** What each build brings beside the layers that all share. */
const OWN_BYTES = 2_000_000;

/** Builds of other days, by their tags. */
const OLD = { tag: 'sha-1a2b3c4', days: 90 };
const DEPLOYED = { tag: 'sha-5d6e7f8', days: 60 };
const YOUNG = { tag: 'sha-9a8b7c6', days: 3 };

/** Releases are matched by no class, and what none matches stays. */
const RETENTION = 'classes: { builds: { match: { tags: ["sha-*"] }, keep: 30d } }';

interface Cleanup {
  readonly scene: Scene;
  readonly directory: string;
  readonly builds: ReadonlyMap<string, ManifestContent>;
}

/**
 * Lets `dist/cleanup` plan what goes of dev's builds, and carry that plan out; what was released has to be as it was.
 */
export async function cleanUp(
  stage: SigningStage,
  image: ManifestContent,
  layers: MachineLayers,
): Promise<boolean> {
  const { dev, workplace } = stage.scene;
  const builds = await pushBuilds(dev, layers.bundles.blob);
  const directory = await workplace.place('job');
  await mkdir(join(directory, 'workspace', 'deploy'), { recursive: true });
  const deployed = `image: ${dev.host}/${DEV}@${builds.get(DEPLOYED.tag)?.digest}\n`;
  await writeFile(join(directory, 'workspace', 'deploy', 'site.yaml'), deployed);
  const cleanup: Cleanup = { scene: stage.scene, directory, builds };
  return [await plan(cleanup), await apply(cleanup, stage, image)].every(Boolean);
}

/** Each of two platforms, with a list attached to it as the release has. */
async function pushBuilds(
  dev: TestRegistry,
  shared: BlobContent,
): Promise<ReadonlyMap<string, ManifestContent>> {
  const builds = new Map<string, ManifestContent>();
  for (const { tag, days } of [OLD, DEPLOYED, YOUNG]) {
    const created = new Date(Date.now() - days * DAY_MILLISECONDS).toISOString();
    const own = randomLayer(tag, OWN_BYTES);
    const build = makeIndex(
      ['amd64', 'arm64'].map((architecture) =>
        makeImage({
          platform: { os: 'linux', architecture },
          layers: [shared, own],
          config: { created },
        }),
      ),
      { annotations: { 'org.opencontainers.image.created': created } },
    );
    await pushContent(openDev(dev), build, tag);
    const list = makeReferrer({ subject: build, artifactType: 'application/vnd.cyclonedx+json' });
    await pushContent(openDev(dev), list, undefined);
    builds.set(tag, build);
  }
  return builds;
}

async function plan(cleanup: Cleanup): Promise<boolean> {
  const { scene, builds } = cleanup;
  const { screen, dev } = scene;
  screen.section('Planned by dist/cleanup: builds go after 30 days, releases never');
  for (const { tag, days } of [OLD, DEPLOYED, YOUNG])
    screen.fact(
      `${tag}  ${formatCount(days, 'day')} old${tag === DEPLOYED.tag ? ', in deploy/site.yaml' : ''}`,
    );
  const before = holdings(dev);
  const result = await run(cleanup, 'plan');
  const { planned, freed } = readOutputs(result);
  const going = await readPlan(cleanup);
  screen.detail(
    `${formatCount(planned, 'deletion')}, ${formatBytes(freed)} free, in ${formatElapsed(result.milliseconds)}`,
  );
  const old = builds.get(OLD.tag);
  return judge(screen, result, [
    [
      `${OLD.tag} goes with its platforms and its list, and nothing else`,
      result.exitCode === 0 && old !== undefined && going.join() === belongings(dev, old).join(),
    ],
    ['a plan deletes nothing', holdings(dev).join() === before.join()],
  ]);
}

async function apply(cleanup: Cleanup, stage: SigningStage, image: ManifestContent): Promise<boolean> {
  const { screen, dev } = cleanup.scene;
  screen.section('Carried out by dist/cleanup: that plan, and no more');
  const going = new Set(await readPlan(cleanup));
  const before = holdings(dev);
  const release = belongings(dev, image);
  const result = await run(cleanup, 'apply');
  const { deleted } = readOutputs(result);
  screen.detail(
    `${formatCount(deleted, 'image')} deleted, parents first, in ${formatElapsed(result.milliseconds)}`,
  );
  return judge(screen, result, [
    [
      'what is gone is what was planned',
      result.exitCode === 0 &&
        holdings(dev).join() === before.filter((digest) => !going.has(digest)).join() &&
        deleted === going.size,
    ],
    [
      `${VERSION} has its platforms, lists and signatures`,
      dev.store.tags(DEV).get(VERSION) === image.digest && belongings(dev, image).join() === release.join(),
    ],
    ['and is verified as before', await isVerified(stage)],
  ]);
}

function run({ scene, directory }: Cleanup, mode: 'plan' | 'apply'): Promise<StepResult> {
  const { root, dev } = scene;
  return runStep({
    main: join(root, 'dist', 'cleanup', 'index.js'),
    directory,
    inputs: {
      mode,
      targets: `${dev.host}/${DEV}`,
      retention: RETENTION,
      'protect-digests': 'deploy/*.yaml',
      // There is no GitHub here to ask.
      'protect-deployed': 'false',
    },
  });
}

function readOutputs({ outputs }: StepResult): Readonly<Record<'planned' | 'deleted' | 'freed', number>> {
  const read = (name: string): number => Number(outputs.get(name) ?? 0);
  return { planned: read('planned'), deleted: read('deleted'), freed: read('freed-bytes') };
}

/** Digests that the plan lets go, sorted. */
async function readPlan({ directory }: Cleanup): Promise<readonly string[]> {
  const file = join(directory, 'workspace', 'retention-plan.json');
  const content: { readonly delete: readonly { readonly digest: string }[] } = JSON.parse(
    await readFile(file, 'utf8'),
  );
  return content.delete.map(({ digest }) => digest).toSorted();
}

/** Digests of all that dev holds, sorted. */
function holdings(dev: TestRegistry): readonly Digest[] {
  return dev.store.manifests(DEV).map(({ digest }) => digest);
}

/** Digests that dev holds of an index: itself, its platforms, and what is attached to any of them, sorted. */
function belongings(dev: TestRegistry, index: ManifestContent): readonly Digest[] {
  const own = [index, ...index.children].map(({ digest }) => digest);
  const all = own.flatMap((digest) => [digest, ...dev.store.referrers(DEV, digest)]);
  return all.filter((digest) => dev.store.manifest(DEV, digest) !== undefined).toSorted();
}
