import type { Readable } from 'node:stream';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { type Digest, isDigest } from '../name/digest.ts';
import type { LocalLocation } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import { referrersTag, type Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { onFiles } from '../oci/file-error.ts';
import { describeManifest, type Manifest, namedByManifest } from '../oci/manifest.ts';
import { addReferrer, describeReferrer, removeReferrer } from '../oci/referrers-index.ts';
import type {
  BlobOutcome,
  BlobSource,
  PushBlobOptions,
  Registry,
  RequestOptions,
  TagOptions,
} from '../registry.ts';
import { LayoutContent } from './layout-content.ts';
import { LayoutDirectory } from './layout-directory.ts';
import { editLayout } from './layout-edits.ts';
import type { LayoutIndex } from './layout-index.ts';
import { findSole } from './sole-manifest.ts';

/**
 * An OCI layout directory as a registry: tags are the names in its `index.json`. It is created by the first
 * write to it.
 *
 * A pushed manifest stays reachable whatever happens next: as an entry without a name until a tag or an
 * index names it, and a referrer under its subject's referrers tag, where regctl looks for it and oras
 * finds it. (image-spec, image-layout.md)
 */
export class LayoutRegistry implements Registry {
  readonly location: LocalLocation;
  readonly #directory: LayoutDirectory;
  readonly #content: LayoutContent;

  constructor(path: string) {
    this.location = { kind: 'layout', path };
    this.#directory = new LayoutDirectory(path);
    this.#content = new LayoutContent({
      place: `OCI layout ${path}`,
      readBlob: (digest) => this.#directory.readBlob(digest),
    });
  }

  async resolve(reference: Tag | Digest, options?: RequestOptions): Promise<Descriptor | undefined> {
    return this.#onFiles(options, async () => {
      if (!isDigest(reference)) return (await this.#directory.readIndex()).find(reference);
      if (!(await this.#directory.exists())) return undefined;
      const manifest = await this.#content.readIfManifest(reference);
      return manifest === undefined ? undefined : describeManifest(manifest);
    });
  }

  async soleManifest(options?: RequestOptions): Promise<Descriptor | undefined> {
    return this.#onFiles(options, async () => findSole(await this.#directory.readIndex(), this.#content));
  }

  async fetchManifest(reference: Tag | Digest, options?: RequestOptions): Promise<Manifest> {
    return this.#onFiles(options, async () => {
      const present = await this.#directory.exists();
      const named = isDigest(reference) ? undefined : (await this.#directory.readIndex()).find(reference);
      const digest = isDigest(reference) ? reference : named?.digest;
      const found =
        digest !== undefined && present ? await this.#content.read(digest, named?.mediaType) : undefined;
      if (found !== undefined) return found;
      const place = formatLocation(this.location);
      const fact = present ? `${place} has no manifest ${reference}` : `There is no OCI layout ${place}`;
      throw new SuiteError('NOT_FOUND', `${fact}.`, {
        remedy: 'Check the path, which is relative to the workspace, and what index.json there lists.',
      });
    });
  }

  async pushManifest(manifest: Manifest, options?: RequestOptions): Promise<void> {
    await this.#onFiles(options, async () => {
      await this.#directory.create();
      await this.#directory.writeBytes(manifest.digest, manifest.bytes);
      await this.#edit((index, obsolete) => this.#enter(manifest, index, obsolete));
    });
  }

  async tagManifest(tag: Tag, manifest: Manifest, options?: TagOptions): Promise<void> {
    await this.#onFiles(options, async () => {
      if ((await this.#directory.blobSize(manifest.digest)) === undefined) {
        throw new SuiteError(
          'NOT_FOUND',
          `${formatLocation(this.location)} has no manifest ${manifest.digest} to tag as ${tag}.`,
        );
      }
      const { artifactType } = manifest.content;
      const descriptor = {
        ...describeManifest(manifest),
        ...(artifactType === undefined ? {} : { artifactType }),
      };
      await editLayout(this.#directory, (index) => {
        const current = index.find(tag)?.digest ?? 'nothing';
        const { replaces = current } = options ?? {};
        if (current === replaces) return index.withTag(tag, descriptor);
        const place = `${formatLocation(this.location)}:${tag}`;
        throw new SuiteError('PLAN_STALE', `${place} was to move from ${replaces}, but names ${current}.`);
      });
    });
  }

  async hasBlob(blob: Descriptor, options?: RequestOptions): Promise<boolean> {
    return this.#onFiles(options, async () => (await this.#directory.blobSize(blob.digest)) === blob.size);
  }

  async openBlob(blob: Descriptor, offset = 0, options?: RequestOptions): Promise<Readable> {
    return this.#onFiles(options, () => this.#directory.openBlob(blob, offset, options?.signal));
  }

  async pushBlob(blob: Descriptor, source: BlobSource, options: PushBlobOptions = {}): Promise<BlobOutcome> {
    return this.#onFiles(options, async () => {
      if ((await this.#directory.blobSize(blob.digest)) === blob.size) return 'present';
      await this.#directory.create();
      await this.#directory.writeBlob(blob, source, options);
      return 'uploaded';
    });
  }

  async listTags(options?: RequestOptions): Promise<readonly Tag[]> {
    return this.#onFiles(options, async () => (await this.#directory.readIndex()).tags);
  }

  async listReferrers(subject: Digest, options?: RequestOptions): Promise<readonly Descriptor[]> {
    return this.#onFiles(options, async () =>
      this.#content.referrersOf(subject, await this.#directory.readIndex()),
    );
  }

  async deleteManifest(reference: Tag | Digest, options?: RequestOptions): Promise<void> {
    await this.#onFiles(options, async () => {
      const missing = new SuiteError(
        'NOT_FOUND',
        `${formatLocation(this.location)} has no manifest ${reference} to delete.`,
      );
      if (!(await this.#directory.exists())) throw missing;
      if (!isDigest(reference)) {
        await editLayout(this.#directory, (index) => {
          if (index.find(reference) === undefined) throw missing;
          return index.withoutTag(reference);
        });
        return;
      }
      const manifest = await this.#content.readIfManifest(reference);
      if (manifest === undefined) throw missing;
      await this.#edit((index, obsolete) => this.#strike(manifest, index, obsolete));
      await this.#directory.removeBlob(reference);
    });
  }

  /** Keeps a new manifest reachable, and drops the names that are now reachable through it. */
  async #enter(manifest: Manifest, index: LayoutIndex, obsolete: Set<Digest>): Promise<LayoutIndex> {
    const { subject } = manifest.content;
    const children = namedByManifest(manifest.content).map(({ digest }) => digest);
    const left = manifest.content.kind === 'index' ? index.withoutUntagged(new Set(children)) : index;
    if (subject !== undefined) {
      return this.#changeReferrers(subject.digest, left, obsolete, (listed) =>
        addReferrer(listed, describeReferrer(manifest)),
      );
    }
    const reached = await this.#content.reach(left);
    return reached.has(manifest.digest) ? left : left.withUntagged(describeManifest(manifest));
  }

  async #strike(manifest: Manifest, index: LayoutIndex, obsolete: Set<Digest>): Promise<LayoutIndex> {
    const { subject } = manifest.content;
    const left = index.without(manifest.digest);
    if (subject === undefined) return left;
    return this.#changeReferrers(subject.digest, left, obsolete, (listed) =>
      listed === undefined ? undefined : removeReferrer(listed, manifest.digest),
    );
  }

  async #changeReferrers(
    subject: Digest,
    index: LayoutIndex,
    obsolete: Set<Digest>,
    change: (listed: Manifest | undefined) => Manifest | undefined,
  ): Promise<LayoutIndex> {
    const tag = referrersTag(subject);
    const old = index.find(tag);
    const changed = change(
      old === undefined ? undefined : await this.#content.read(old.digest, old.mediaType),
    );
    if (changed === undefined) return index;
    await this.#directory.writeBytes(changed.digest, changed.bytes);
    const moved = index.withTag(tag, describeManifest(changed));
    if (old === undefined) return moved;
    obsolete.add(old.digest);
    return moved.withoutUntagged(new Set([old.digest]));
  }

  /** Lists that were replaced are removed when no index names them any more, so that a kill loses none. */
  async #edit(edit: (index: LayoutIndex, obsolete: Set<Digest>) => Promise<LayoutIndex>): Promise<void> {
    const obsolete = new Set<Digest>();
    await editLayout(this.#directory, (index) => edit(index, obsolete));
    if (obsolete.size === 0) return;
    const index = await this.#directory.readIndex();
    const left = [...obsolete].filter((digest) => !index.has(digest));
    await Promise.all(left.map((digest) => this.#directory.removeBlob(digest)));
  }

  #onFiles<T>(options: RequestOptions | undefined, work: () => Promise<T>): Promise<T> {
    throwIfCancelled(options?.signal);
    return onFiles(formatLocation(this.location), work);
  }
}

/** Opens an OCI layout directory; nothing is read or made yet. */
export function openLayout(path: string): Registry {
  return new LayoutRegistry(path);
}
