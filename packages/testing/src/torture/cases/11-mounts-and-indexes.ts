import { makeBlob } from '../../image/content.ts';
import { makeImage, makeIndex } from '../../image/image.ts';
import { randomBytesOf } from '../../image/layer.ts';
import { makeAttestationChild } from '../../image/referrer.ts';
import { AMD64, ARM64, IMAGE } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import { bearerAuth, type Stage } from '../stage.ts';

const NOTHING_OPEN = {
  says: 'no upload is left open',
  holds: ({ destination }: Stage) => destination.store.openUploads === 0,
} as const;
const DOCKER = makeImage({ mediaTypes: 'docker' });
const UNTYPED = makeImage({ withMediaType: false, annotations: { untyped: 'yes' } });

/** Cases 11 to 13: mounts, indexes of all shapes, and types that are mixed. */
export const SHAPES: readonly Scenario[] = [
  {
    id: '11a',
    name: 'uploads where a mount opens an upload instead, and leaves none open',
    source: 'distribution-spec, "Mounting": 202',
    within: true,
    from: { mount: 'refused' },
    outcome: 'copied',
    also: [NOTHING_OPEN],
  },
  {
    id: '11b',
    name: 'uploads what a mount said to have brought, and did not',
    source: 'registries of eventual consistency: 201, then MANIFEST_BLOB_UNKNOWN',
    within: true,
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { method: 'POST', when: ({ query }) => query.has('mount') },
        { kind: 'answer', status: 201, headers: { location: '/v2/prod/app/blobs/x' } },
      );
    },
  },
  {
    id: '11c',
    name: 'mounts with a token for both repositories',
    source: 'manifest-tool#42; containers/image#1972',
    within: true,
    login: true,
    from: { auth: bearerAuth(), mountWithoutScope: 'challenge' },
    outcome: 'copied',
    also: [
      {
        says: 'no byte of a blob was sent',
        holds: ({ source }) => source.log.bytes({ path: /\/blobs\/uploads\// }).in === 0,
      },
    ],
  },
  {
    id: '12a',
    name: 'carries the attestations that buildkit lists beside a platform',
    source: 'buildkit, attestation-storage.md',
    image: makeIndex([AMD64, makeAttestationChild(AMD64)]),
    outcome: 'copied',
  },
  {
    id: '12b',
    name: 'carries an index within an index',
    source: 'image-spec, image-index.md',
    image: makeIndex([IMAGE, ARM64], { annotations: { nested: 'yes' } }),
    outcome: 'copied',
  },
  {
    id: '12c',
    name: 'carries a child that is listed twice',
    source: 'image-spec, image-index.md',
    image: makeIndex([AMD64, { child: AMD64, entry: { annotations: { again: 'yes' } } }]),
    outcome: 'copied',
  },
  {
    id: '12d',
    name: 'does not pass over a child that the source lacks',
    source: 'sparse indexes: distribution-spec conformance',
    image: makeIndex([AMD64, { child: ARM64, absent: true }]),
    outcome: 'refused',
  },
  {
    id: '12e',
    name: 'carries an index without children',
    source: 'image-spec, image-index.md',
    image: makeIndex([], { annotations: { empty: 'yes' } }),
    outcome: 'copied',
  },
  {
    id: '12f',
    name: 'carries an index that lists a blob, as build caches do',
    source: 'buildkit, cache export to a registry',
    image: {
      ...makeIndex([
        { child: AMD64 },
        {
          child: AMD64,
          entry: {
            ...cacheConfig().descriptor,
          },
          absent: true,
        },
      ]),
      blobs: [cacheConfig()],
    },
    outcome: 'copied',
  },
  {
    id: '13a',
    name: 'carries a docker list of OCI images',
    source: 'docker buildx imagetools',
    image: makeIndex([AMD64, DOCKER], { mediaTypes: 'docker' }),
    outcome: 'copied',
  },
  {
    id: '13b',
    name: 'carries an OCI index of docker images',
    source: 'docker buildx imagetools',
    image: makeIndex([DOCKER, AMD64]),
    outcome: 'copied',
  },
  {
    id: '13c',
    name: 'carries manifests that do not say their type',
    source: 'image-spec, manifest.md: mediaType SHOULD be used',
    image: makeIndex([UNTYPED], { withMediaType: false }),
    outcome: 'copied',
  },
  {
    id: '13d',
    name: 'ignores parameters of a Content-Type',
    source: 'distribution-spec, "Pulling manifests"',
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { path: /\/manifests\// },
        {
          kind: 'rewrite',
          headers: ({ 'content-type': type }) => ({ 'content-type': `${type}; charset=utf-8` }),
        },
      );
    },
  },
  {
    id: '13e',
    name: 'reads the type from the manifest where the header says only JSON',
    source: 'static registries and mirrors',
    outcome: 'honest',
    prepare: ({ source }) => {
      source.faults.add(
        { path: /\/manifests\// },
        { kind: 'rewrite', headers: { 'content-type': 'application/json' } },
      );
    },
  },
];

function cacheConfig() {
  return makeBlob(randomBytesOf('cache config', 500), 'application/vnd.buildkit.cacheconfig.v0');
}
