import { isSuiteError } from '@artifact-lifecycle/core';
import { type Digest, field, isJsonObject, tryParseDigest } from '@artifact-lifecycle/registry';
import { parseLargeJson } from '../image/large-file.ts';
import type { BlobFacts, ChildFacts, ManifestFacts } from './manifest-facts.ts';

const KINDS = ['index', 'image', 'opaque', 'record'] as const;
/** How the file abbreviates a child: what kind it is, and whether it is an artifact. */
const CHILD_KINDS = ['leaf', 'unread', 'record', 'bundle'] as const;

/** The first knew no records. */
const VERSION = 2;

/**
 * What is known of manifests by digest, for the next run (contract: `cache-file`). Only bytes that were verified
 * come in, so that an entry is as true as its digest; and each manifest is read once in its life, which also keeps
 * the count of downloads low that registries make of it.
 */
export class DigestCache {
  readonly #known: Map<Digest, ManifestFacts>;
  readonly #used = new Set<Digest>();

  constructor(known: Iterable<readonly [Digest, ManifestFacts]> = []) {
    this.#known = new Map(known);
  }

  get(digest: Digest): ManifestFacts | undefined {
    const facts = this.#known.get(digest);
    if (facts !== undefined) this.#used.add(digest);
    return facts;
  }

  put(digest: Digest, facts: ManifestFacts): void {
    this.#known.set(digest, facts);
    this.#used.add(digest);
  }

  /**
   * The file, sorted. What nobody asked for is left out, because it is gone.
   *
   * @param keepUnused where not every target was looked through, so that nobody knows what is gone.
   */
  format(keepUnused = false): string {
    const blobs = new Map<Digest, number>();
    const table: BlobFacts[] = [];
    const numberOf = (blob: BlobFacts): number => {
      const known = blobs.get(blob.digest);
      if (known !== undefined) return known;
      blobs.set(blob.digest, table.length);
      table.push(blob);
      return table.length - 1;
    };
    const digests = [...this.#known.keys()].filter((digest) => keepUnused || this.#used.has(digest)).sort();
    const lines = digests.map((digest) => {
      const facts = this.#known.get(digest);
      return JSON.stringify([digest, ...(facts === undefined ? [] : pack(facts, numberOf))]);
    });
    const layers = table.map(({ digest, size }) => JSON.stringify([digest, size]));
    return `{"version":${VERSION},"blobs":[\n${layers.join(',\n')}\n],"manifests":[\n${lines.join(',\n')}\n]}\n`;
  }
}

function pack(facts: ManifestFacts, numberOf: (blob: BlobFacts) => number): readonly unknown[] {
  const children = facts.children.map(({ key, kind, about, isArtifact }) => [
    key,
    CHILD_KINDS.indexOf(kind) + (isArtifact ? CHILD_KINDS.length : 0),
    ...(about === undefined ? [] : [about]),
  ]);
  return [KINDS.indexOf(facts.kind), facts.subject ?? '', children, (facts.blobs ?? []).map(numberOf)];
}

/**
 * Reads a cache file, hostile or broken: what is not understood is left out, since it can be read again. A file
 * that is none gives an empty cache, and `undefined` for `problem` where all is well.
 */
export function parseDigestCache(bytes: Uint8Array): {
  readonly cache: DigestCache;
  readonly problem: string | undefined;
} {
  const fail = (fact: string) => ({
    cache: new DigestCache(),
    problem: `The digest cache ${fact}; it is made anew.`,
  });
  let data: unknown;
  try {
    data = parseLargeJson(bytes, 'digest cache');
  } catch (error) {
    if (!isSuiteError(error)) throw error;
    return fail('cannot be read');
  }
  if (!isJsonObject(data) || field(data, 'version') !== VERSION) return fail('is of another version');
  const table = listOf(field(data, 'blobs')).map(readBlob);
  const entries = listOf(field(data, 'manifests')).flatMap((entry) => {
    const read = unpack(listOf(entry), table);
    return read === undefined ? [] : [read];
  });
  return { cache: new DigestCache(entries), problem: undefined };
}

function unpack(
  [name, kindNumber, subjectText, childList, blobNumbers]: readonly unknown[],
  table: readonly (BlobFacts | undefined)[],
): readonly [Digest, ManifestFacts] | undefined {
  const digest = digestOrNone(name);
  const kind = typeof kindNumber === 'number' ? KINDS[kindNumber] : undefined;
  const subject = subjectText === '' ? '' : digestOrNone(subjectText);
  const children = listOf(childList).map((child) => readChild(listOf(child)));
  const blobs = listOf(blobNumbers).map((at) => (typeof at === 'number' ? table[at] : undefined));
  // Half an entry would be a child less: better none.
  if (digest === undefined || kind === undefined || subject === undefined) return undefined;
  if (!Array.isArray(childList) || !Array.isArray(blobNumbers)) return undefined;
  if (!isComplete(children) || !isComplete(blobs)) return undefined;
  const isOpaque = kind === 'opaque';
  return [
    digest,
    {
      kind,
      subject: subject === '' ? undefined : subject,
      children,
      blobs: isOpaque ? undefined : blobs,
    },
  ];
}

function isComplete<T>(items: readonly (T | undefined)[]): items is readonly T[] {
  return items.every((item) => item !== undefined);
}

function readChild([name, code, aboutText]: readonly unknown[]): ChildFacts | undefined {
  const key = digestOrNone(name);
  if (key === undefined || typeof code !== 'number') return undefined;
  const kind = CHILD_KINDS[code % CHILD_KINDS.length];
  const about = aboutText === undefined ? undefined : digestOrNone(aboutText);
  if (kind === undefined || (aboutText !== undefined && about === undefined)) return undefined;
  return { key, kind, about, isArtifact: code >= CHILD_KINDS.length };
}

function readBlob(entry: unknown): BlobFacts | undefined {
  const [name, size] = listOf(entry);
  const digest = digestOrNone(name);
  return digest !== undefined && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
    ? { digest, size }
    : undefined;
}

function digestOrNone(value: unknown): Digest | undefined {
  return typeof value === 'string' ? tryParseDigest(value) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
