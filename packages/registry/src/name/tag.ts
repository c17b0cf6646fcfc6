import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestHex } from './digest.ts';

/** A tag by the distribution grammar; made only by the functions here. */
export type Tag = string & { readonly __brand: 'Tag' };

/** distribution-spec, "Pulling manifests": at most 128 characters. */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Reads a tag, or gives `undefined` where the text is none. */
export function tryParseTag(text: string): Tag | undefined {
  return TAG.test(text) ? (text as Tag) : undefined;
}

/**
 * Reads a tag.
 *
 * @param what names the place it came from, for the error: `input "tags"`.
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseTag(text: string, what: string): Tag {
  const tag = tryParseTag(text);
  if (tag !== undefined) return tag;
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 200))} is not a tag.`, {
    remedy: 'A tag has 1 to 128 letters, digits, "_", "." and "-", and starts with a letter, a digit or "_".',
  });
}

/**
 * The tag under which a registry without the referrers API lists what refers to a digest
 * (distribution-spec, "Referrers Tag Schema"): the algorithm cut to 32 characters, the hex cut to 64.
 */
export function referrersTag(subject: Digest): Tag {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, 64)}` as Tag;
}

/** What cosign before version 3 attached beside an image. */
export type CosignTagKind = 'sig' | 'att' | 'sbom';

/** The tags cosign before version 3 keeps for a digest: `sha256-<hex>.sig`, `.att`, `.sbom`. */
export function cosignTags(subject: Digest): readonly { readonly kind: CosignTagKind; readonly tag: Tag }[] {
  const base = `${digestAlgorithm(subject)}-${digestHex(subject)}`;
  const kinds: readonly CosignTagKind[] = ['sig', 'att', 'sbom'];
  return kinds.flatMap((kind) => {
    const tag = tryParseTag(`${base}.${kind}`);
    // A sha512 digest makes a name longer than a tag may be; cosign cannot have written one.
    return tag === undefined ? [] : [{ kind, tag }];
  });
}
