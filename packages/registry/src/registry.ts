import type { Readable } from 'node:stream';
import type { Digest } from './name/digest.ts';
import type { Location } from './name/location.ts';
import type { Tag } from './name/tag.ts';
import type { Descriptor } from './oci/descriptor.ts';
import type { Manifest } from './oci/manifest.ts';

/** Reads a blob from a byte offset on; called again when a transfer has to be repeated. */
export type BlobSource = (offset: number, signal: AbortSignal | undefined) => Promise<Readable>;

/** How a blob came to be where it was pushed. */
export type BlobOutcome = 'present' | 'mounted' | 'uploaded';

/** How to push a blob. */
export interface PushBlobOptions {
  /** Repositories of the same registry that may hold the blob, best first: it is mounted from there. */
  readonly mountFrom?: readonly Location[];
  /** It was said to be here and is not: nothing that is known counts, and it is not mounted. False when absent. */
  readonly distrusts?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes newly on their way, for progress; negative when a transfer starts over. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** A wish for content. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a tag is to name before it is moved. */
export type Replaced = Digest | 'nothing';

/** How to set a tag. */
export interface TagOptions extends RequestOptions {
  /** Set it only while it names this, and else throw `PLAN_STALE`; whatever it names when absent. */
  readonly replaces?: Replaced | undefined;
}

/** How to list what refers to a manifest. */
export interface ListReferrersOptions extends RequestOptions {
  /**
   * All tags that are here, for who has listed them: where the referrers API is missing, a referrers tag that is not
   * among them is not asked for. `undefined` where they are not surely all.
   */
  readonly tags?: (() => Promise<ReadonlySet<Tag> | undefined>) | undefined;
}

/** Whether and how the subject of a pushed manifest learned of it. */
export type ReferrersSupport = 'api' | 'tag';

/** How to delete a manifest. */
export interface DeleteManifestOptions extends RequestOptions {
  /**
   * Where a tag stands in for the referrers API, whether it goes on listing the manifest; false when absent. For who
   * deletes that list, too, because its subject is gone: rewritten, it would be one more manifest to delete.
   */
  readonly staysListed?: boolean | undefined;
}

/**
 * One repository's manifests, blobs and tags, wherever they live: behind the distribution API, in an OCI
 * layout directory, in a `docker save` archive. What cannot be read is an error, never an empty answer.
 *
 * Every method throws `SuiteError`s: `NOT_FOUND`, `UNAUTHORIZED`, `FORBIDDEN`, `UNREACHABLE`,
 * `PROTOCOL_INVALID`, `DIGEST_MISMATCH`, `LIMIT_EXCEEDED`, `CANCELLED`; writing to what is read-only is
 * `UNSUPPORTED`.
 */
export interface Registry {
  readonly location: Location;

  /** The descriptor a tag or digest names (type, digest, size), or `undefined` where there is none. */
  resolve(reference: Tag | Digest, options?: RequestOptions): Promise<Descriptor | undefined>;

  /**
   * What a name without tag and digest means where that is not `latest`: the one image of a layout or
   * archive; `undefined` where it holds none. Absent in registries.
   *
   * @throws SuiteError `INPUT_INVALID` where there are several
   */
  readonly soleManifest?: (options?: RequestOptions) => Promise<Descriptor | undefined>;

  /** The manifest with its bytes verified: against the digest asked for, or the digest the registry names. */
  fetchManifest(reference: Tag | Digest, options?: RequestOptions): Promise<Manifest>;

  /**
   * Writes a manifest under its digest; where it has a subject, and the registry lacks the referrers API,
   * it also enters it in the subject's referrers tag (distribution-spec, "Pushing Manifests with Subject").
   */
  pushManifest(manifest: Manifest, options?: RequestOptions): Promise<void>;

  /** Points a tag to a manifest that is already here. Whether the tag may move is the caller's business. */
  tagManifest(tag: Tag, manifest: Manifest, options?: TagOptions): Promise<void>;

  /** Whether so many tags may be set by one request; absent where they never are. */
  mayTagTogether?(count: number): boolean;

  /**
   * Points several tags to a manifest that is already here, by one request, and gives those that are set: none where the
   * registry does not do so. Whether they may move is the caller's business.
   */
  tagTogether?(tags: readonly Tag[], manifest: Manifest, options?: RequestOptions): Promise<readonly Tag[]>;

  /** Whether a blob is here in its whole size. */
  hasBlob(blob: Descriptor, options?: RequestOptions): Promise<boolean>;

  /** A blob's bytes from an offset on, not verified: the reader that has all of them hashes them. */
  openBlob(blob: Descriptor, offset?: number, options?: RequestOptions): Promise<Readable>;

  /**
   * Brings a blob here: nothing where it is already, a mount where possible, else an upload that is
   * committed only when size and digest of all its bytes are right.
   */
  pushBlob(blob: Descriptor, source: BlobSource, options?: PushBlobOptions): Promise<BlobOutcome>;

  /**
   * Finds out whether one may push, and leaves nothing behind; absent where nobody has to be asked.
   *
   * @throws SuiteError `UNAUTHORIZED`, `FORBIDDEN`, `PERMISSION_MISSING`, and those of a registry that does not answer
   */
  readonly checkPush?: (options?: RequestOptions) => Promise<void>;

  /** All tags, sorted as the registry gives them. */
  listTags(options?: RequestOptions): Promise<readonly Tag[]>;

  /**
   * Descriptors of the manifests that are listed as referring to this digest, each once. Behind a registry
   * without the referrers API anyone may write that list: who fetches a manifest checks its `subject`, and
   * takes its artifact type from it.
   */
  listReferrers(subject: Digest, options?: ListReferrersOptions): Promise<readonly Descriptor[]>;

  /** Removes a tag, or a manifest with its tags. */
  deleteManifest(reference: Tag | Digest, options?: DeleteManifestOptions): Promise<void>;
}
