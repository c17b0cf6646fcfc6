import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Digest, type DigestAlgorithm, digestOf, finishDigest, isDigest } from './digest.ts';
import { IntakeSink } from './intake-sink.ts';
import { changeShelf, emptyShelf, type KeptManifest, type Shelf } from './shelf.ts';
import type { Change, Intake, Storage } from './storage.ts';
import type { RegistryStore, StoredContent, StoredManifest } from './store.ts';

/** Knows which repository holds what; the bytes of blobs lie in a storage, each once. */
export class ContentStore implements RegistryStore {
  readonly #storage: Storage;
  readonly #shelves = new Map<string, Shelf>();
  /** Every blob's size, and in how many repositories it is. */
  readonly #blobs = new Map<Digest, { readonly size: number; holders: number }>();
  readonly #uploads = new Set<Intake>();

  readonly #onChange: (change: Change) => void;

  private constructor(storage: Storage, onChange: (change: Change) => void) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  /**
   * Opens a store on what the storage has kept.
   *
   * @param onChange told of each change right before it happens
   */
  static async open(
    storage: Storage,
    onChange: (change: Change) => void = () => undefined,
  ): Promise<ContentStore> {
    const store = new ContentStore(storage, onChange);
    const { changes, manifests } = await storage.load();
    for (const change of changes) store.#apply(change, manifests);
    return store;
  }

