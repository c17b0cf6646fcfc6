import type { Readable } from 'node:stream';
import { type Clock, isSuiteError } from '@artifact-lifecycle/core';
import type { HttpResponse } from '@artifact-lifecycle/core/http';
import { type Digest, digestOf, tryParseDigest } from '../name/digest.ts';
import type { Repository } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Manifest } from '../oci/manifest.ts';
import { MEDIA_TYPE } from '../oci/media-type.ts';
import { describeReferrer } from '../oci/referrers-index.ts';
import type {
  BlobOutcome,
  BlobSource,
  DeleteManifestOptions,
  PushBlobOptions,
  ReferrersSupport,
  Registry,
  RequestOptions,
  TagOptions,
} from '../registry.ts';
import type { Batches } from './batches.ts';
import { pushBlob } from './blob-upload.ts';
import { hasBlob, openBlob } from './blobs.ts';
import { deleteManifest } from './manifest-deletion.ts';
import { fetchManifest, putManifest, resolveManifest } from './manifests.ts';
import { listReferrers, readReferrersApi } from './referrers.ts';
import { type ListChange, updateReferrersTag } from './referrers-tag.ts';
import type { RegistryHost } from './registry-host.ts';
import { replaceTag } from './replace-tag.ts';
import { RepositoryAccess, type RepositoryRequest } from './repository-access.ts';
import { mayTagTogether, tagTogether } from './several-tags.ts';
import { listTags } from './tags.ts';
import { openSession } from './upload-session.ts';

/** What a remote repository shares with others of the same run. */
export interface RemoteRegistryOptions {
  readonly host: RegistryHost;
  readonly clock: Clock;
  /** Changes to lists under referrers tags, of which those to one list are made together. */
  readonly listChanges: Batches<ListChange>;
}

/** What an upload is opened for that will not be finished. */
const NO_BLOB: Descriptor = {
  mediaType: MEDIA_TYPE.ociEmpty,
  digest: digestOf(Buffer.from('{}'), 'sha256'),
  size: 2,
};

/** A request of a registry's own API. */
export type OwnRequest = Omit<RepositoryRequest, 'scopes'> & { readonly actions: readonly string[] };

/** A repository behind the distribution API. */
export class RemoteRegistry implements Registry {
  readonly location: Repository;
  readonly #access: RepositoryAccess;
  readonly #clock: Clock;
  readonly #listChanges: Batches<ListChange>;
  #support: ReferrersSupport | undefined;

  constructor(location: Repository, options: RemoteRegistryOptions) {
    this.location = location;
    this.#access = new RepositoryAccess(options.host, location);
    this.#clock = options.clock;
    this.#listChanges = options.listChanges;
  }

