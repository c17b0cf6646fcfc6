import type { DigestAlgorithm } from '../registry/digest.ts';
import type { BlobContent, DescriptorJson, ManifestContent, PlatformJson } from './content.ts';

/** Which family of media types a manifest is written in. */
export type MediaTypes = 'oci' | 'docker';

/** What an image is made of. Same input, same bytes. */
export interface ImageOptions {
  /** Bytes become a layer of the family's gzip type as they are; one small layer when absent. */
  readonly layers?: readonly (BlobContent | Uint8Array | string)[] | undefined;
  /** Fields of the config beside `os`, `architecture` and `rootfs`, or a whole blob. */
  readonly config?: Readonly<Record<string, unknown>> | BlobContent | undefined;
  /** linux/amd64 when absent. */
  readonly platform?: PlatformJson | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly artifactType?: string | undefined;
  readonly subject?: ManifestContent | DescriptorJson | undefined;
  readonly mediaTypes?: MediaTypes | undefined;
  readonly algorithm?: DigestAlgorithm | undefined;
  /** Fields beside those of the specification, which a copy must keep. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the manifest says its own `mediaType`; true when absent. */
  readonly withMediaType?: boolean | undefined;
}

/** Makes an image manifest with its config and layers. */
export function makeImage(_options: ImageOptions = {}): ManifestContent {
  throw new Error('makeImage is not built yet.');
}

/** What an index is made of. */
export interface IndexOptions {
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly artifactType?: string | undefined;
  readonly subject?: ManifestContent | DescriptorJson | undefined;
  readonly mediaTypes?: MediaTypes | undefined;
  readonly algorithm?: DigestAlgorithm | undefined;
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  readonly withMediaType?: boolean | undefined;
}

/** A child of an index, with what its entry says beside its descriptor; `absent` children are listed only. */
export type IndexEntry =
  | ManifestContent
  | { readonly child: ManifestContent; readonly entry?: Partial<DescriptorJson>; readonly absent?: boolean };

/** Makes an index (or docker manifest list) of images, other indexes, or nothing. */
export function makeIndex(_children: readonly IndexEntry[], _options: IndexOptions = {}): ManifestContent {
  throw new Error('makeIndex is not built yet.');
}
