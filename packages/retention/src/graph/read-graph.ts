import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { type Digest, isIndexType, tryParseDigest } from '@artifact-lifecycle/registry';
import { pushTime } from '../image/image-time.ts';
import type { StoredImage } from '../image/stored-image.ts';
import type { RetentionService, ServiceOptions } from '../service/retention-service.ts';
import { assembleGraph } from './assemble-graph.ts';
import type { DigestCache } from './digest-cache.ts';
import { digestTagsOf } from './digest-tags.ts';
import type { ImageGraph } from './image-graph.ts';
import { type ManifestFacts, type NodeKey, readManifestFacts } from './manifest-facts.ts';

/** So many manifests are read at a time: registries of this size answer 8 without slowing others down. */
const READ_CONCURRENCY = 8;

/**
 * Platform images are known by their index and need not be read, but for their layers, of which the freed bytes are
 * counted. In repositories beyond this that is not worth the requests, which also count as downloads.
 */
const MAX_LEAVES_READ = 200;

/** Where so many cannot be read, the rest cannot either, and asking on only costs time. */
const MAX_UNREAD = 100;

export interface GraphOptions extends ServiceOptions {
  readonly now: number;
  readonly cache: DigestCache;
}

/** A graph, and how many manifests were asked for. */
export interface ReadGraph {
  readonly graph: ImageGraph;
  readonly requests: number;
}

/**
 * Reads what binds the images of a repository together, with as few requests as that takes: what the cache knows
 * and what an index calls an image is not read. What cannot be read (other than what is gone) is told in the graph.
 *
 * @throws SuiteError what stops every further request: `RATE_LIMITED`, `UNAUTHORIZED`, `CANCELLED`
 */
export async function readGraph(
  service: RetentionService,
  images: readonly StoredImage[],
  options: GraphOptions,
): Promise<ReadGraph> {
  const reading = new Reading(service, images, options);
  await reading.run();
  return {
    graph: assembleGraph({
      images,
      factsOf: (key) => reading.facts.get(key),
      unread: reading.unread,
      isComplete: service.abilities.listsUntagged,
    }),
    requests: reading.requests,
  };
}

class Reading {
  readonly facts = new Map<NodeKey, ManifestFacts>();
  readonly unread = new Map<NodeKey, string>();
  requests = 0;
  readonly #service: RetentionService;
  readonly #options: GraphOptions;
  readonly #images: readonly StoredImage[];
  readonly #byKey: ReadonlyMap<NodeKey, StoredImage>;
  /** What an index calls an image, and what was read or is gone: none of it is read (again). */
  readonly #settled = new Set<NodeKey>();
  /** Children that are no leaves, to be read next. */
  readonly #waiting: Digest[] = [];

  constructor(service: RetentionService, images: readonly StoredImage[], options: GraphOptions) {
    this.#service = service;
    this.#options = options;
    // Newest first: an index is pushed after its children, so most of them are known before their turn comes.
    this.#images = images.toSorted((a, b) => this.#compareAge(a, b));
    this.#byKey = new Map(images.map((image) => [image.digest ?? image.id, image]));
  }

  async run(): Promise<void> {
    for (const { digest } of this.#images) {
      const known = digest === undefined ? undefined : this.#options.cache.get(digest);
      if (digest !== undefined && known !== undefined) this.#learn(digest, known);
    }
    if (this.#service.fetchManifest === undefined) return;
    await this.#readAll(this.#images.filter(({ tags }) => tags.length > 0));
    await this.#readAll(this.#images.filter(({ tags }) => tags.length === 0));
    await this.#readLeaves();
  }

  #compareAge(a: StoredImage, b: StoredImage): number {
    const { now } = this.#options;
    // Of the same second, GitHub's larger number is the newer one.
    return pushTime(b, now) - pushTime(a, now) || Number(b.id) - Number(a.id) || (a.id < b.id ? -1 : 1);
  }

