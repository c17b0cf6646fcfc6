import type { Digest } from '../name/digest.ts';
import type { Descriptor } from './descriptor.ts';

/** What a manifest says, as far as the suite reads it. */
export type ManifestContent =
  | {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
      readonly subject: Descriptor | undefined;
      readonly artifactType: string | undefined;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'index';
      readonly manifests: readonly Descriptor[];
      readonly subject: Descriptor | undefined;
      readonly artifactType: string | undefined;
      readonly annotations: Readonly<Record<string, string>>;
    }
  /** The withdrawn OCI artifact manifest: blobs and no config. */
  | {
      readonly kind: 'artifact';
      readonly blobs: readonly Descriptor[];
      readonly subject: Descriptor | undefined;
      readonly artifactType: string | undefined;
      readonly annotations: Readonly<Record<string, string>>;
    };

/**
 * A manifest as it came: its bytes are never written anew, because they are what the digest names.
 * Made by `parseManifest` only.
 */
export interface Manifest {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly content: ManifestContent;
}
