import type { RegistryStore } from '@artifact-lifecycle/testing';

// The judge of the proof stands on its own: it reads a registry's store with JSON.parse, and knows nothing of how
// plans are made.

/** What a registry holds at one moment, as far as somebody who pulls would see it. */
export interface Holdings {
  readonly tags: ReadonlyMap<string, string>;
  /** Manifests by digest, as they were pushed. */
  readonly manifests: ReadonlyMap<string, HeldManifest>;
}

/** What of a manifest matters to whoever pulls it. */
export interface HeldManifest {
  /** What an index lists, in its order. */
  readonly lists: readonly Listed[];
  readonly subject: string | undefined;
}

interface Listed {
  readonly digest: string;
  /** What an attestation beside an image says it is about. */
  readonly about: string | undefined;
}

/** What somebody has lost, a sentence each. */
export interface Damage {
  /** Tags that lead nowhere, or to an index that lacks something at some depth. */
  readonly brokenTags: readonly string[];
  /** What referred to something that is still there, and is gone. */
  readonly lostReferrers: readonly string[];
}

/** Reads all that a repository holds. */
export function takeHoldings(store: RegistryStore, repository: string): Holdings {
  return {
    tags: store.tags(repository),
    manifests: new Map(
      store.manifests(repository).map(({ digest, bytes }) => [digest, readHeld(bytes.toString('utf8'))]),
    ),
  };
}

interface ManifestJson {
  readonly manifests?: readonly {
    readonly digest: string;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly subject?: { readonly digest: string };
}

function readHeld(text: string): HeldManifest {
  const { manifests = [], subject }: ManifestJson = JSON.parse(text);
  const lists = manifests.map(({ digest, annotations }) => ({
    digest,
    about: annotations?.['vnd.docker.reference.digest'],
  }));
  return { lists, subject: subject?.digest };
}

/** What is broken or lost in `after` that was whole in `before`. */
export function findDamage(before: Holdings, after: Holdings): Damage {
  const brokenTags: string[] = [];
  for (const [tag, digest] of after.tags) {
    // The list of referrers may name what is gone with its subject: nobody pulls a platform by it.
    const missing = /^sha(?:256|512)-[0-9a-f]+$/.test(tag)
      ? []
      : reach(digest, after).filter((one) => !after.manifests.has(one) && before.manifests.has(one));
    for (const one of missing) brokenTags.push(`${tag} lacks ${one}`);
    if (!after.manifests.has(digest)) brokenTags.push(`${tag} leads nowhere`);
  }
  const lostReferrers = [...referrersOf(before)].flatMap(([subject, referrers]) =>
    after.manifests.has(subject)
      ? [...referrers].filter((one) => !after.manifests.has(one)).map((one) => `${subject} has lost ${one}`)
      : [],
  );
  return { brokenTags: [...new Set(brokenTags)].sort(), lostReferrers: lostReferrers.sort() };
}

/** A manifest and all that it lists, however deep. */
function reach(digest: string, { manifests }: Holdings): readonly string[] {
  const seen = new Set([digest]);
  for (const one of seen) for (const child of manifests.get(one)?.lists ?? []) seen.add(child.digest);
  return [...seen];
}

/** What refers to what: by subject, by a list under its tag, by cosign's tags, as an attestation in the same index. */
function referrersOf({ tags, manifests }: Holdings): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (subject: string | undefined, referrer: string): void => {
    if (subject === undefined || !manifests.has(subject) || !manifests.has(referrer)) return;
    found.set(subject, (found.get(subject) ?? new Set()).add(referrer));
  };
  for (const [digest, { subject, lists }] of manifests) {
    add(subject, digest);
    for (const { digest: child, about } of lists) add(about, child);
  }
  for (const [tag, digest] of tags) {
    const [, algorithm, hex, suffix] = /^(sha256|sha512)-([0-9a-f]+)(\.(?:sig|att|sbom))?$/.exec(tag) ?? [];
    if (hex === undefined) continue;
    const subject = `${algorithm}:${hex}`;
    add(subject, digest);
    if (suffix === undefined)
      for (const { digest: one } of manifests.get(digest)?.lists ?? []) add(subject, one);
  }
  return found;
}