  /** Takes images one by one, and what they name before the next; each worker looks anew whether it must be read. */
  async #readAll(images: readonly StoredImage[]): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      for (;;) {
        const waiting = this.#waiting.pop();
        if (waiting !== undefined) {
          await this.#read(waiting);
          continue;
        }
        const image = images[next];
        if (image === undefined) return;
        next += 1;
        if (image.digest !== undefined && this.#mustRead(image)) await this.#read(image.digest);
      }
    };
    await Promise.all(Array.from({ length: READ_CONCURRENCY }, work));
    // A worker may have ended before another one found more.
    while (this.#waiting.length > 0) await work();
  }

  #mustRead(image: StoredImage): boolean {
    const { digest, mediaType } = image;
    if (digest === undefined || this.#settled.has(digest)) return false;
    if (this.#service.abilities.tellsSubjects === true && mediaType !== undefined) {
      return isIndexType(mediaType) && image.children === undefined;
    }
    // cosign's tags say what they are about, and what lies under them needs nothing else.
    const tags = digestTagsOf(image.tags);
    const isCosigns =
      tags.length === image.tags.length &&
      tags.length > 0 &&
      tags.every(({ kind, base }) => kind !== 'referrers' && this.#byKey.has(base.replace('-', ':')));
    return !isCosigns;
  }

  async #read(digest: Digest): Promise<void> {
    if (this.#settled.has(digest)) return;
    this.#settled.add(digest);
    try {
      const bytes = await this.#fetch(digest);
      if (bytes === undefined) return;
      const facts = readManifestFacts(bytes, digest);
      this.#options.cache.put(digest, facts);
      this.#learn(digest, facts);
    } catch (error) {
      if (!(error instanceof SuiteError) || stopsAll(error)) throw error;
      this.unread.set(digest, `The manifest ${digest} could not be read: ${error.message}`);
      if (this.unread.size >= MAX_UNREAD) throw error;
    }
  }

  async #fetch(digest: Digest): Promise<Uint8Array | undefined> {
    this.requests += 1;
    const { signal } = this.#options;
    return this.#service.fetchManifest?.(digest, signal === undefined ? {} : { signal });
  }

  /** Takes in what is known of a manifest, and with it what the cache knows of its children, however deep. */
  #learn(digest: Digest, facts: ManifestFacts): void {
    const pending: (readonly [Digest, ManifestFacts])[] = [[digest, facts]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [key, known] = next;
      if (this.facts.has(key)) continue;
      this.facts.set(key, known);
      this.#settled.add(key);
      pending.push(...this.#settleChildren(key, known));
    }
  }

  #settleChildren(of: Digest, facts: ManifestFacts): readonly (readonly [Digest, ManifestFacts])[] {
    const isList = this.#isReferrersList(of);
    return facts.children.flatMap(({ key, kind }) => {
      const child = tryParseDigest(key);
      if (child === undefined || this.#settled.has(key) || !this.#isHere(key)) return [];
      const known = this.#options.cache.get(child);
      if (known !== undefined) return [[child, known] as const];
      // What a list of referrers names is one, and what it is about is the list's own subject.
      if (kind === 'leaf' || isList) this.#settled.add(key);
      else if (facts.kind !== 'opaque') this.#waiting.push(child);
      return [];
    });
  }

  #isHere(key: NodeKey): boolean {
    return this.#byKey.has(key) || !this.#service.abilities.listsUntagged;
  }

  #isReferrersList(digest: Digest): boolean {
    return digestTagsOf(this.#byKey.get(digest)?.tags ?? []).some(
      ({ kind, base }) => kind === 'referrers' && this.#byKey.has(base.replace('-', ':')),
    );
  }

  async #readLeaves(): Promise<void> {
    const leaves = this.#images.flatMap(({ digest, size }) =>
      digest === undefined || this.facts.has(digest) || this.unread.has(digest) || size !== undefined
        ? []
        : [digest],
    );
    if (leaves.length > MAX_LEAVES_READ) return;
    for (const digest of leaves) {
      try {
        const bytes = await this.#fetch(digest);
        if (bytes === undefined) continue;
        const facts = readManifestFacts(bytes, digest);
        this.#options.cache.put(digest, facts);
        this.facts.set(digest, facts);
      } catch (error) {
        // They are known well enough to judge; only their layers stay unknown.
        if (!(error instanceof SuiteError) || stopsAll(error)) throw error;
      }
    }
  }
}

function stopsAll(error: SuiteError): boolean {
  return isSuiteError(error, 'RATE_LIMITED', 'UNAUTHORIZED', 'CANCELLED', 'INTERNAL');
}
