import { makeBlob, makeManifest } from '../../image/content.ts';
import { makeImage, makeIndex } from '../../image/image.ts';
import { foreignLayer, randomBytesOf, randomLayer } from '../../image/layer.ts';
import { fallbackTag, makeFallbackIndex, makeReferrer } from '../../image/referrer.ts';
import { MEDIA_TYPE } from '../../registry/media-type.ts';
import { AMD64, ARM64 } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import { FROM, LOGIN } from '../stage.ts';

const CONFIG = makeBlob('{"architecture":"amd64","os":"linux"}', MEDIA_TYPE.ociConfig);
const EMBEDDED = makeBlob('{}', MEDIA_TYPE.ociEmpty, { data: Buffer.from('{}').toString('base64') });
const EMPTY = makeBlob('', MEDIA_TYPE.ociLayer);
const STRONG = makeImage({ algorithm: 'sha512', layers: [randomBytesOf('strong', 5000)] });
const STRONG_REFERRER = makeReferrer({ subject: STRONG, artifactType: 'application/strong' });
const PADDED = makeIndex([AMD64, ARM64], { annotations: { padding: 'x'.repeat(3_900_000) } });

/** Cases 20 to 22: odd blobs, other digests, other manifests. */
export const FORMATS: readonly Scenario[] = [
  {
    id: '20a',
    name: 'leaves foreign layers where they are',
    source: 'image-spec, layer.md: non-distributable; distribution-spec conformance',
    image: makeImage({ layers: [randomLayer('own', 5000), foreignLayer('windows', 5000)] }),
    outcome: 'copied',
  },
  {
    id: '20b',
    name: 'carries a blob of no bytes',
    source: 'distribution-spec conformance: empty blob',
    image: makeImage({ layers: [EMPTY, randomLayer('beside nothing', 5000)] }),
    outcome: 'copied',
  },
  {
    id: '20c',
    name: 'carries a layer that is its own config',
    source: 'artifacts: one blob, two descriptors',
    image: makeImage({ config: CONFIG, layers: [CONFIG] }),
    outcome: 'copied',
  },
  {
    id: '20d',
    name: 'sends a blob once that two platforms share',
    source: 'ocync, performance: mounts and dedupe',
    outcome: 'copied',
    also: [
      {
        says: 'the base layer was sent once',
        holds: ({ destination }) => destination.log.bytes({ path: /\/blobs\/uploads\// }).in < 500_000,
      },
    ],
  },
  {
    id: '20e',
    name: 'carries an image without layers',
    source: 'distribution-spec conformance: no layers',
    image: makeImage({ layers: [] }),
    outcome: 'copied',
  },
  {
    id: '20f',
    name: 'keeps content that a descriptor embeds',
    source: 'image-spec, descriptor.md: data; distribution-spec conformance: data field',
    image: makeImage({ config: EMBEDDED, layers: [randomLayer('beside data', 5000)] }),
    outcome: 'copied',
  },
  {
    id: '21a',
    name: 'carries an image that is named by sha512',
    source: 'distribution-spec, end-4c; distribution-spec conformance: sha512',
    image: STRONG,
    byDigest: true,
    outcome: 'copied',
  },
  {
    id: '21b',
    name: 'carries a manifest of sha256 with layers of sha512',
    source: 'image-spec, descriptor.md: registered algorithms',
    image: makeImage({
      layers: [makeBlob(randomBytesOf('mixed', 5000), MEDIA_TYPE.ociLayerGzip, {}, 'sha512')],
    }),
    outcome: 'copied',
  },
  {
    id: '21c',
    name: 'finds what refers to a sha512 subject under its truncated tag',
    source: 'distribution-spec, "Referrers Tag Schema"',
    image: STRONG,
    referrers: [STRONG_REFERRER],
    byDigest: true,
    from: { referrers: 'none' },
    outcome: 'copied',
    prepare: async ({ source }) => {
      const { mediaType, bytes } = makeFallbackIndex([STRONG_REFERRER]);
      await source.store.putManifest(FROM, mediaType, bytes, { tags: [fallbackTag(STRONG.digest)] });
    },
  },
  {
    id: '22a',
    name: 'refuses docker’s schema 1, or keeps its bytes',
    source: 'distribution-spec: schema 1 is deprecated',
    image: makeManifest(
      {
        schemaVersion: 1,
        name: 'dev/app',
        tag: 'v1',
        architecture: 'amd64',
        fsLayers: [],
        history: [],
        signatures: [],
      },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ),
    to: { anyManifestType: true },
    outcome: 'honest',
  },
  {
    id: '22b',
    name: 'carries an OCI artifact manifest',
    source: 'image-spec 1.1.0-rc: withdrawn, but stored',
    image: makeManifest(
      {
        mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
        artifactType: 'application/thing',
        blobs: [CONFIG.descriptor],
      },
      'application/vnd.oci.artifact.manifest.v1+json',
      { blobs: [CONFIG] },
    ),
    outcome: 'copied',
  },
  {
    id: '22c',
    name: 'keeps unknown fields, the order of keys and white space',
    source: 'distribution-spec, "Pulling manifests": bytes are what the digest names',
    image: withWhiteSpace(),
    outcome: 'copied',
  },
  {
    id: '22d',
    name: 'carries an index of nearly 4 MiB',
    source: 'distribution-spec, "Pushing Manifests": at least 4 MiB',
    image: PADDED,
    outcome: 'copied',
  },
  {
    id: '23a',
    name: 'fails where the repository does not exist and is not made',
    source: 'ECR; regclient#435',
    to: { createRepositories: false },
    outcome: 'refused',
  },
  {
    id: '23b',
    name: 'speaks to an IPv6 address with a port',
    source: 'RFC 3986, 3.2.2',
    to: { address: '::1' },
    outcome: 'copied',
  },
  {
    id: '23c',
    name: 'sends a user and a password of all kinds of characters',
    source: 'Harbor: robot$name; RFC 7617, UTF-8',
    login: true,
    to: { auth: { kind: 'basic', users: [{ name: LOGIN.username, password: LOGIN.password }] } },
    outcome: 'copied',
  },
];

/** An image whose bytes no encoder would write. */
function withWhiteSpace() {
  const image = makeImage({ extra: { 'x-unknown': { deep: [1, 2.5, null] } } });
  const { schemaVersion, ...rest }: Record<string, unknown> = JSON.parse(`${image.bytes}`);
  return makeManifest({}, image.mediaType, {
    blobs: image.blobs,
    bytes: Buffer.from(` ${JSON.stringify({ ...rest, schemaVersion }, undefined, '\t')}\n`),
  });
}