  resolve(reference: Tag | Digest, options: RequestOptions = {}): Promise<Descriptor | undefined> {
    return resolveManifest(this.#access, reference, options);
  }

  async fetchManifest(reference: Tag | Digest, options: RequestOptions = {}): Promise<Manifest> {
    return (await fetchManifest(this.#access, reference, options)).manifest;
  }

  async pushManifest(manifest: Manifest, options: RequestOptions = {}): Promise<void> {
    const accepted = await putManifest(this.#access, manifest.digest, manifest, options);
    const subject = manifest.content.subject?.digest;
    if (subject === undefined) return;
    if (await this.#entered(subject, accepted.subject, options)) return;
    await this.#updateReferrersTag(subject, { kind: 'enter', referrer: describeReferrer(manifest) }, options);
  }

  async tagManifest(tag: Tag, manifest: Manifest, options: TagOptions = {}): Promise<void> {
    const { replaces } = options;
    if (replaces !== undefined) await replaceTag(this.#access, tag, manifest, replaces, options);
    else await putManifest(this.#access, tag, manifest, options);
  }

  mayTagTogether(count: number): boolean {
    return mayTagTogether(this.#access, count);
  }

  tagTogether(
    tags: readonly Tag[],
    manifest: Manifest,
    options: RequestOptions = {},
  ): Promise<readonly Tag[]> {
    return tagTogether(this.#access, tags, manifest, options);
  }

  hasBlob(blob: Descriptor, options: RequestOptions = {}): Promise<boolean> {
    return hasBlob(this.#access, blob, options);
  }

  openBlob(blob: Descriptor, offset = 0, options: RequestOptions = {}): Promise<Readable> {
    return openBlob(this.#access, blob, offset, { ...options, clock: this.#clock });
  }

  pushBlob(blob: Descriptor, source: BlobSource, options: PushBlobOptions = {}): Promise<BlobOutcome> {
    return pushBlob(this.#access, blob, source, { ...options, clock: this.#clock });
  }

  /** Opens an upload and takes it back: no registry says otherwise what it permits. */
  readonly checkPush = async (options: RequestOptions = {}): Promise<void> => {
    const session = await openSession(this.#access, NO_BLOB, options);
    await session.cancel();
  };

  listTags(options: RequestOptions = {}): Promise<readonly Tag[]> {
    return listTags(this.#access, options);
  }

  async listReferrers(subject: Digest, options: RequestOptions = {}): Promise<readonly Descriptor[]> {
    const { referrers, hasApi } = await listReferrers(this.#access, subject, options);
    // That it did not answer proves little: some say 404 of a repository that is not there yet.
    if (hasApi) this.#support = 'api';
    return referrers;
  }

  async deleteManifest(reference: Tag | Digest, options: DeleteManifestOptions = {}): Promise<void> {
    const digest = options.staysListed === true ? undefined : tryParseDigest(reference);
    const subject = digest === undefined ? undefined : await this.#listedUnder(digest, options);
    await deleteManifest(this.#access, reference, options);
    if (digest === undefined || subject === undefined) return;
    await this.#updateReferrersTag(subject, { kind: 'leave', digest }, options);
  }

  /**
   * Sends a request of an API that the registry has beside the distribution's and that takes the same tokens
   * (Azure's `/acr/v1`). `actions` are what a token must allow, in the words of the registry.
   */
  sendOwn({ actions, ...request }: OwnRequest): Promise<HttpResponse> {
    const scopes = new Map([[`repository:${this.location.name}`, new Set(actions)]]);
    return this.#access.send({ ...request, scopes });
  }

  /**
   * Whether the registry has entered a manifest among its subject's referrers itself. Some have said so
   * (`OCI-Subject`) without having the API, so that whoever is not known to keep its word is asked, once a
   * repository.
   */
  async #entered(subject: Digest, said: string | undefined, options: RequestOptions): Promise<boolean> {
    const { subjectHeader } = this.#access.host.quirks;
    if (said !== subject || subjectHeader === 'nothing') return false;
    if (subjectHeader === 'proof') return true;
    return (await this.#referrersSupport(subject, options)) === 'api';
  }

  /** The subject under whose referrers tag a manifest may stand, where such tags are in use. */
  async #listedUnder(digest: Digest, options: RequestOptions): Promise<Digest | undefined> {
    const { referrersApi, referrersTag } = this.#access.host.quirks;
    if (referrersTag === 'digest') return undefined;
    if (referrersApi === 'whole' && (await this.#referrersSupport(digest, options)) === 'api')
      return undefined;
    try {
      return (await this.fetchManifest(digest, options)).content.subject?.digest;
    } catch (error) {
      // What nobody here can read was entered by nobody here, and may be deleted all the same.
      if (isSuiteError(error, 'UNSUPPORTED', 'CONTENT_INVALID', 'LIMIT_EXCEEDED')) return undefined;
      throw error;
    }
  }

  async #referrersSupport(subject: Digest, options: RequestOptions): Promise<ReferrersSupport> {
    this.#support ??= (await readReferrersApi(this.#access, subject, options)) === undefined ? 'tag' : 'api';
    return this.#support;
  }

  #updateReferrersTag(subject: Digest, change: ListChange, { signal }: RequestOptions): Promise<void> {
    const list = `${formatLocation(this.location)}@${subject}`;
    return this.#listChanges.run(list, change, signal, (changes, signal) =>
      updateReferrersTag(this.#access, subject, changes, { signal, clock: this.#clock }),
    );
  }
}
