import { Readable } from 'node:stream';
import { type Digest, type DigestAlgorithm, digestOf } from '../registry/digest.ts';

/** What a platform of an index entry says (image-spec, image-index.md). */
export interface PlatformJson {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/** A descriptor as it is written in JSON (image-spec, descriptor.md). Size is bytes. */
export interface DescriptorJson {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly platform?: PlatformJson;
  readonly artifactType?: string;
}

/** A blob that tests push or seed: a descriptor, and its bytes as often as they are needed. */
export interface BlobContent {
  readonly descriptor: DescriptorJson;
  /** Whether the bytes are in no registry: a foreign layer's are not, a withheld one's neither. */
  readonly absent?: boolean | undefined;
  /** Digest of the uncompressed layer, where it is another than the blob's own. */
  readonly diffId?: Digest | undefined;
  open(): Readable;
}

/** A manifest or index that tests push or seed, with everything below it. */
export interface ManifestContent {
  readonly mediaType: string;
  readonly digest: Digest;
  /** The exact bytes: what `digest` names. */
  readonly bytes: Buffer;
  /** As an index would list it: with platform, artifact type and annotations of the entry. */
  readonly descriptor: DescriptorJson;
  /** Config first, then the layers in order. */
  readonly blobs: readonly BlobContent[];
  /** Children in order, each once for every time it is listed; without the absent ones. */
  readonly children: readonly ManifestContent[];
}

/** Makes a blob of bytes at hand; `extra` goes into its descriptor. */
export function makeBlob(
  bytes: Uint8Array | string,
  mediaType = 'application/octet-stream',
  extra: Partial<DescriptorJson> = {},
  algorithm: DigestAlgorithm = 'sha256',
): BlobContent {
  const content = Buffer.from(bytes);
  return {
    descriptor: { mediaType, digest: digestOf(content, algorithm), size: content.length, ...extra },
    open: () => Readable.from([content], { objectMode: false }),
  };
}

/** Names content by type, digest and size alone, as a `subject` does. */
export function bareDescriptor(content: ManifestContent | DescriptorJson): DescriptorJson {
  const { mediaType, digest, size } = 'descriptor' in content ? content.descriptor : content;
  return { mediaType, digest, size };
}

/** Makes a manifest of a JSON object: written once, in the order of its members, and never again. */
export function makeManifest(
  json: Readonly<Record<string, unknown>>,
  mediaType: string,
  parts: {
    readonly blobs?: readonly BlobContent[] | undefined;
    readonly children?: readonly ManifestContent[] | undefined;
    readonly entry?: Partial<DescriptorJson> | undefined;
    readonly algorithm?: DigestAlgorithm | undefined;
    /** What it is in bytes, where no encoder would write it so. */
    readonly bytes?: Buffer | undefined;
  } = {},
): ManifestContent {
  const bytes = parts.bytes ?? Buffer.from(JSON.stringify(json));
  const digest = digestOf(bytes, parts.algorithm);
  return {
    mediaType,
    digest,
    bytes,
    descriptor: { mediaType, digest, size: bytes.length, ...parts.entry },
    blobs: parts.blobs ?? [],
    children: parts.children ?? [],
  };
}
