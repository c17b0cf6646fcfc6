import { makeIndex } from '../../image/image.ts';
import { fallbackTag, makeFallbackIndex, makeReferrer } from '../../image/referrer.ts';
import { seed } from '../../image/seed.ts';
import { AMD64, IMAGE, OTHER_IMAGE, REFERRERS, SBOM, SIGNATURE } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import { FROM, type Stage, TO } from '../stage.ts';

const ON_SIGNATURE = makeReferrer({ subject: SIGNATURE, artifactType: 'application/countersignature' });
const REFERRING_INDEX = makeIndex([AMD64], { subject: IMAGE, artifactType: 'application/attested-index' });
const MANY = ['a', 'b', 'c', 'd', 'e'].map((name) =>
  makeReferrer({ subject: IMAGE, artifactType: `application/${name}` }),
);
/** It refers to something else, and is claimed to refer to the image. */
const STRAY = makeReferrer({ subject: OTHER_IMAGE, artifactType: 'application/stray' });
const LISTING = 'distribution-spec, "Listing Referrers"';

/** Enters referrers under the image's fallback tag at the source. */
function listAtSource(referrers = REFERRERS, subject = IMAGE) {
  return async ({ source }: Stage): Promise<void> => {
    const { mediaType, bytes } = makeFallbackIndex(referrers);
    await source.store.putManifest(FROM, mediaType, bytes, { tags: [fallbackTag(subject.digest)] });
  };
}

/** What the source answers to the question for referrers, with {@link SBOM} and {@link SIGNATURE} under the tag. */
function answeredBy(
  id: string,
  name: string,
  source: string,
  fault: Parameters<Stage['source']['faults']['add']>[1],
  outcome: Scenario['outcome'] = 'honest',
): Scenario {
  return {
    id,
    name,
    source,
    referrers: [SBOM, SIGNATURE],
    from: { referrers: 'none' },
    outcome,
    prepare: async (stage) => {
      await listAtSource([SBOM, SIGNATURE])(stage);
      stage.source.faults.add({ path: /\/referrers\// }, fault);
    },
  };
}

/** Cases 14 and 15: what refers to an image, and registries that will not say. */
export const REFERRER_CASES: readonly Scenario[] = [
  {
    id: '14a',
    name: 'reads all pages of the list',
    source: LISTING,
    referrers: MANY,
    from: { referrersPageSize: 2 },
    outcome: 'copied',
  },
  {
    id: '14b',
    name: 'carries what the list gives a wrong artifactType',
    source: 'GHCR: application/vnd.oci.empty.v1+json in the index',
    referrers: [SBOM],
    from: { referrers: 'none' },
    outcome: 'copied',
    prepare: async ({ source }) => {
      const { mediaType, bytes } = makeIndex([
        { child: SBOM, entry: { artifactType: 'application/vnd.oci.empty.v1+json' } },
      ]);
      await source.store.putManifest(FROM, mediaType, bytes, { tags: [fallbackTag(IMAGE.digest)] });
    },
  },
  {
    id: '14c',
    name: 'carries a referrer of a referrer',
    source: LISTING,
    referrers: [SIGNATURE, ON_SIGNATURE],
    outcome: 'copied',
  },
  {
    id: '14d',
    name: 'ends though lists go round in a circle',
    source: 'regclient: loop-safe; oras#1907',
    referrers: [SIGNATURE],
    from: { referrers: 'none' },
    outcome: 'honest',
    prepare: async (stage) => {
      await listAtSource([SIGNATURE])(stage);
      const { mediaType, bytes } = makeFallbackIndex([SIGNATURE]);
      await stage.source.store.putManifest(FROM, mediaType, bytes, { tags: [fallbackTag(SIGNATURE.digest)] });
    },
  },
  {
    id: '14e',
    name: 'carries a referrer that is an index, with its children',
    source: 'image-spec, image-index.md: subject',
    referrers: [REFERRING_INDEX],
    outcome: 'copied',
  },
  {
    id: '14f',
    name: 'carries the living where the list names a dead one, too',
    source: 'garbage collection; oras-go#1396',
    referrers: [SIGNATURE],
    from: { referrers: 'none' },
    outcome: 'honest',
    prepare: listAtSource([SIGNATURE, SBOM]),
  },
  {
    id: '14g',
    name: 'does not attach to the image what refers to something else',
    source: 'oras-go#1396, #1403; anyone may write the list',
    referrers: [SIGNATURE],
    from: { referrers: 'none' },
    to: { referrers: 'none' },
    outcome: 'honest',
    also: [
      {
        says: 'the stray is not listed at the destination',
        holds: ({ destination }) =>
          destination.store.manifest(TO, fallbackTag(IMAGE.digest))?.bytes.includes(STRAY.digest) !== true,
      },
    ],
    prepare: async (stage) => {
      await seed(stage.source, FROM, STRAY);
      await listAtSource([SIGNATURE, STRAY])(stage);
    },
  },
  {
    id: '14h',
    name: 'does not carry half of a referrer whose blob is gone',
    source: 'garbage collection',
    referrers: [SIGNATURE],
    outcome: 'refused',
    prepare: async ({ source }) => {
      await source.store.deleteBlob(FROM, SIGNATURE.blobs.at(-1)?.descriptor.digest ?? '');
    },
  },
  answeredBy(
    '15a',
    'reads the fallback tag where the API is missing',
    LISTING,
    { kind: 'answer', status: 404 },
    'copied',
  ),
  answeredBy('15b', 'is honest where the API is answered 400', LISTING, {
    kind: 'answer',
    status: 400,
  }),
  answeredBy('15c', 'is honest where the API is answered 401 without a challenge', 'goharbor/harbor#18305', {
    kind: 'answer',
    status: 401,
  }),
  answeredBy('15d', 'is honest where the API is answered 403', LISTING, { kind: 'answer', status: 403 }),
  answeredBy('15e', 'is honest where the API is answered 405', LISTING, { kind: 'answer', status: 405 }),
  answeredBy('15f', 'is honest where the API is answered 406', LISTING, { kind: 'answer', status: 406 }),
  answeredBy('15g', 'is honest where the API is answered 501', LISTING, { kind: 'answer', status: 501 }),
  answeredBy('15h', 'is honest where the API is answered by a page', 'artifacthub/hub#4785', {
    kind: 'html',
  }),
  answeredBy('15i', 'is honest where the API is answered 500', LISTING, { kind: 'answer', status: 500 }),
  answeredBy('15j', 'is honest where the API is answered 429 for good', 'dotnet/docker-tools#2143 (ACR)', {
    kind: 'rate-limit',
    retryAfter: 1,
  }),
  {
    id: '15k',
    name: 'carries what the API lists as an index with parameters in its type',
    source: 'google/go-containerregistry: strict comparison',
    referrers: [makeReferrer({ subject: IMAGE, artifactType: 'application/x' })],
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { path: /\/referrers\// },
        {
          kind: 'rewrite',
          headers: ({ 'content-type': type }) => ({ 'content-type': `${type}; charset=utf-8` }),
        },
      );
    },
  },
];
