import { describeManifest, type Manifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { blobOf, manifestOf, type Sample, sampleImage, sampleIndex } from '../oci/sample.ts';

/** One image, and all that is attached to it. */
export interface AttachedSample extends Sample {
  /** Referrers, each after its subject. */
  readonly attached: readonly Sample[];
  /** What stands under cosign's tags. */
  readonly cosign: readonly { readonly tag: string; readonly sample: Sample }[];
}

export const tagBase = ({ digest }: Manifest): string => digest.replace(':', '-');
export const nothing = { attached: [], cosign: [] };

export const amd64 = sampleImage({ config: '{"architecture":"amd64"}', layers: ['base', 'amd64'] });
export const arm64 = sampleImage({ config: '{"architecture":"arm64"}', layers: ['base', 'arm64'] });
export const multi = sampleIndex([amd64, arm64]);

const sbom = sampleImage({ subject: amd64.root, artifactType: 'application/sbom', layers: ['sbom'] });
const signature = sampleImage({
  subject: multi.root,
  artifactType: 'application/sig',
  layers: ['signature'],
});
const sbomSignature = sampleImage({
  subject: sbom.root,
  artifactType: 'application/sig',
  layers: ['of the sbom'],
});

const cosignSignature = sampleImage({ config: '{"cosign":1}', layers: ['cosign signature'] });
const cosignAttestation = sampleImage({ config: '{"cosign":2}', layers: ['cosign attestation'] });

/** An index with referrers at every level and cosign's tags, one of them on another. */
export const signed: AttachedSample = {
  ...multi,
  attached: [sbom, signature, sbomSignature],
  cosign: [
    { tag: `${tagBase(multi.root)}.sig`, sample: cosignSignature },
    { tag: `${tagBase(arm64.root)}.att`, sample: cosignAttestation },
    { tag: `${tagBase(cosignAttestation.root)}.sig`, sample: sampleImage({ config: '{"cosign":3}' }) },
  ],
};

const attestation = sampleImage({ config: '{"attestation":1}', layers: ['in-toto'] });
const foreignLayer = {
  ...blobOf('elsewhere', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'),
  urls: ['https://layers.example/one'],
};
const config = blobOf('{"os":"windows"}', MEDIA_TYPE.dockerConfig);
const foreign = manifestOf({
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.dockerManifest,
  config,
  layers: [foreignLayer, blobOf('own', MEDIA_TYPE.dockerLayerGzip)],
});
const cacheBlobs = ['cache config', 'cache layer'];
const cache = manifestOf({
  schemaVersion: 2,
  mediaType: MEDIA_TYPE.ociIndex,
  manifests: cacheBlobs.map((text) => blobOf(text, 'application/vnd.buildkit.cacheconfig.v0')),
});
const artifact = manifestOf({
  mediaType: MEDIA_TYPE.ociArtifact,
  artifactType: 'application/model',
  blobs: [blobOf('weights', 'application/octet-stream')],
  subject: describeManifest(amd64.root),
});
const texts = (...all: readonly string[]) =>
  new Map(all.map((text) => [blobOf(text).digest, Buffer.from(text)]));
const referrerIndex = sampleIndex([sampleImage({ layers: ['in an index'] })], { subject: amd64.root });

/** Every shape a graph can have. */
export const shapes: readonly (readonly [name: string, sample: AttachedSample])[] = [
  ['an image', { ...amd64, ...nothing }],
  [
    'an image whose layer is its config',
    { ...sampleImage({ config: 'same', layers: ['same', 'same'] }), ...nothing },
  ],
  ['an image with an empty layer', { ...sampleImage({ layers: [''] }), ...nothing }],
  ['a docker image', { ...sampleImage({ docker: true }), ...nothing }],
  ['an index', { ...multi, ...nothing }],
  ['an index of nothing', { ...sampleIndex([]), ...nothing }],
  ['an index with the same child twice', { ...sampleIndex([amd64, amd64]), ...nothing }],
  ['nested indexes', { ...sampleIndex([sampleIndex([multi, arm64]), amd64]), ...nothing }],
  [
    'a docker list with an OCI child',
    { ...sampleIndex([sampleImage({ docker: true }), arm64], { docker: true }), ...nothing },
  ],
  ['an OCI index with a docker child', { ...sampleIndex([sampleImage({ docker: true })]), ...nothing }],
  [
    'an index with an attestation as buildkit writes it',
    {
      ...sampleIndex([amd64, attestation], {
        platforms: [
          { os: 'linux', architecture: 'amd64' },
          { os: 'unknown', architecture: 'unknown' },
        ],
      }),
      ...nothing,
    },
  ],
  [
    'an image with a foreign layer',
    { root: foreign, manifests: [foreign], blobs: texts('{"os":"windows"}', 'own'), ...nothing },
  ],
  [
    'a build cache, an index of blobs',
    { root: cache, manifests: [cache], blobs: texts(...cacheBlobs), ...nothing },
  ],
  ['an index with everything attached', signed],
  [
    'an image with an artifact manifest attached',
    { ...amd64, attached: [{ root: artifact, manifests: [artifact], blobs: texts('weights') }], cosign: [] },
  ],
  ['an image with an index attached', { ...amd64, attached: [referrerIndex], cosign: [] }],
  [
    'an index attached to a child, that holds the parent',
    { ...multi, attached: [sampleIndex([multi], { subject: amd64.root })], cosign: [] },
  ],
];
