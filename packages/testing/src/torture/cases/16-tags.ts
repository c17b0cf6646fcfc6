import type { ManifestContent } from '../../image/content.ts';
import { makeIndex } from '../../image/image.ts';
import { fallbackTag, makeFallbackIndex, makeReferrer } from '../../image/referrer.ts';
import { seed } from '../../image/seed.ts';
import type { TestRegistry } from '../../registry/test-registry.ts';
import { AMD64, ARM64, IMAGE, OTHER_IMAGE, SBOM, SIGNATURE } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import { FROM, type Stage, TAG, TO } from '../stage.ts';

const LIST = fallbackTag(IMAGE.digest);
/** What somebody else attaches at the destination. */
const FOREIGN = makeReferrer({ subject: IMAGE, artifactType: 'application/foreign' });
const DOCKER_LIST = makeIndex([AMD64], { mediaTypes: 'docker', annotations: { list: 'docker' } });

async function list(
  registry: TestRegistry,
  repository: string,
  referrers: readonly ManifestContent[],
): Promise<void> {
  const { mediaType, bytes } = makeFallbackIndex(referrers);
  await registry.store.putManifest(repository, mediaType, bytes, { tags: [LIST] });
}

function listed({ destination }: Stage, referrer: ManifestContent): boolean {
  return destination.store.manifest(TO, LIST)?.bytes.includes(referrer.digest) === true;
}

const KEEPS_FOREIGN = {
  says: 'what somebody else listed is still listed',
  holds: (stage: Stage) => listed(stage, FOREIGN),
} as const;
const UNMOVED = {
  says: 'the tag is where it was',
  holds: ({ destination }: Stage) => destination.store.tags(TO).get(TAG) === OTHER_IMAGE.digest,
} as const;

/** Puts another image under the destination's tag. */
async function occupy({ destination }: Stage): Promise<void> {
  await seed(destination, TO, OTHER_IMAGE, { tags: [TAG] });
}

