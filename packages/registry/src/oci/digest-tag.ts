import type { CosignTagKind, Tag } from '../name/tag.ts';

/**
 * What a tag is that is computed from a digest: a list of referrers (distribution-spec, "Referrers Tag
 * Schema"), or what cosign before version 3 attached.
 */
export type DigestTagKind = 'referrers' | CosignTagKind;

const DIGEST_TAG = /^sha(?:256|512)-[a-f0-9]{64}(?:\.(sig|att|sbom))?$/;

/** What kind of computed tag this is; `undefined` for a tag someone chose. */
export function digestTagKind(tag: Tag): DigestTagKind | undefined {
  const match = DIGEST_TAG.exec(tag);
  if (match === null) return undefined;
  switch (match[1]) {
    case 'sig':
    case 'att':
    case 'sbom':
      return match[1];
    default:
      return 'referrers';
  }
}
