import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import { type Tag, tryParseTag } from '../name/tag.ts';
import { type Descriptor, parseDescriptor } from '../oci/descriptor.ts';
import { field, isJsonObject, type JsonObject, parseBoundedJson } from '../oci/json.ts';
import { MEDIA_TYPE } from '../oci/media-type.ts';

/** Under which name an entry of `index.json` is looked up (image-spec, annotations.md). */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** One entry of `index.json`. What others wrote into it stays. */
interface LayoutEntry {
  readonly descriptor: Descriptor;
  readonly refName: string | undefined;
  readonly json: JsonObject;
}

/**
 * The `index.json` of an OCI layout: which manifests it names, and under which tags. A value: changing it
 * makes a new one. Entries without a name keep untagged manifests reachable.
 */
export class LayoutIndex {
  readonly #fields: JsonObject;
  readonly #entries: readonly LayoutEntry[];

  private constructor(fields: JsonObject, entries: readonly LayoutEntry[]) {
    this.#fields = fields;
    this.#entries = entries;
  }

  /** The index of a layout with nothing in it. */
  static empty(): LayoutIndex {
    return new LayoutIndex({ schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex }, []);
  }

  /**
   * Reads `index.json`. Writers disagree about `mediaType`, so it is not looked at (image-spec,
   * image-layout.md, "index.json file").
   *
   * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
   */
  static parse(bytes: Uint8Array, what: string): LayoutIndex {
    const fields = parseBoundedJson(bytes, what);
    const list = isJsonObject(fields) ? field(fields, 'manifests') : undefined;
    if (!isJsonObject(fields) || (list !== undefined && !Array.isArray(list))) {
      throw new SuiteError('CONTENT_INVALID', `The ${what} is not an image index.`);
    }
    const items: readonly unknown[] = list ?? [];
    const entries = items.map((item, at) => readEntry(item, `manifests[${at}] of the ${what}`));
    return new LayoutIndex(fields, entries);
  }

  toBytes(): Uint8Array {
    return Buffer.from(JSON.stringify({ ...this.#fields, manifests: this.#entries.map(({ json }) => json) }));
  }

  /** Descriptors of all entries, each digest once. */
  get roots(): readonly Descriptor[] {
    return [...new Map(this.#entries.map(({ descriptor }) => [descriptor.digest, descriptor])).values()];
  }

  /** All tags, sorted. */
  get tags(): readonly Tag[] {
    const tags = this.#entries.flatMap((entry) => tagOf(entry) ?? []);
    return [...new Set(tags)].toSorted();
  }

  /**
   * What a tag names.
   *
   * @throws SuiteError `CONTENT_INVALID` where it names two things
   */
  find(tag: Tag): Descriptor | undefined {
    const exact = this.#entries.filter((entry) => entry.refName === tag);
    const found = exact.length > 0 ? exact : this.#entries.filter((entry) => tagOf(entry) === tag);
    const [first, ...others] = found.map(({ descriptor }) => descriptor);
    const other = others.find(({ digest }) => digest !== first?.digest);
    if (first !== undefined && other !== undefined) {
      throw new SuiteError(
        'CONTENT_INVALID',
        `The layout's index.json names ${first.digest} and ${other.digest} by the one tag ${tag}.`,
        { remedy: 'Name the image by its digest.' },
      );
    }
    return first;
  }

  has(digest: Digest): boolean {
    return this.#entries.some(({ descriptor }) => descriptor.digest === digest);
  }

  /** Points a tag to a manifest. What the tag named before stays, without a name. */
  withTag(tag: Tag, descriptor: Descriptor): LayoutIndex {
    const others = this.withoutTag(tag);
    const unnamed = others.#entries.find((entry) => isUnnamed(entry, descriptor.digest));
    const named = withRefName(unnamed?.json ?? descriptorJson(descriptor), tag);
    const left = others.#entries.filter((entry) => entry !== unnamed);
    return new LayoutIndex(this.#fields, [...left, { descriptor, refName: tag, json: named }]);
  }

  /** Removes a tag; what it named stays, without a name. */
  withoutTag(tag: Tag): LayoutIndex {
    const left = this.#entries.filter((entry) => tagOf(entry) !== tag);
    const kept = new LayoutIndex(this.#fields, left);
    return this.#entries
      .filter((entry) => tagOf(entry) === tag)
      .reduce((index, { descriptor }) => index.withUntagged(descriptor), kept);
  }

  /** Keeps a manifest reachable that has no tag. */
  withUntagged(descriptor: Descriptor): LayoutIndex {
    if (this.has(descriptor.digest)) return this;
    const entry: LayoutEntry = { descriptor, refName: undefined, json: descriptorJson(descriptor) };
    return new LayoutIndex(this.#fields, [...this.#entries, entry]);
  }

  /** Drops the entries without a name of manifests that are now reachable from others. */
  withoutUntagged(digests: ReadonlySet<Digest>): LayoutIndex {
    const left = this.#entries.filter((entry) => !isUnnamed(entry) || !digests.has(entry.descriptor.digest));
    return new LayoutIndex(this.#fields, left);
  }

  /** Drops a manifest with all its tags. */
  without(digest: Digest): LayoutIndex {
    const left = this.#entries.filter((entry) => entry.descriptor.digest !== digest);
    return new LayoutIndex(this.#fields, left);
  }
}

function readEntry(item: unknown, what: string): LayoutEntry {
  const descriptor = parseDescriptor(item, what);
  if (!isJsonObject(item)) throw new SuiteError('INTERNAL', 'A parsed descriptor is no object.');
  return { descriptor, refName: descriptor.annotations?.[REF_NAME], json: item };
}

/**
 * The tag of an entry. crane writes whole names (`host/name:tag`) where the others write a tag; the tag at
 * the end is meant then.
 */
function tagOf({ refName }: LayoutEntry): Tag | undefined {
  if (refName === undefined) return undefined;
  const tag = tryParseTag(refName);
  if (tag !== undefined || refName.includes('@')) return tag;
  const colon = refName.lastIndexOf(':');
  return colon > refName.lastIndexOf('/') ? tryParseTag(refName.slice(colon + 1)) : undefined;
}

function isUnnamed(entry: LayoutEntry, digest: Digest = entry.descriptor.digest): boolean {
  return entry.refName === undefined && entry.descriptor.digest === digest;
}

function withRefName(json: JsonObject, tag: Tag): JsonObject {
  const annotations = field(json, 'annotations');
  return { ...json, annotations: { ...(isJsonObject(annotations) ? annotations : {}), [REF_NAME]: tag } };
}

/** An entry says what it names, and nothing an outer index said of it. */
function descriptorJson({ mediaType, digest, size, artifactType }: Descriptor): JsonObject {
  return { mediaType, digest, size, ...(artifactType === undefined ? {} : { artifactType }) };
}
