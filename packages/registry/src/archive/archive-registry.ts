import type { Readable } from 'node:stream';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { type Digest, isDigest } from '../name/digest.ts';
import type { LocalLocation } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { onFiles } from '../oci/file-error.ts';
import { describeManifest, type Manifest } from '../oci/manifest.ts';
import type { BlobOutcome, Registry, RequestOptions } from '../registry.ts';
import { type ArchiveContent, readArchive } from './archive-content.ts';
import { ArchiveFile } from './archive-file.ts';

interface OpenArchive {
  readonly file: ArchiveFile;
  readonly content: ArchiveContent;
}

/**
 * A `docker save` archive as a registry, read-only: the older form with layers as tars, and the form since
 * docker 25, which is an OCI layout in a tar. It is gone through once, at the first question.
 */
export class ArchiveRegistry implements Registry {
  readonly location: LocalLocation;
  readonly #path: string;
  #opened: Promise<OpenArchive> | undefined;

  constructor(path: string) {
    this.location = { kind: 'archive', path };
    this.#path = path;
  }

  async resolve(reference: Tag | Digest, options?: RequestOptions): Promise<Descriptor | undefined> {
    return this.#read(options, async ({ content }) => {
      if (!isDigest(reference)) return content.find(reference);
      const manifest = await content.manifest(reference);
      return manifest === undefined ? undefined : describeManifest(manifest);
    });
  }

  async soleManifest(options?: RequestOptions): Promise<Descriptor | undefined> {
    return this.#read(options, ({ content }) => content.sole());
  }

  async fetchManifest(reference: Tag | Digest, options?: RequestOptions): Promise<Manifest> {
    return this.#read(options, async ({ content }) => {
      const digest = isDigest(reference) ? reference : content.find(reference)?.digest;
      const manifest = digest === undefined ? undefined : await content.manifest(digest);
      if (manifest !== undefined) return manifest;
      throw new SuiteError('NOT_FOUND', `${formatLocation(this.location)} has no manifest ${reference}.`);
    });
  }

  async hasBlob(blob: Descriptor, options?: RequestOptions): Promise<boolean> {
    return this.#read(options, async ({ content }) => content.blob(blob.digest)?.size === blob.size);
  }

  async openBlob(blob: Descriptor, offset = 0, options?: RequestOptions): Promise<Readable> {
    return this.#read(options, async ({ file, content }) => {
      const member = content.blob(blob.digest);
      if (member === undefined) {
        throw new SuiteError('NOT_FOUND', `${formatLocation(this.location)} has no blob ${blob.digest}.`);
      }
      if (member.size !== blob.size) {
        const message = `The blob ${blob.digest} in ${this.#path} should have ${blob.size} bytes, but has ${member.size}.`;
        throw new SuiteError('DIGEST_MISMATCH', message);
      }
      return file.open(member, offset, options?.signal);
    });
  }

  async listTags(options?: RequestOptions): Promise<readonly Tag[]> {
    return this.#read(options, async ({ content }) => content.tags);
  }

  async listReferrers(subject: Digest, options?: RequestOptions): Promise<readonly Descriptor[]> {
    return this.#read(options, ({ content }) => content.referrers(subject));
  }

  async pushManifest(): Promise<void> {
    throw this.#readOnly();
  }

  async tagManifest(): Promise<void> {
    throw this.#readOnly();
  }

  async pushBlob(): Promise<BlobOutcome> {
    throw this.#readOnly();
  }

  async deleteManifest(): Promise<void> {
    throw this.#readOnly();
  }

  async #read<T>(options: RequestOptions | undefined, work: (open: OpenArchive) => Promise<T>): Promise<T> {
    throwIfCancelled(options?.signal);
    return onFiles(formatLocation(this.location), async () => work(await this.#open()));
  }

  #open(): Promise<OpenArchive> {
    this.#opened ??= openArchiveFile(this.#path);
    return this.#opened;
  }

  #readOnly(): SuiteError {
    return new SuiteError(
      'UNSUPPORTED',
      `${formatLocation(this.location)} is an archive, which can only be read.`,
      { remedy: 'Write to a registry or to an OCI layout (oci:DIRECTORY).' },
    );
  }
}

async function openArchiveFile(path: string): Promise<OpenArchive> {
  const file = await ArchiveFile.index(path);
  return { file, content: await readArchive(file) };
}

/** Opens a `docker save` archive; nothing is read yet. */
export function openArchive(path: string): Registry {
  return new ArchiveRegistry(path);
}
