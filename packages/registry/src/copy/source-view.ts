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

/** What is read from a source while a copy is planned, each thing once. */
export class SourceView {
  readonly #source: Registry;
  readonly #limiter: Limiter;
  readonly #signal: AbortSignal | undefined;
  readonly #manifests = new Map<Digest, Promise<Manifest>>();
  #tags: Promise<ReadonlySet<Tag> | undefined> | undefined;
  #bytes = 0;

  constructor(source: Registry, limiter: Limiter, signal: AbortSignal | undefined) {
    this.#source = source;
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
    const listed = await this.#ask(() => this.#source.listReferrers(subject, { signal: this.#signal }));
    return [...new Map(listed.map((referrer) => [referrer.digest, referrer])).values()];
  }

  hasBlob(blob: Descriptor): Promise<boolean> {
    return this.#ask(() => this.#source.hasBlob(blob, { signal: this.#signal }));
  }

  /** cosign's tags for a digest that are here, or may be where tags cannot be listed. */
  async cosignTagsOf(subject: Digest): Promise<readonly Tag[]> {
    const tags = cosignTags(subject).map(({ tag }) => tag);
    this.#tags ??= this.#listTags();
    const listed = await this.#tags;
    return listed === undefined ? tags : tags.filter((tag) => listed.has(tag));
  }

  /** All tags, or `undefined` where they cannot be listed, so that each has to be tried. */
  async #listTags(): Promise<ReadonlySet<Tag> | undefined> {
    try {
      return new Set(await this.#ask(() => this.#source.listTags({ signal: this.#signal })));
    } catch (error) {
      // distribution answers 404 where a repository has manifests but no tag.
      const mayTry = [
        'NOT_FOUND',
        'FORBIDDEN',
        'PERMISSION_MISSING',
        'UNSUPPORTED',
        'LIMIT_EXCEEDED',
      ] as const;
      if (isSuiteError(error, ...mayTry)) return undefined;
      throw error;
    }
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
