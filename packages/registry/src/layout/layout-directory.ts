import { randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancellationOf, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestHex } from '../name/digest.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { systemErrorCode } from '../oci/file-error.ts';
import { field, isJsonObject, parseBoundedJson } from '../oci/json.ts';
import { MAX_MANIFEST_BYTES } from '../oci/manifest.ts';
import { VerifiedStream } from '../oci/verified-stream.ts';
import type { BlobSource, PushBlobOptions } from '../registry.ts';
import { LayoutIndex } from './layout-index.ts';

/** image-spec, image-layout.md, "oci-layout file". */
const LAYOUT_VERSION = '1.0.0';

/** Larger pieces than Node's 64 KiB halve the processor time of a copy between files; more gains nothing. */
const FILE_CHUNK_BYTES = 512 * 1024;

/** The whole file is some 30 bytes. */
const MAX_LAYOUT_FILE_BYTES = 4096;

/**
 * The files of an OCI layout (image-spec, image-layout.md). Everything is written beside its place and
 * renamed into it, so that whoever reads, or comes after a kill, sees whole files only.
 */
export class LayoutDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Whether there is a layout. A directory that does not exist, or holds nothing, is a layout to be.
   *
   * @throws SuiteError `CONTENT_INVALID` where there is something else, `UNSUPPORTED` for another version
   */
  async exists(): Promise<boolean> {
    const bytes = await this.#readSmall(join(this.path, 'oci-layout'), MAX_LAYOUT_FILE_BYTES);
    if (bytes === undefined) {
      if (await isEmptyOrAbsent(this.path)) return false;
      throw new SuiteError(
        'CONTENT_INVALID',
        `${this.path} is not an OCI layout: it has no oci-layout file.`,
        {
          remedy: 'Name the directory of an OCI layout, or for writing one that is empty or does not exist.',
        },
      );
    }
    const value = parseBoundedJson(bytes, `file oci-layout in ${this.path}`);
    const version = isJsonObject(value) ? field(value, 'imageLayoutVersion') : undefined;
    if (version === LAYOUT_VERSION) return true;
    throw new SuiteError(
      'UNSUPPORTED',
      `The OCI layout ${this.path} has the version ${JSON.stringify(version)}; known is ${LAYOUT_VERSION}.`,
    );
  }

  /** Makes it a layout where it is none yet. */
  async create(): Promise<void> {
    if (await this.exists()) return;
    await mkdir(join(this.path, 'blobs', 'sha256'), { recursive: true });
    await this.#replaceFile('index.json', LayoutIndex.empty().toBytes());
    // Last: only with it the directory is a layout.
    await this.#replaceFile(
      'oci-layout',
      Buffer.from(JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION })),
    );
  }

  async readIndex(): Promise<LayoutIndex> {
    if (!(await this.exists())) return LayoutIndex.empty();
    const bytes = await this.#readSmall(join(this.path, 'index.json'), MAX_MANIFEST_BYTES);
    if (bytes === undefined) {
      throw new SuiteError('CONTENT_INVALID', `The OCI layout ${this.path} has no index.json.`);
    }
    return LayoutIndex.parse(bytes, `index.json of ${this.path}`);
  }

  async writeIndex(index: LayoutIndex): Promise<void> {
    await this.#replaceFile('index.json', index.toBytes());
  }

  /** The bytes of a small blob, not verified; `undefined` where there is none. */
  async readBlob(digest: Digest): Promise<Uint8Array | undefined> {
    return this.#readSmall(this.#blobPath(digest), MAX_MANIFEST_BYTES);
  }

  /** The size of a blob in bytes; `undefined` where there is none. */
  async blobSize(digest: Digest): Promise<number | undefined> {
    const file = await stat(this.#blobPath(digest)).catch(absent);
    return file?.isFile() ? file.size : undefined;
  }

  /** @throws SuiteError `NOT_FOUND`, `DIGEST_MISMATCH` where the file has another size */
  async openBlob(blob: Descriptor, offset: number, signal: AbortSignal | undefined): Promise<Readable> {
    throwIfCancelled(signal);
    const file = await openRegular(this.#blobPath(blob.digest));
    if (file === undefined) {
      throw new SuiteError('NOT_FOUND', `The OCI layout ${this.path} has no blob ${blob.digest}.`);
    }
    const { size } = await file.stat();
    if (size !== blob.size) {
      await file.close();
      const message = `The blob ${blob.digest} in ${this.path} should have ${blob.size} bytes, but has ${size}.`;
      throw new SuiteError('DIGEST_MISMATCH', message);
    }
    return file.createReadStream({
      start: offset,
      highWaterMark: FILE_CHUNK_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Writes a blob, verified as its bytes pass. */
  async writeBlob(blob: Descriptor, source: BlobSource, options: PushBlobOptions): Promise<void> {
    const { signal, onBytes } = options;
    const temporary = this.#temporaryPath();
    try {
      const verified = new VerifiedStream(blob, { onBytes });
      await pipeline(
        await source(0, signal),
        verified,
        createWriteStream(temporary, { flags: 'wx', highWaterMark: FILE_CHUNK_BYTES }),
        {
          signal,
        },
      );
      await this.#settle(temporary, blob.digest);
    } catch (error) {
      await rm(temporary, { force: true });
      if (signal?.aborted) throw cancellationOf(signal);
      throw error;
    }
  }

  /** Writes bytes that are known to be what their digest names. */
  async writeBytes(digest: Digest, bytes: Uint8Array): Promise<void> {
    const temporary = this.#temporaryPath();
    await writeFile(temporary, bytes, { flag: 'wx' });
    await this.#settle(temporary, digest);
  }

  async removeBlob(digest: Digest): Promise<void> {
    await rm(this.#blobPath(digest), { force: true });
  }

  /** A digest's grammar lets nothing through that could climb out of the directory. */
  #blobPath(digest: Digest): string {
    return join(this.path, 'blobs', digestAlgorithm(digest), digestHex(digest));
  }

  /** In the layout itself, since a rename must not cross file systems; not among the blobs, which others list. */
  #temporaryPath(): string {
    return join(this.path, `.artifact-lifecycle-${randomUUID()}.tmp`);
  }

  async #settle(temporary: string, digest: Digest): Promise<void> {
    await mkdir(join(this.path, 'blobs', digestAlgorithm(digest)), { recursive: true });
    await rename(temporary, this.#blobPath(digest));
  }

  async #replaceFile(name: string, bytes: Uint8Array): Promise<void> {
    const temporary = this.#temporaryPath();
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, join(this.path, name));
  }

  async #readSmall(path: string, limit: number): Promise<Uint8Array | undefined> {
    const file = await openRegular(path);
    if (file === undefined) return undefined;
    try {
      const { size } = await file.stat();
      if (size > limit) {
        throw new SuiteError('LIMIT_EXCEEDED', `${path} has ${size} bytes; the limit is ${limit}.`);
      }
      return await readFile(file);
    } finally {
      await file.close();
    }
  }
}

/** Opens a regular file; `undefined` where there is none. A pipe or device under its name is an error. */
async function openRegular(path: string): Promise<FileHandle | undefined> {
  // Without O_NONBLOCK, opening a pipe would wait for its other end for ever.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(absent);
  if (file === undefined || (await file.stat()).isFile()) return file;
  await file.close();
  throw new SuiteError('CONTENT_INVALID', `${path} is not a regular file.`);
}

async function isEmptyOrAbsent(path: string): Promise<boolean> {
  const names = await readdir(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOTDIR') {
      throw new SuiteError(
        'CONTENT_INVALID',
        `${path} is a file, where the directory of an OCI layout is meant.`,
      );
    }
    return absent(error);
  });
  // A first write that was killed leaves parts of a layout, but no oci-layout file.
  return (names ?? []).every((name) => name === 'blobs' || name === 'index.json' || name.endsWith('.tmp'));
}

/** Turns the error for a missing file into `undefined`, and throws every other. */
function absent(error: unknown): undefined {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}