/** Cases 16 to 19: tags that mean something else, that may not move, or that move. */
export const TAGS: readonly Scenario[] = [
  {
    id: '16a',
    name: 'takes no platform for a referrer where the fallback tag is the image itself',
    source: 'oras-project/oras-go#1396 (GitLab)',
    referrers: [],
    from: { referrers: 'none' },
    to: { referrers: 'none' },
    outcome: 'copied',
    also: [
      {
        says: 'the destination lists nothing',
        holds: ({ destination }) => {
          const manifest = destination.store.manifest(TO, LIST);
          return manifest === undefined || manifest.digest === IMAGE.digest;
        },
      },
      {
        says: 'the source still has the image',
        holds: ({ source }) => source.store.manifest(FROM, IMAGE.digest) !== undefined,
      },
    ],
    prepare: ({ source }) => source.store.putTag(FROM, LIST, IMAGE.digest),
  },
  {
    id: '16b',
    name: 'takes no docker list under the fallback tag for a list of referrers',
    source: 'distribution-spec: "not an image index → error", or no referrers',
    referrers: [],
    from: { referrers: 'none' },
    to: { referrers: 'none' },
    outcome: 'honest',
    also: [
      {
        says: 'the platform is not listed as a referrer at the destination',
        holds: ({ destination }) =>
          destination.store.manifest(TO, LIST)?.bytes.includes(AMD64.digest) !== true ||
          destination.store.manifest(TO, LIST)?.digest === DOCKER_LIST.digest,
      },
    ],
    prepare: ({ source }) => seed(source, FROM, DOCKER_LIST, { tags: [LIST] }),
  },
  {
    id: '16c',
    name: 'keeps what others have listed under the fallback tag',
    source: 'distribution-spec, "Pushing Manifests with Subject"',
    referrers: [SBOM, SIGNATURE],
    to: { referrers: 'none' },
    outcome: 'copied',
    also: [KEEPS_FOREIGN],
    prepare: async ({ destination }) => {
      await seed(destination, TO, FOREIGN);
      await list(destination, TO, [FOREIGN]);
    },
  },
  {
    id: '16d',
    name: 'loses nothing of a writer who was faster, where the registry knows conditions',
    source: 'distribution-spec: MAY use conditional requests; ggcr "TODO"',
    referrers: [SBOM],
    to: { referrers: 'none', conditional: true },
    outcome: 'copied',
    also: [KEEPS_FOREIGN],
    prepare: async ({ destination }) => {
      await seed(destination, TO, FOREIGN);
      destination.faults.add(
        { method: 'PUT', path: new RegExp(`/manifests/${LIST}$`), nth: 1 },
        { kind: 'hook', run: () => list(destination, TO, [FOREIGN]) },
      );
    },
  },
  {
    id: '16e',
    name: 'notices that another writer has overwritten its entry',
    source: 'two signers at a time, on a registry without conditions',
    referrers: [SBOM],
    to: { referrers: 'none' },
    outcome: 'copied',
    also: [KEEPS_FOREIGN],
    prepare: async ({ destination }) => {
      await seed(destination, TO, FOREIGN);
      destination.faults.add(
        { method: 'PUT', path: new RegExp(`/manifests/${LIST}$`), nth: 1 },
        { kind: 'hook', at: 'answer', run: () => list(destination, TO, [FOREIGN]) },
      );
    },
  },
  {
    id: '17a',
    name: 'fails where the registry keeps the tag from moving',
    source: 'aws/containers-roadmap#2380',
    to: { immutableTags: { refusal: 'ecr' } },
    outcome: 'refused',
    also: [UNMOVED],
    prepare: occupy,
  },
  {
    id: '17b',
    name: 'writes an index to a registry of immutable tags: platforms by digest, the tag once',
    source: 'docker/buildx#663',
    to: { immutableTags: { refusal: 'ecr' } },
    outcome: 'copied',
  },
  {
    id: '17c',
    name: 'is honest where the fallback tag, too, may not move',
    source: 'ECR: immutability freezes the tags sha256-…, too',
    referrers: [SBOM],
    to: { referrers: 'none', immutableTags: { refusal: 'ecr' } },
    outcome: 'honest',
    prepare: async ({ destination }) => {
      await seed(destination, TO, FOREIGN);
      await list(destination, TO, [FOREIGN]);
    },
  },
  {
    id: '18a',
    name: 'takes "tag exists" of the same digest for success',
    source: 'aws/containers-roadmap#2380; moby/buildkit#3776',
    to: { immutableTags: { refusal: 'ecr' } },
    outcome: 'copied',
    prepare: ({ destination }) => seed(destination, TO, IMAGE, { tags: [TAG] }),
  },
  {
    id: '18b',
    name: 'leaves a published tag alone, and says so',
    source: 'kpromo; crane --no-clobber',
    noClobber: true,
    outcome: 'refused',
    also: [UNMOVED],
    prepare: occupy,
  },
  {
    id: '18c',
    name: 'notices a tag that was published between its look and its write',
    source: 'crane --no-clobber: checked once at the start',
    noClobber: true,
    othersMove: true,
    outcome: 'refused',
    prepare: (stage) => {
      const { destination } = stage;
      destination.faults.add(
        { method: 'PUT', path: /\/(?:manifests\/sha256:|blobs\/uploads\/.)/, nth: 1 },
        { kind: 'hook', at: 'answer', run: () => occupy(stage) },
      );
    },
    also: [UNMOVED],
  },
  {
    id: '18d',
    name: 'notices that its tag was moved right after it was set',
    source: 'two publishers at a time',
    outcome: 'refused',
    prepare: (stage) => {
      stage.destination.faults.add(
        { method: 'PUT', path: new RegExp(`/manifests/${TAG}$`), nth: 1 },
        { kind: 'hook', at: 'answer', run: () => occupy(stage) },
      );
    },
    othersMove: true,
  },
  {
    id: '19a',
    name: 'copies one image though the source’s tag moves meanwhile',
    source: 'kargo; "resolve once"',
    outcome: 'copied',
    prepare: async ({ source }) => {
      await seed(source, FROM, ARM64);
      source.faults.add(
        { method: 'GET', path: new RegExp(`/manifests/(?:${TAG}|${IMAGE.digest})$`), nth: 1 },
        { kind: 'hook', at: 'answer', run: () => source.store.putTag(FROM, TAG, ARM64.digest) },
      );
    },
  },
  {
    id: '19b',
    name: 'goes on though the source’s tag is deleted meanwhile',
    source: 'retention; "resolve once"',
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { method: 'GET', path: new RegExp(`/manifests/(?:${TAG}|${IMAGE.digest})$`), nth: 1 },
        {
          kind: 'hook',
          at: 'answer',
          run: async () => {
            await source.store.deleteTag(FROM, TAG);
          },
        },
      );
    },
  },
];
