import { Readable } from 'node:stream';
import { type Digest, digestOf } from '../registry/digest.ts';

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
  /** Whether the bytes exist at all: a foreign layer's and a withheld one's do not. */
  readonly absent?: boolean | undefined;
  /** Digest of the uncompressed layer, where the blob is one. */
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
  /** Children in order, each once for every time it is listed. */
  readonly children: readonly ManifestContent[];
}

/** Makes a blob of bytes at hand. */
export function makeBlob(
  bytes: Uint8Array | string,
  mediaType = 'application/octet-stream',
  extra: Partial<DescriptorJson> = {},
): BlobContent {
  const content = Buffer.from(bytes);
  return {
    descriptor: { mediaType, digest: digestOf(content), size: content.length, ...extra },
    open: () => Readable.from([content], { objectMode: false }),
  };
}
