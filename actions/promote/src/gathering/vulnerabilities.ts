import { VULNERABILITIES_DEFAULTS } from '@artifact-lifecycle/core/policy';
import {
  type GateSettings,
  identityOf,
  judgeVulnerabilities,
  vulnerabilityPolicyOf,
} from '@artifact-lifecycle/gates';
import {
  type Digest,
  formatPlatform,
  type Manifest,
  openRegistry,
  type Registry,
} from '@artifact-lifecycle/registry';
import { type DescribedImage, describeImage, imageName, type Subject } from '@artifact-lifecycle/sbom';
import { issuerOf, RegistryStore, readPublicKeyFile } from '@artifact-lifecycle/trust';
import {
  type AdvisorySources,
  type Assessment,
  advisoryUrls,
  askOnce,
  assessVulnerabilities,
  checkExceptions,
  componentsOfInventory,
  type Finding,
  namesOfImage,
  openAdvisorySources,
  readImageVex,
  readVexFiles,
  type VexStatement,
  type VulnerabilityPolicy,
} from '@artifact-lifecycle/vulnerabilities';
import { digestsOfChannels } from '../channels.ts';
import type { Gatherer, Scene } from './scene.ts';

type Settings = GateSettings<'vulnerabilities'>;

/** What images are held against. */
interface Bar {
  readonly sources: AdvisorySources;
  readonly policy: VulnerabilityPolicy;
  readonly statements: readonly VexStatement[];
}

/**
 * Gate `vulnerabilities`: what is in every platform, read layer by layer from where it lies now. An SBOM that somebody
 * attached would be quicker, and is somebody's word.
 */
export const gatherVulnerabilities: Gatherer<'vulnerabilities'> = async (settings, scene) => {
  const { desk, artifact, now } = scene;
  const { context, http, inputs } = desk;
  const policy = vulnerabilityPolicyOf(settings);
  checkExceptions(policy.ignore, now, 'POLICY_INVALID');
  const sources = openAdvisorySources({
    ...{ http, clock: context.clock, token: inputs.githubToken },
    advisories: settings.advisories ?? VULNERABILITIES_DEFAULTS.advisories,
    root: context.workspace,
    urls: advisoryUrls(context.env),
  });
  const asked = { ...sources, advisories: askOnce(sources.advisories) };
  const files = await readVexFiles(settings.vex ?? [], context.workspace, 'The gate "vulnerabilities"');
  const images = await describe(artifact.registry, artifact.root, scene);
  const bar: Bar = {
    sources: asked,
    policy: {
      ...policy,
      ...(await readKnownBefore(settings, { sources: asked, policy, statements: [] }, scene)),
    },
    statements: [
      ...files.flatMap(({ statements }) => statements),
      ...(await readAttested(settings, images, scene)),
    ],
  };
  for (const warning of files.flatMap(({ warnings }) => warnings)) context.log.warning(warning);
  const assessments: Assessment[] = [];
  for (const image of images) assessments.push(await assess(image, artifact.digest, bar, scene));
  return judgeVulnerabilities(settings, assessments);
};

function describe(
  registry: Registry,
  root: Manifest,
  { artifact, desk }: Scene,
): Promise<readonly DescribedImage[]> {
  const { reference } = artifact;
  return describeImage({ registry, reference, root, platforms: 'all' }, { signal: desk.context.signal });
}

function assess(
  { inventory, manifest }: DescribedImage,
  root: Digest,
  { sources, policy, statements }: Bar,
  { artifact, now, desk }: Scene,
): Promise<Assessment> {
  const { location, tag } = artifact.reference;
  return assessVulnerabilities({
    subject: { name: inventory.subject.name, platform: platformOf(inventory.subject) },
    names: namesOfImage({
      repository: imageName(location),
      tag,
      digests: [manifest.digest, root],
      inventory,
    }),
    packages: componentsOfInventory(inventory),
    source: sources.advisories,
    exploitation: sources.exploitation,
    ...{ statements, policy, now, signal: desk.context.signal },
  });
}

function platformOf(subject: Subject): string | undefined {
  return subject.kind === 'image' && subject.platform !== undefined
    ? formatPlatform(subject.platform)
    : undefined;
}

async function readAttested(
  { vexIdentity }: Settings,
  images: readonly DescribedImage[],
  { artifact, desk }: Scene,
): Promise<readonly VexStatement[]> {
  if (vexIdentity === undefined) return [];
  const { clock, signal, log } = desk.context;
  const identity = await identityOf(vexIdentity, {
    issuer: issuerOf(desk.event.serverUrl),
    readKey: (path) => readPublicKeyFile(path, '"vex-identity"', desk.context.workspace),
  });
  const { statements, warnings } = await readImageVex({
    digests: [artifact.digest, ...images.map(({ manifest }) => manifest.digest)],
    stores: [new RegistryStore(artifact.registry, { clock })],
    identity,
    roots: await desk.roots(identity.kind === 'key'),
    ...{ clock, signal },
  });
  for (const warning of warnings) log.warning(warning);
  return statements;
}

/** `new-only`: what the images have to which the destination's channels point now. Without any, all is new. */
async function readKnownBefore(
  settings: Settings,
  bar: Bar,
  scene: Scene,
): Promise<Pick<VulnerabilityPolicy, 'knownBefore'>> {
  if (settings.newOnly !== true) return {};
  const { request, names, desk, artifact } = scene;
  const { signal } = desk.context;
  const known: Finding[] = [];
  for (const location of request.destinations) {
    const registry = openRegistry(location, desk.connections);
    for (const digest of await digestsOfChannels(registry, names.isChannel, signal)) {
      if (digest === artifact.digest) continue;
      const root = await registry.fetchManifest(digest, { signal });
      for (const image of await describe(registry, root, scene)) {
        const { verdict } = await assess(image, digest, bar, scene);
        known.push(...verdict.findings.map(({ finding }) => finding));
      }
    }
  }
  return { knownBefore: known };
}
