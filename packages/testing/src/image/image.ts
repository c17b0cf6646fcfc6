import type { DigestAlgorithm } from '../registry/digest.ts';
import { MEDIA_TYPE } from '../registry/media-type.ts';
import {
  type BlobContent,
  bareDescriptor,
  type DescriptorJson,
  type ManifestContent,
  makeBlob,
  makeManifest,
  type PlatformJson,
} from './content.ts';
import { tarLayer } from './layer.ts';

/** Which family of media types a manifest is written in. */
export type MediaTypes = 'oci' | 'docker';

/** What manifests and indexes have in common. */
interface CommonOptions {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly artifactType?: string | undefined;
  readonly subject?: ManifestContent | DescriptorJson | undefined;
  readonly mediaTypes?: MediaTypes | undefined;
  /** Of the digests of the manifest, its config and layers made of bytes; sha256 when absent. */
  readonly algorithm?: DigestAlgorithm | undefined;
  /** Fields beside those of the specification, which a copy must keep. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the manifest says its own `mediaType`; true when absent. */
  readonly withMediaType?: boolean | undefined;
}

/** What an image is made of. Same input, same bytes. */
export interface ImageOptions extends CommonOptions {
  /** Bytes become a layer of the family's gzip type as they are; one real tar layer when absent. */
  readonly layers?: readonly (BlobContent | Uint8Array | string)[] | undefined;
  /** Fields of the config beside `os`, `architecture` and `rootfs`, or a whole blob. */
  readonly config?: Readonly<Record<string, unknown>> | BlobContent | undefined;
  /** linux/amd64 when absent. */
  readonly platform?: PlatformJson | undefined;
}

/** What an index is made of beside its children. */
export interface IndexOptions extends CommonOptions {}

/** The content of `application/vnd.oci.empty.v1+json` (image-spec, manifest.md, "Guidance for an Empty Descriptor"). */
export const EMPTY_CONFIG: BlobContent = makeBlob('{}', MEDIA_TYPE.ociEmpty);

/**
 * Makes an image manifest with its config and layers. With an `artifactType` and no `config` it is an
 * artifact: the empty config, and no platform.
 */
export function makeImage(options: ImageOptions = {}): ManifestContent {
  const isDocker = options.mediaTypes === 'docker';
  const mediaType = isDocker ? MEDIA_TYPE.dockerManifest : MEDIA_TYPE.ociManifest;
  const layerType = isDocker ? MEDIA_TYPE.dockerLayerGzip : MEDIA_TYPE.ociLayerGzip;
  const layers = (options.layers ?? [tarLayer([{ path: 'hello.txt', content: 'hello\n' }])]).map((layer) =>
    isBlob(layer) ? asFamily(layer, options.mediaTypes) : makeBlob(layer, layerType, {}, options.algorithm),
  );
  const isArtifact = options.artifactType !== undefined && options.config === undefined;
  const platform = options.platform ?? { os: 'linux', architecture: 'amd64' };
  const config = isArtifact ? emptyConfig(options.algorithm) : makeConfig(options, platform, layers);
  const { artifactType } = options;
  return makeManifest(
    {
      schemaVersion: 2,
      ...(options.withMediaType === false ? {} : { mediaType }),
      ...(artifactType === undefined ? {} : { artifactType }),
      config: config.descriptor,
      layers: layers.map((layer) => layer.descriptor),
      ...commonFields(options),
    },
    mediaType,
    {
      blobs: [config, ...layers],
      entry: { ...(isArtifact ? {} : { platform }), ...(artifactType === undefined ? {} : { artifactType }) },
      algorithm: options.algorithm,
    },
  );
}

/** A child of an index, with what its entry says beside its descriptor; `absent` children are listed only. */
export type IndexEntry =
  | ManifestContent
  | { readonly child: ManifestContent; readonly entry?: Partial<DescriptorJson>; readonly absent?: boolean };

/** Makes an index (or docker manifest list) of images, other indexes, or nothing. */
export function makeIndex(children: readonly IndexEntry[], options: IndexOptions = {}): ManifestContent {
  const mediaType = options.mediaTypes === 'docker' ? MEDIA_TYPE.dockerList : MEDIA_TYPE.ociIndex;
  const entries = children.map((entry) => ('child' in entry ? entry : { child: entry }));
  const { artifactType } = options;
  return makeManifest(
    {
      schemaVersion: 2,
      ...(options.withMediaType === false ? {} : { mediaType }),
      ...(artifactType === undefined ? {} : { artifactType }),
      manifests: entries.map(({ child, entry }) => ({ ...child.descriptor, ...entry })),
      ...commonFields(options),
    },
    mediaType,
    {
      children: entries.filter((entry) => entry.absent !== true).map((entry) => entry.child),
      entry: artifactType === undefined ? {} : { artifactType },
      algorithm: options.algorithm,
    },
  );
}

function isBlob(value: object | string): value is BlobContent {
  return typeof value === 'object' && 'descriptor' in value;
}

function commonFields({ subject, annotations, extra }: CommonOptions): Readonly<Record<string, unknown>> {
  return {
    ...(subject === undefined ? {} : { subject: bareDescriptor(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
    ...extra,
  };
}

function emptyConfig(algorithm: DigestAlgorithm | undefined): BlobContent {
  return algorithm === 'sha512' ? makeBlob('{}', MEDIA_TYPE.ociEmpty, {}, algorithm) : EMPTY_CONFIG;
}

function makeConfig(
  options: ImageOptions,
  platform: PlatformJson,
  layers: readonly BlobContent[],
): BlobContent {
  if (options.config !== undefined && isBlob(options.config)) return options.config;
  const config = {
    ...platform,
    config: {},
    ...options.config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId ?? layer.descriptor.digest) },
  };
  const mediaType = options.mediaTypes === 'docker' ? MEDIA_TYPE.dockerConfig : MEDIA_TYPE.ociConfig;
  return makeBlob(JSON.stringify(config), mediaType, {}, options.algorithm);
}

const DOCKER_LAYERS: ReadonlyMap<string, string> = new Map([
  [MEDIA_TYPE.ociLayer, MEDIA_TYPE.dockerLayer],
  [MEDIA_TYPE.ociLayerGzip, MEDIA_TYPE.dockerLayerGzip],
  [MEDIA_TYPE.ociForeignLayer, MEDIA_TYPE.dockerForeignLayer],
]);

/** Names an OCI layer as docker does, in a docker image. */
function asFamily(layer: BlobContent, family: MediaTypes = 'oci'): BlobContent {
  const { descriptor } = layer;
  const mediaType = family === 'oci' ? undefined : DOCKER_LAYERS.get(descriptor.mediaType);
  return mediaType === undefined ? layer : { ...layer, descriptor: { ...descriptor, mediaType } };
}
