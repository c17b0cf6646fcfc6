import {
  type Digest,
  type DigestTagKind,
  digestAlgorithm,
  digestTagKind,
  referrersTag,
  tryParseTag,
} from '@artifact-lifecycle/registry';

/** A tag that is computed from the digest of a subject: a list of referrers, or one of cosign's. */
export interface DigestTag {
  readonly tag: string;
  readonly kind: DigestTagKind;
  /** `sha256-<hex>`, without a suffix. */
  readonly base: string;
}

/** Reads the tags that are computed; every other tag somebody chose. */
export function digestTagsOf(tags: readonly string[]): readonly DigestTag[] {
  return tags.flatMap((text): readonly DigestTag[] => {
    // Most tags are none; the grammar is only asked where it may be one.
    if (!text.startsWith('sha')) return [];
    const tag = tryParseTag(text);
    const kind = tag === undefined ? undefined : digestTagKind(tag);
    if (kind === undefined) return [];
    const dot = text.indexOf('.');
    return [{ tag: text, kind, base: dot < 0 ? text : text.slice(0, dot) }];
  });
}

/** Digests by the base of their computed tags; sha512 is cut there (distribution-spec, "Referrers Tag Schema"). */
export function subjectsByTag(digests: Iterable<Digest>): (base: string) => Digest | undefined {
  let long: Map<string, Digest> | undefined;
  return (base) => {
    if (base.startsWith('sha256-')) return `sha256:${base.slice('sha256-'.length)}` as Digest;
    long ??= new Map(
      Array.from(digests)
        .filter((digest) => digestAlgorithm(digest) === 'sha512')
        .map((digest) => [referrersTag(digest), digest]),
    );
    return long.get(base);
  };
}
