import { isSuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import { cosignTags, type Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Registry } from '../registry.ts';
import { graphTooLarge } from './graph.ts';
import type { Limiter } from './limiter.ts';
import { MAX_GRAPH_BYTES } from './limits.ts';
import type { TagLists } from './tag-lists.ts';

/** What a view of a source stands on. */
export interface SourceViewOptions {
  readonly source: Registry;
  /** What was copied is known to be under it. */
  readonly tag: Tag | undefined;
  readonly lists: TagLists;
  readonly limiter: Limiter;
  readonly signal: AbortSignal | undefined;
}

/** What is read from a source while a copy is planned, each thing once. */
export class SourceView {
  readonly #source: Registry;
  readonly #limiter: Limiter;
  readonly #signal: AbortSignal | undefined;
  readonly #tag: Tag | undefined;
  readonly #manifests = new Map<Digest, Promise<Manifest>>();
  readonly #lists: TagLists;
  #bytes = 0;

  constructor({ source, tag, lists, limiter, signal }: SourceViewOptions) {
    this.#source = source;
    this.#tag = tag;
    this.#lists = lists;
    this.#limiter = limiter;
    this.#signal = signal;
  }

  /** Names the source in errors. */
  get place(): string {
    return formatLocation(this.#source.location);
  }

  /** @throws SuiteError `NOT_FOUND`, `LIMIT_EXCEEDED`, and those of reading a manifest */
  fetch(digest: Digest): Promise<Manifest> {
    const known = this.#manifests.get(digest) ?? this.#fetchNow(digest);
    this.#manifests.set(digest, known);
    return known;
  }

  /** A manifest by digest or tag; `undefined` where there is none. */
  async tryFetch(reference: Digest | Tag): Promise<Manifest | undefined> {
    try {
      return await this.#fetchNow(reference);
    } catch (error) {
      if (isSuiteError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  /** What is listed as referring to a digest, each once. */
  async referrersOf(subject: Digest): Promise<readonly Descriptor[]> {
    // Asked for before, so that it is not this question that it waits for.
    const tags = this.#listTags();
    tags.catch(() => {});
    const listed = await this.#ask(() =>
      this.#source.listReferrers(subject, { signal: this.#signal, tags: () => tags }),
    );
    return [...new Map(listed.map((referrer) => [referrer.digest, referrer])).values()];
  }

  hasBlob(blob: Descriptor): Promise<boolean> {
    return this.#ask(() => this.#source.hasBlob(blob, { signal: this.#signal }));
  }

  /** cosign's tags for a digest that are here, or may be where tags cannot be listed. */
  async cosignTagsOf(subject: Digest): Promise<readonly Tag[]> {
    const tags = cosignTags(subject).map(({ tag }) => tag);
    const listed = await this.#listTags();
    return listed === undefined ? tags : tags.filter((tag) => listed.has(tag));
  }

  /** All tags, or `undefined` where they are not surely all, so that each has to be tried. */
  async #listTags(): Promise<ReadonlySet<Tag> | undefined> {
    const tags = await this.#lists.of(this.#source, () =>
      this.#ask(() => this.#source.listTags({ signal: this.#signal })),
    );
    // A list that leaves out what was just read is not up to date.
    return this.#tag === undefined || tags?.has(this.#tag) === true ? tags : undefined;
  }

  async #fetchNow(reference: Digest | Tag): Promise<Manifest> {
    const manifest = await this.#ask(() => this.#source.fetchManifest(reference, { signal: this.#signal }));
    this.#bytes += manifest.bytes.length;
    if (this.#bytes > MAX_GRAPH_BYTES)
      throw graphTooLarge(`has manifests of more than ${MAX_GRAPH_BYTES} bytes`);
    return manifest;
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return this.#limiter.run(question, this.#signal);
  }
}
