import { artifactTypeOf, type Manifest, namedByManifest } from '../oci/manifest.ts';

/** Which of the things attached to an image go with it: all, none, or those of certain artifact types. */
export type ReferrerFilter = 'all' | 'none' | readonly string[];

/**
 * Whether a filter lets a referrer through. Its type is what its own manifest says: lists of referrers have
 * been seen to state another (GHCR's fallback lists).
 */
export function acceptsReferrer(filter: ReferrerFilter, manifest: Manifest): boolean {
  if (typeof filter === 'string') return filter === 'all';
  const type = artifactTypeOf(manifest.content);
  return type !== undefined && filter.includes(type);
}

/**
 * Whether a filter lets through what stands under one of cosign's tags. Such manifests say that they are
 * images, so the media types of their layers count, too:
 * `application/vnd.dev.cosign.simplesigning.v1+json` for signatures,
 * `application/vnd.dsse.envelope.v1+json` for attestations.
 */
export function acceptsCosignTag(filter: ReferrerFilter, manifest: Manifest): boolean {
  if (typeof filter === 'string') return filter === 'all';
  if (acceptsReferrer(filter, manifest)) return true;
  return namedByManifest(manifest.content).some(({ mediaType }) => filter.includes(mediaType));
}
