import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { type Digest, digestOf, isDigest } from '../../src/name/digest.ts';
import type { Location } from '../../src/name/location.ts';
import { formatLocation } from '../../src/name/reference.ts';
import { cosignTags, parseTag, referrersTag, type Tag } from '../../src/name/tag.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { describeManifest, type Manifest, namedByManifest } from '../../src/oci/manifest.ts';
import { isForeignLayer, isManifestType } from '../../src/oci/media-type.ts';
import { addReferrer, describeReferrer } from '../../src/oci/referrers-index.ts';
import type {
  BlobOutcome,
  BlobSource,
  PushBlobOptions,
  Registry,
  RequestOptions,
} from '../../src/registry.ts';

/** What happened: `destination.test/app HEAD v1`. */
export type Call =
  `${string} ${'HEAD' | 'GET' | 'PUT' | 'TAG' | 'BLOB?' | 'READ' | 'MOUNT' | 'WRITE' | 'TAGS' | 'REFERRERS'} ${string}`;

/** What several registries of one test share. */
export class World {
  readonly calls: Call[] = [];
  /** Runs before a call has its effect, and after it. */
  before: (call: Call) => void | Promise<void> = () => {};
  after: (call: Call) => void | Promise<void> = () => {};
  readonly repositories = new Map<string, MemoryRegistry>();

  /** Calls that write. */
  get writes(): readonly Call[] {
    return this.calls.filter((call) => /^\S+ (?:PUT|TAG|MOUNT|WRITE) /.test(call));
  }

  /** Ends everything at the nth call, as a kill does: before its effect, or after. */
  killAt(nth: number, when: 'before' | 'after'): void {
    let count = 0;
    const die = (): never => {
      throw new SuiteError('UNREACHABLE', 'killed');
    };
    this.before = () => {
      count += 1;
      if (count > nth || (count === nth && when === 'before')) die();
    };
    this.after = () => {
      if (count >= nth) die();
    };
  }

  heal(): void {
    this.before = () => {};
    this.after = () => {};
    this.calls.length = 0;
  }
}

interface MemoryOptions {
  /** How referrers are listed: by the registry itself, or under a tag that the client writes. */
  readonly referrers?: 'api' | 'tag';
  /** Whether manifests may name what is not here. */
  readonly sparse?: boolean;
}

/** A strict registry in memory: it takes a manifest only when all that it names is there. */
export class MemoryRegistry implements Registry {
  readonly location: Location;
  readonly world: World;
  readonly manifests = new Map<Digest, Manifest>();
  readonly blobs = new Map<Digest, Uint8Array>();
  readonly tags = new Map<Tag, Digest>();
  readonly #options: MemoryOptions;

  constructor(world: World, name: string, options: MemoryOptions = {}) {
    const [host = '', ...path] = name.split('/');
    this.location = { kind: 'registry', host, name: path.join('/') };
    this.world = world;
    this.#options = options;
    world.repositories.set(formatLocation(this.location), this);
  }

