import type { Digest } from '../registry/digest.ts';
import type { BlobContent, DescriptorJson, ManifestContent } from './content.ts';

/** What an artifact that refers to a subject is made of. */
export interface ReferrerOptions {
  readonly subject: ManifestContent | DescriptorJson;
  readonly artifactType: string;
  /** One small layer when absent. */
  readonly layers?: readonly (BlobContent | Uint8Array | string)[] | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Makes an artifact manifest with a subject and the empty config (image-spec, manifest.md, guidance). */
export function makeReferrer(_options: ReferrerOptions): ManifestContent {
  throw new Error('makeReferrer is not built yet.');
}

/** Makes what buildkit lists beside an image: `unknown/unknown`, with annotations that name the image. */
export function makeAttestationChild(_image: ManifestContent, _statement?: string): ManifestContent {
  throw new Error('makeAttestationChild is not built yet.');
}

/** Names the fallback tag of a subject (distribution-spec, "Referrers Tag Schema"). */
export function fallbackTag(_subject: Digest): string {
  throw new Error('fallbackTag is not built yet.');
}

/** Names the tag under which cosign before version 3 keeps what belongs to a digest. */
export function cosignTag(_subject: Digest, _kind: 'sig' | 'att' | 'sbom'): string {
  throw new Error('cosignTag is not built yet.');
}
