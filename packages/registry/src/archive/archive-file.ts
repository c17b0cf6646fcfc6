import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { SuiteError } from '@artifact-lifecycle/core';
import { onFiles, systemErrorCode } from '../oci/file-error.ts';
import { MAX_MANIFEST_BYTES } from '../oci/manifest.ts';
import { FileReader } from './byte-reader.ts';
import { DEFAULT_TAR_LIMITS, readTar } from './tar.ts';

/** A file's place in an archive, in bytes. */
export interface ArchiveMember {
  readonly offset: number;
  readonly size: number;
}

/** `docker save` writes four entries a layer, and an image has at most 127 layers. */
const ARCHIVE_LIMITS = { ...DEFAULT_TAR_LIMITS, maxEntries: 100_000 };

/** docker writes links one step long; more are a loop or a trap. */
const MAX_LINKS = 8;

/** As for layouts: larger pieces than Node's 64 KiB halve the processor time of a copy. */
const FILE_CHUNK_BYTES = 512 * 1024;

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** How the bytes of a member are compressed, told by their beginning. */
export type Compression = 'none' | 'gzip' | 'zstd';

/**
 * The files in an uncompressed tar on disk, read by their offsets: the tar is gone through once, its
 * contents are passed over.
 */
export class ArchiveFile {
  readonly path: string;
  readonly #members: ReadonlyMap<string, ArchiveMember>;
  readonly #links: ReadonlyMap<string, string>;

  private constructor(
    path: string,
    members: ReadonlyMap<string, ArchiveMember>,
    links: ReadonlyMap<string, string>,
  ) {
    this.path = path;
    this.#members = members;
    this.#links = links;
  }

  /**
   * Goes through a tar and notes where its files are.
   *
   * @throws SuiteError `NOT_FOUND`, `UNSUPPORTED` for a compressed tar, `CONTENT_INVALID`, `LIMIT_EXCEEDED`
   */
  static async index(path: string): Promise<ArchiveFile> {
    const size = await regularSize(path);
    const file = await open(path);
    try {
      refuseCompressed(path, await beginning(path, { offset: 0, size }));
      const members = new Map<string, ArchiveMember>();
      const links = new Map<string, string>();
      for await (const entry of readTar(new FileReader(file, size), `archive ${path}`, ARCHIVE_LIMITS)) {
        const name = posix.normalize(entry.name);
        if (entry.type === 'file') members.set(name, { offset: entry.offset, size: entry.size });
        // A symlink starts from its directory, a hard link from the root of the archive.
        if (entry.type === 'symlink') links.set(name, posix.join(posix.dirname(name), entry.linkName));
        if (entry.type === 'hardlink') links.set(name, posix.normalize(entry.linkName));
      }
      return new ArchiveFile(path, members, links);
    } finally {
      await file.close();
    }
  }

  /** A file of the archive, through links where docker wrote a layer once for two images. */
  find(name: string): ArchiveMember | undefined {
    let wanted = posix.normalize(name);
    for (let links = 0; links <= MAX_LINKS; links++) {
      const member = this.#members.get(wanted);
      if (member !== undefined) return member;
      const link = this.#links.get(wanted);
      if (link === undefined) return undefined;
      wanted = link;
    }
    return undefined;
  }

  /**
   * The bytes of a small file; `undefined` where there is none.
   *
   * @throws SuiteError `LIMIT_EXCEEDED`
   */
  async read(name: string): Promise<Uint8Array | undefined> {
    const member = this.find(name);
    if (member === undefined) return undefined;
    if (member.size > MAX_MANIFEST_BYTES) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The file ${name} in ${this.path} has ${member.size} bytes; the limit is ${MAX_MANIFEST_BYTES}.`,
      );
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.open(member, 0)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** A file's bytes from an offset on. */
  async open(member: ArchiveMember, offset: number, signal?: AbortSignal): Promise<Readable> {
    // An end before the start would be refused, where there is just nothing left to read.
    if (offset >= member.size) return Readable.from([]);
    const file = await open(this.path);
    return file.createReadStream({
      start: member.offset + offset,
      end: member.offset + member.size - 1,
      highWaterMark: FILE_CHUNK_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** The sha256 of a file, in hex. */
  async hash(member: ArchiveMember): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of await this.open(member, 0)) hash.update(chunk);
    return hash.digest('hex');
  }

  async compression(member: ArchiveMember): Promise<Compression> {
    return compressionOf(await beginning(this.path, member));
  }
}

async function regularSize(path: string): Promise<number> {
  const found = await onFiles(path, () =>
    stat(path).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    }),
  );
  if (found === undefined) {
    throw new SuiteError('NOT_FOUND', `There is no archive ${path}.`, {
      remedy: 'Check the path; it is relative to the workspace.',
    });
  }
  if (found.isFile()) return found.size;
  throw new SuiteError('CONTENT_INVALID', `${path} is not a file, so it is no archive.`, {
    remedy: 'For the directory of an OCI layout write oci:DIRECTORY.',
  });
}

async function beginning(path: string, { offset, size }: ArchiveMember): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(Math.min(size, ZSTD_MAGIC.length));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function compressionOf(bytes: Uint8Array): Compression {
  if (GZIP_MAGIC.equals(bytes.subarray(0, GZIP_MAGIC.length))) return 'gzip';
  return ZSTD_MAGIC.equals(bytes.subarray(0, ZSTD_MAGIC.length)) ? 'zstd' : 'none';
}

/** A compressed tar has no offsets to read from, and unpacking it unasked could fill a disk. */
function refuseCompressed(path: string, bytes: Uint8Array): void {
  const compression = compressionOf(bytes);
  if (compression === 'none') return;
  throw new SuiteError('UNSUPPORTED', `The archive ${path} is compressed with ${compression}.`, {
    remedy: `Decompress it first: ${compression === 'gzip' ? 'gunzip' : 'unzstd'} --keep ${path}`,
  });
}