  resolve(reference: Tag | Digest, options?: RequestOptions): Promise<Descriptor | undefined> {
    return this.#call('HEAD', reference, options, () => {
      const manifest = this.#find(reference);
      return manifest === undefined ? undefined : describeManifest(manifest);
    });
  }

  fetchManifest(reference: Tag | Digest, options?: RequestOptions): Promise<Manifest> {
    return this.#call('GET', reference, options, () => {
      const manifest = this.#find(reference);
      if (manifest !== undefined) return manifest;
      throw new SuiteError('NOT_FOUND', `${formatLocation(this.location)} has no manifest ${reference}.`);
    });
  }

  async pushManifest(manifest: Manifest, options?: RequestOptions): Promise<void> {
    await this.#call('PUT', manifest.digest, options, () => {
      if (!this.#options.sparse) this.#demand(manifest);
      this.manifests.set(manifest.digest, manifest);
    });
    const subject = manifest.content.subject?.digest;
    if (subject === undefined || this.#options.referrers !== 'tag') return;
    const tag = referrersTag(subject);
    await this.#call('TAG', tag, options, () => {
      const list = addReferrer(this.#find(tag), describeReferrer(manifest));
      if (list === undefined) return;
      this.manifests.set(list.digest, list);
      this.tags.set(tag, list.digest);
    });
  }

  tagManifest(tag: Tag, manifest: Manifest, options?: RequestOptions): Promise<void> {
    return this.#call('TAG', tag, options, () => {
      this.#demand(manifest);
      this.manifests.set(manifest.digest, manifest);
      this.tags.set(tag, manifest.digest);
    });
  }

  hasBlob(blob: Descriptor, options?: RequestOptions): Promise<boolean> {
    return this.#call('BLOB?', blob.digest, options, () => this.blobs.get(blob.digest)?.length === blob.size);
  }

  openBlob(blob: Descriptor, offset = 0, options?: RequestOptions): Promise<Readable> {
    return this.#call('READ', blob.digest, options, () => {
      const bytes = this.blobs.get(blob.digest);
      if (bytes === undefined) throw new SuiteError('NOT_FOUND', `There is no blob ${blob.digest}.`);
      return Readable.from([bytes.subarray(offset)], { objectMode: false });
    });
  }

  async pushBlob(blob: Descriptor, source: BlobSource, options: PushBlobOptions = {}): Promise<BlobOutcome> {
    if (await this.hasBlob(blob, options)) return 'present';
    const [from] = options.mountFrom ?? [];
    const neighbour = from === undefined ? undefined : this.world.repositories.get(formatLocation(from));
    const bytes = neighbour?.blobs.get(blob.digest);
    if (bytes !== undefined) {
      await this.#call('MOUNT', blob.digest, options, () => this.blobs.set(blob.digest, bytes));
      return 'mounted';
    }
    const read = await buffer(await source(0, options.signal));
    await this.#call('WRITE', blob.digest, options, () => {
      if (digestOf(read) !== blob.digest || read.length !== blob.size) {
        throw new SuiteError('DIGEST_MISMATCH', `The blob ${blob.digest} has other content.`);
      }
      this.blobs.set(blob.digest, read);
      options.onBytes?.(read.length);
    });
    return 'uploaded';
  }

  listTags(options?: RequestOptions): Promise<readonly Tag[]> {
    return this.#call('TAGS', 'all', options, () => [...this.tags.keys()].toSorted());
  }

  listReferrers(subject: Digest, options?: RequestOptions): Promise<readonly Descriptor[]> {
    return this.#call('REFERRERS', subject, options, () => this.referrersOf(subject));
  }

  deleteManifest(): Promise<void> {
    throw new Error('a copy deletes nothing');
  }

  /** What is listed as referring to a digest, without a call. */
  referrersOf(subject: Digest): readonly Descriptor[] {
    if (this.#options.referrers === 'tag') {
      const content = this.#find(referrersTag(subject))?.content;
      return content?.kind === 'index' ? content.manifests : [];
    }
    const all = [...this.manifests.values()];
    return all.filter(({ content }) => content.subject?.digest === subject).map(describeReferrer);
  }

  /** Puts something here without a call, as somebody else would. */
  async seed(
    sample: { manifests: readonly Manifest[]; blobs: ReadonlyMap<string, Uint8Array>; root: Manifest },
    ...tags: readonly string[]
  ): Promise<this> {
    const { before, after } = this.world;
    this.world.heal();
    for (const bytes of sample.blobs.values()) this.blobs.set(digestOf(bytes), bytes);
    for (const manifest of sample.manifests) await this.pushManifest(manifest);
    for (const tag of tags) this.tags.set(parseTag(tag, 'test'), sample.root.digest);
    this.world.calls.length = 0;
    this.world.before = before;
    this.world.after = after;
    return this;
  }

  /**
   * All that can be reached from a tag or digest, a line each: manifests, blobs, referrers, cosign's tags.
   *
   * @throws Error where something is missing
   */
  picture(reference: Tag | Digest): readonly string[] {
    const lines = new Set<string>();
    const waiting: (Tag | Digest)[] = [reference];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const manifest = this.#find(next);
      if (manifest === undefined) throw new Error(`${next} is missing at ${formatLocation(this.location)}`);
      if (lines.has(`manifest ${manifest.digest}`)) continue;
      this.#demand(manifest);
      lines.add(`manifest ${manifest.digest}`);
      for (const named of namedByManifest(manifest.content)) {
        if (isManifestType(named.mediaType)) waiting.push(named.digest);
        else lines.add(`blob ${named.digest}`);
      }
      for (const { digest } of this.referrersOf(manifest.digest)) {
        lines.add(`referrer ${digest} of ${manifest.digest}`);
        waiting.push(digest);
      }
      for (const { tag } of cosignTags(manifest.digest)) {
        if (!this.tags.has(tag)) continue;
        lines.add(`cosign ${tag} ${this.tags.get(tag)}`);
        waiting.push(tag);
      }
    }
    return [...lines].toSorted();
  }

  #find(reference: Tag | Digest): Manifest | undefined {
    const digest = isDigest(reference) ? reference : this.tags.get(reference);
    return digest === undefined ? undefined : this.manifests.get(digest);
  }

  #demand({ digest, content }: Manifest): void {
    for (const named of namedByManifest(content)) {
      const isThere = isManifestType(named.mediaType)
        ? this.manifests.has(named.digest)
        : this.blobs.has(named.digest) || isForeignLayer(named.mediaType);
      if (!isThere) throw new SuiteError('NOT_FOUND', `${digest} names ${named.digest}, which is not here.`);
    }
  }

  async #call<T>(
    method: 'HEAD' | 'GET' | 'PUT' | 'TAG' | 'BLOB?' | 'READ' | 'MOUNT' | 'WRITE' | 'TAGS' | 'REFERRERS',
    what: string,
    options: RequestOptions | undefined,
    effect: () => T,
  ): Promise<T> {
    const call: Call = `${formatLocation(this.location)} ${method} ${what}`;
    this.world.calls.push(call);
    // Like a network: nothing happens in the turn it is asked for.
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(options?.signal);
    await this.world.before(call);
    const result = effect();
    await this.world.after(call);
    return result;
  }
}
