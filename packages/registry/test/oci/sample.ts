import { Readable } from 'node:stream';
import { digestOf } from '../../src/name/digest.ts';
import { parseTag } from '../../src/name/tag.ts';
import type { Descriptor, Platform } from '../../src/oci/descriptor.ts';
import { describeManifest, type Manifest, parseManifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import type { Registry } from '../../src/registry.ts';

/** Content to be pushed: blobs and manifests in an order in which every registry takes them. */
export interface Sample {
  readonly root: Manifest;
  readonly manifests: readonly Manifest[];
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/** A blob's descriptor. */
export function blobOf(text: string, mediaType: string = MEDIA_TYPE.ociLayer): Descriptor {
  const bytes = Buffer.from(text);
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** A manifest from its JSON. */
export function manifestOf(value: object, mediaType?: string): Manifest {
  return parseManifest({ bytes: Buffer.from(JSON.stringify(value)), mediaType, what: 'sample' });
}

interface ImageWish {
  readonly config?: string;
  readonly layers?: readonly string[];
  readonly subject?: Manifest;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly docker?: boolean;
}

/** An image, or with a subject a referrer; the texts are its blobs. */
export function sampleImage(wish: ImageWish = {}): Sample {
  const { config = '{"os":"linux"}', layers = ['layer'], subject, artifactType, annotations, docker } = wish;
  const root = manifestOf({
    schemaVersion: 2,
    mediaType: docker ? MEDIA_TYPE.dockerManifest : MEDIA_TYPE.ociManifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: blobOf(config, docker ? MEDIA_TYPE.dockerConfig : MEDIA_TYPE.ociConfig),
    layers: layers.map((layer) => blobOf(layer, docker ? MEDIA_TYPE.dockerLayerGzip : MEDIA_TYPE.ociLayer)),
    ...(subject === undefined ? {} : { subject: describeManifest(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
  });
  const texts = [config, ...layers];
  return {
    root,
    manifests: [root],
    blobs: new Map(texts.map((text) => [blobOf(text).digest, Buffer.from(text)])),
  };
}

interface IndexWish {
  readonly subject?: Manifest;
  readonly artifactType?: string;
  readonly docker?: boolean;
  readonly platforms?: readonly Platform[];
}

/** An index over samples. */
export function sampleIndex(children: readonly Sample[], wish: IndexWish = {}): Sample {
  const { subject, artifactType, docker, platforms = [] } = wish;
  const root = manifestOf({
    schemaVersion: 2,
    mediaType: docker ? MEDIA_TYPE.dockerList : MEDIA_TYPE.ociIndex,
    ...(artifactType === undefined ? {} : { artifactType }),
    manifests: children.map((child, at) => ({
      ...describeManifest(child.root),
      platform: platforms[at] ?? { os: 'linux', architecture: `arch${at}` },
    })),
    ...(subject === undefined ? {} : { subject: describeManifest(subject) }),
  });
  return {
    root,
    manifests: [...children.flatMap(({ manifests }) => manifests), root],
    blobs: new Map(children.flatMap(({ blobs }) => [...blobs])),
  };
}

/** Pushes samples as a well-behaved client does, and tags their roots. */
export async function pushSample(
  registry: Registry,
  sample: Sample,
  ...tags: readonly string[]
): Promise<void> {
  for (const [digest, bytes] of sample.blobs) {
    const blob = { ...blobOf(Buffer.from(bytes).toString()), digest: digestOf(bytes) };
    if (blob.digest !== digest) throw new Error('a sample is wrong');
    await registry.pushBlob(blob, async (offset) => Readable.from([bytes.subarray(offset)]));
  }
  for (const manifest of sample.manifests) await registry.pushManifest(manifest);
  for (const tag of tags) await registry.tagManifest(parseTag(tag, 'test'), sample.root);
}
