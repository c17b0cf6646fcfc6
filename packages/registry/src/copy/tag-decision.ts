import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestOf } from '../name/digest.ts';
import type { Location } from '../name/location.ts';
import { formatReference } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Manifest } from '../oci/manifest.ts';

/** What becomes of a tag, with the digest it points to before. */
export type TagDecision =
  | { readonly outcome: 'created' }
  | { readonly outcome: 'same' }
  | { readonly outcome: 'moved'; readonly previous: Digest }
  | { readonly outcome: 'refused'; readonly previous: Digest };

/** What a decision about a tag is made from. */
export interface TagSituation {
  /** What it points to now; `undefined` where there is no such tag. */
  readonly current: Digest | undefined;
  readonly wanted: Digest;
  /** Whether this tag may move. */
  readonly isChannel: boolean;
}

/**
 * Decides about a tag: absent → created, the same digest → same, another digest → moved where the tag is a
 * channel, else refused (design, "Immutable").
 */
export function decideTag({ current, wanted, isChannel }: TagSituation): TagDecision {
  if (current === undefined) return { outcome: 'created' };
  if (current === wanted) return { outcome: 'same' };
  return { outcome: isChannel ? 'moved' : 'refused', previous: current };
}

/**
 * The digest of a manifest in the algorithm of another digest: a registry may name by sha256 what was asked
 * for by sha512.
 */
export function digestLike(manifest: Manifest, other: Digest | undefined): Digest {
  if (other === undefined || digestAlgorithm(other) === digestAlgorithm(manifest.digest)) {
    return manifest.digest;
  }
  return digestOf(manifest.bytes, digestAlgorithm(other));
}

/** A tag that was refused. */
export interface RefusedTag {
  readonly location: Location;
  readonly tag: Tag;
  readonly previous: Digest;
  readonly wanted: Digest;
}

/** The error for tags that may not move; it names both digests of each. */
export function tagRefusal(refused: readonly RefusedTag[]): SuiteError {
  const facts = refused.map(({ location, tag, previous, wanted }) => {
    const name = formatReference({ location, tag, digest: undefined });
    return `${name} already points to ${previous}, and may not move to ${wanted}`;
  });
  return new SuiteError('TAG_EXISTS', `${facts.join('; ')}.`, {
    remedy:
      'Publish under a new version; or, for a tag that is meant to move such as latest, list it in "channels".',
  });
}