  repositories(): readonly string[] {
    return [...this.#shelves.keys()].sort();
  }

  hasRepository(repository: string): boolean {
    return this.#shelves.has(repository);
  }

  async createRepository(repository: string): Promise<void> {
    if (!this.#shelves.has(repository)) await this.#change({ op: 'repository', repository });
  }

  tags(repository: string): ReadonlyMap<string, Digest> {
    const tags = this.#shelves.get(repository)?.tags ?? new Map<string, Digest>();
    return new Map([...tags].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  manifests(repository: string): readonly StoredManifest[] {
    const manifests = [...(this.#shelves.get(repository)?.manifests.values() ?? [])];
    return manifests.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }

  manifest(repository: string, reference: string): KeptManifest | undefined {
    const shelf = this.#shelves.get(repository);
    const digest = isDigest(reference) ? reference : shelf?.tags.get(reference);
    return digest === undefined ? undefined : shelf?.manifests.get(digest);
  }

  referrers(repository: string, subject: string): readonly Digest[] {
    if (!isDigest(subject)) return [];
    return [...(this.#shelves.get(repository)?.referrers.get(subject) ?? [])].sort();
  }

  blobs(repository: string): readonly StoredContent[] {
    const digests = [...(this.#shelves.get(repository)?.blobs ?? [])].sort();
    return digests.map((digest) => ({ digest, size: this.#blobs.get(digest)?.size ?? 0 }));
  }

  blob(repository: string, digest: string): StoredContent | undefined {
    if (!isDigest(digest) || this.#shelves.get(repository)?.blobs.has(digest) !== true) return undefined;
    return { digest, size: this.#blobs.get(digest)?.size ?? 0 };
  }

  /** Repositories that hold a blob: where it can be mounted from. */
  holders(digest: Digest): readonly string[] {
    return [...this.#shelves]
      .filter(([, shelf]) => shelf.blobs.has(digest))
      .map(([repository]) => repository);
  }

  async readBlob(repository: string, digest: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.openBlob(repository, digest)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  openBlob(repository: string, digest: string, start = 0, end?: number): Readable {
    const blob = this.blob(repository, digest);
    if (blob === undefined) throw new Error(`There is no blob ${digest} in ${repository}.`);
    return this.#storage.open(blob.digest, start, Math.min(end ?? blob.size, blob.size));
  }

  async putBlob(
    repository: string,
    content: Uint8Array | Readable,
    algorithm: DigestAlgorithm = 'sha256',
  ): Promise<StoredContent> {
    const intake = await this.begin();
    const hash: Hash = createHash(algorithm);
    const source =
      content instanceof Readable ? content : Readable.from([Buffer.from(content)], { objectMode: false });
    await pipeline(source, new IntakeSink(intake, hash));
    const digest = finishDigest(hash, algorithm);
    await this.commit(repository, intake, digest);
    return { digest, size: intake.size };
  }

  async putManifest(
    repository: string,
    mediaType: string,
    bytes: Uint8Array,
    options: { readonly tags?: readonly string[]; readonly algorithm?: DigestAlgorithm } = {},
  ): Promise<StoredManifest> {
    const digest = digestOf(bytes, options.algorithm);
    const kept = Buffer.from(bytes);
    await this.#storage.keepManifest(digest, kept);
    await this.#change({ op: 'manifest', repository, digest, mediaType }, new Map([[digest, kept]]));
    for (const tag of options.tags ?? []) await this.putTag(repository, tag, digest);
    return { digest, mediaType, bytes: kept };
  }

  async putTag(repository: string, tag: string, digest: Digest): Promise<void> {
    await this.#change({ op: 'tag', repository, tag, digest });
  }

  async deleteTag(repository: string, tag: string): Promise<boolean> {
    if (this.#shelves.get(repository)?.tags.has(tag) !== true) return false;
    await this.#change({ op: 'delete-tag', repository, tag });
    return true;
  }

  async deleteManifest(repository: string, digest: string): Promise<boolean> {
    if (!isDigest(digest) || this.#shelves.get(repository)?.manifests.has(digest) !== true) return false;
    await this.#change({ op: 'delete-manifest', repository, digest });
    if (![...this.#shelves.values()].some((shelf) => shelf.manifests.has(digest))) {
      await this.#storage.removeManifest(digest);
    }
    return true;
  }

  async deleteBlob(repository: string, digest: string): Promise<boolean> {
    if (!isDigest(digest) || this.blob(repository, digest) === undefined) return false;
    await this.#change({ op: 'delete-blob', repository, digest });
    if (!this.#blobs.has(digest)) await this.#storage.remove(digest);
    return true;
  }

  get openUploads(): number {
    return this.#uploads.size;
  }

  /** Begins to take in a blob; ended by `commit` or `abandon`. */
  async begin(): Promise<Intake> {
    const intake = await this.#storage.begin();
    this.#uploads.add(intake);
    return intake;
  }

  /** Keeps what was taken in, under a digest that its caller has verified. */
  async commit(repository: string, intake: Intake, digest: Digest): Promise<void> {
    this.#uploads.delete(intake);
    await intake.commit(digest);
    await this.#change({ op: 'blob', repository, digest, size: intake.size });
  }

  async abandon(intake: Intake): Promise<void> {
    this.#uploads.delete(intake);
    await intake.discard();
  }

  /** Makes a blob that one repository has known to another. */
  async mount(repository: string, blob: StoredContent): Promise<void> {
    await this.#change({ op: 'blob', repository, digest: blob.digest, size: blob.size });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads].map((intake) => this.abandon(intake)));
    await this.#storage.close();
  }

  async #change(change: Change, manifests: ReadonlyMap<Digest, Buffer> = new Map()): Promise<void> {
    this.#onChange(change);
    this.#apply(change, manifests);
    await this.#storage.record(change);
  }

  #apply(change: Change, manifests: ReadonlyMap<Digest, Buffer>): void {
    const shelf = this.#shelves.get(change.repository) ?? emptyShelf();
    this.#shelves.set(change.repository, shelf);
    if (change.op === 'blob' || change.op === 'delete-blob') this.#countHolder(shelf, change);
    changeShelf(shelf, change, manifests);
  }

  /** Keeps count of the repositories that hold a blob: before the shelf changes. */
  #countHolder(shelf: Shelf, change: Extract<Change, { readonly op: 'blob' | 'delete-blob' }>): void {
    const { digest } = change;
    const isHeld = shelf.blobs.has(digest);
    const blob = this.#blobs.get(digest);
    if (change.op === 'blob') {
      const known = blob ?? { size: change.size, holders: 0 };
      if (!isHeld) known.holders += 1;
      this.#blobs.set(digest, known);
    } else if (isHeld && blob !== undefined) {
      blob.holders -= 1;
      if (blob.holders === 0) this.#blobs.delete(digest);
    }
  }
}
