import type { Readable } from 'node:stream';
import type { Digest, DigestAlgorithm } from './digest.ts';

/** A manifest as it was pushed. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** Names content that was stored. Sizes are bytes. */
export interface StoredContent {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * What a registry holds, for assertions and seeding. Nothing is validated here: a test may seed what no
 * registry would take. Repositories come into being by writing to them.
 */
export interface RegistryStore {
  /** Sorted names. */
  repositories(): readonly string[];
  createRepository(repository: string): Promise<void>;

  /** Sorted by name. */
  tags(repository: string): ReadonlyMap<string, Digest>;
  /** Sorted by digest. */
  manifests(repository: string): readonly StoredManifest[];
  /** By tag or digest. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  /** Digests of the manifests whose `subject` this is, sorted. */
  referrers(repository: string, subject: string): readonly Digest[];
  /** Sorted by digest. */
  blobs(repository: string): readonly StoredContent[];
  blob(repository: string, digest: string): StoredContent | undefined;
  /** All bytes of a blob. Throws when it is not in the repository. */
  readBlob(repository: string, digest: string): Promise<Buffer>;
  /** Bytes of a blob from `start` to before `end`. Throws when it is not in the repository. */
  openBlob(repository: string, digest: string, start?: number, end?: number): Readable;

  putBlob(
    repository: string,
    content: Uint8Array | Readable,
    algorithm?: DigestAlgorithm,
  ): Promise<StoredContent>;
  putManifest(
    repository: string,
    mediaType: string,
    bytes: Uint8Array,
    options?: { readonly tags?: readonly string[]; readonly algorithm?: DigestAlgorithm },
  ): Promise<StoredManifest>;
  putTag(repository: string, tag: string, digest: Digest): Promise<void>;
  /** False when there was none. */
  deleteTag(repository: string, tag: string): Promise<boolean>;
  /** Removes a manifest and its tags; false when there was none. */
  deleteManifest(repository: string, digest: string): Promise<boolean>;
  /** False when there was none. */
  deleteBlob(repository: string, digest: string): Promise<boolean>;
  /** Uploads that were begun and neither finished nor cancelled. */
  readonly openUploads: number;
}
