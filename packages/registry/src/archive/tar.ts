import { SuiteError } from '@artifact-lifecycle/core';
import type { ByteReader } from './byte-reader.ts';
import { type PaxRecords, parsePax } from './pax.ts';
import { parseTarHeader, TAR_BLOCK_BYTES, type TarHeader } from './tar-header.ts';

/** What an entry of a tar is. */
export type TarEntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'device'
  | 'pipe'
  /** A file with holes, whose content this reader does not put together. */
  | 'sparse'
  | 'other';

/** One entry of a tar, valid until the next is asked for. */
export interface TarEntry {
  /** As it is written: may be absolute, hold `..`, and differ from names that mean the same. */
  readonly name: string;
  readonly linkName: string;
  readonly type: TarEntryType;
  /** Bytes of content; 0 for what has none. */
  readonly size: number;
  /** Where the content begins, in bytes from the start of the tar. */
  readonly offset: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the Unix epoch, whole. */
  readonly mtime: number;
  /** pax records of this entry and, below them, of the whole archive: extended attributes, for one. */
  readonly pax: PaxRecords;
  /** The content, once and in order; what is not read is passed over. Chunks are valid until the next. */
  content(): AsyncIterable<Uint8Array>;
}

/** How much a tar may ask of its reader. */
export interface TarLimits {
  readonly maxEntries: number;
  /** Bytes of one long name or pax header, which are held in memory. */
  readonly maxHeaderBytes: number;
}

/** The largest images have some 500,000 files a layer; pax headers hold names and attributes of a few KiB. */
export const DEFAULT_TAR_LIMITS: TarLimits = { maxEntries: 2_000_000, maxHeaderBytes: 1024 * 1024 };

/** More headers before one entry than any writer needs: a long name, a long link, pax records. */
const MAX_HEADERS_PER_ENTRY = 16;

const NO_RECORDS: PaxRecords = new Map();

/** What headers before an entry say about it. */
interface Extensions {
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
  readonly pax: PaxRecords;
}

/**
 * Reads the entries of a tar in order: v7, ustar, GNU (long names, large numbers) and pax. What follows the
 * end mark is not looked at.
 *
 * @param what names the tar, for errors: `layer sha256:…`.
 * @throws SuiteError `CONTENT_INVALID` for what is no tar or is cut off, `LIMIT_EXCEEDED`
 */
export async function* readTar(
  reader: ByteReader,
  what: string,
  limits: TarLimits = DEFAULT_TAR_LIMITS,
): AsyncGenerator<TarEntry, void, undefined> {
  let global: PaxRecords = NO_RECORDS;
  let own: Extensions = { longName: undefined, longLink: undefined, pax: NO_RECORDS };
  let headers = 0;
  let entries = 0;
  for (;;) {
    const header = await readHeader(reader, what);
    if (header === undefined) return;
    if (++headers > MAX_HEADERS_PER_ENTRY)
      throw tooMuch(what, 'headers before one entry', MAX_HEADERS_PER_ENTRY);
    if (header.flag === 'g') {
      global = merge(global, parsePax(await readWhole(reader, header, what, limits), what));
    } else if (header.flag === 'x') {
      own = { ...own, pax: merge(own.pax, parsePax(await readWhole(reader, header, what, limits), what)) };
    } else if (header.flag === 'L') {
      own = { ...own, longName: textOf(await readWhole(reader, header, what, limits)) };
    } else if (header.flag === 'K') {
      own = { ...own, longLink: textOf(await readWhole(reader, header, what, limits)) };
    } else {
      if (++entries > limits.maxEntries) throw tooMuch(what, 'entries', limits.maxEntries);
      if (header.isExtended) await skipSparseHeaders(reader, what);
      const pax = merge(global, own.pax);
      yield* readEntry(reader, header, { ...own, pax }, what);
      own = { longName: undefined, longLink: undefined, pax: NO_RECORDS };
      headers = 0;
    }
  }
}

async function* readEntry(
  reader: ByteReader,
  header: TarHeader,
  { longName, longLink, pax }: Extensions,
  what: string,
): AsyncGenerator<TarEntry, void, undefined> {
  const type = typeOf(header, pax);
  const size = hasContent(header.flag) ? paxNumber(pax, 'size', header.size, what) : 0;
  const end = reader.position + size;
  const entry: TarEntry = {
    name: pax.get('GNU.sparse.name') ?? pax.get('path') ?? longName ?? header.name,
    linkName: pax.get('linkpath') ?? longLink ?? header.linkName,
    type,
    size,
    offset: reader.position,
    mode: header.mode,
    uid: paxNumber(pax, 'uid', header.uid, what),
    gid: paxNumber(pax, 'gid', header.gid, what),
    mtime: Math.floor(Number(pax.get('mtime') ?? header.mtime)) || 0,
    pax,
    content: () => readContent(reader, end, what),
  };
  yield entry;
  await skipExactly(reader, end - reader.position + padding(size), what);
}

async function* readContent(
  reader: ByteReader,
  end: number,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  while (reader.position < end) {
    const chunk = await reader.readSome(end - reader.position);
    if (chunk.length === 0) throw cutOff(what);
    yield chunk;
  }
}

/** The next header, or `undefined` at the end: blocks of zeros, or where there is nothing more. */
async function readHeader(reader: ByteReader, what: string): Promise<TarHeader | undefined> {
  const block = await reader.read(TAR_BLOCK_BYTES);
  if (block.length === 0) return undefined;
  if (block.length < TAR_BLOCK_BYTES) throw cutOff(what);
  return parseTarHeader(block, what);
}

async function readWhole(
  reader: ByteReader,
  { size }: TarHeader,
  what: string,
  { maxHeaderBytes }: TarLimits,
): Promise<Uint8Array> {
  if (size > maxHeaderBytes) throw tooMuch(what, 'bytes in one extended header', maxHeaderBytes);
  const bytes = Uint8Array.from(await reader.read(size));
  if (bytes.length < size) throw cutOff(what);
  await skipExactly(reader, padding(size), what);
  return bytes;
}

async function skipExactly(reader: ByteReader, length: number, what: string): Promise<void> {
  if ((await reader.skip(length)) < length) throw cutOff(what);
}

/** GNU's old sparse files: blocks of 21 holes, each saying in its byte 504 whether another one follows. */
async function skipSparseHeaders(reader: ByteReader, what: string): Promise<void> {
  for (let isExtended = true; isExtended; ) {
    const block = await reader.read(TAR_BLOCK_BYTES);
    if (block.length < TAR_BLOCK_BYTES) throw cutOff(what);
    isExtended = block[504] !== 0;
  }
}

function typeOf({ flag, name }: TarHeader, pax: PaxRecords): TarEntryType {
  switch (flag) {
    case '0':
    case '7':
      if (pax.has('GNU.sparse.major') || pax.has('GNU.sparse.map')) return 'sparse';
      // Before ustar, a directory was a file whose name ends in a slash.
      return name.endsWith('/') ? 'directory' : 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '3':
    case '4':
      return 'device';
    case '5':
      return 'directory';
    case '6':
      return 'pipe';
    case 'S':
      return 'sparse';
    default:
      return 'other';
  }
}

/** Links, devices, directories and pipes have none, whatever their size field says (as GNU tar and Go read it). */
function hasContent(flag: string): boolean {
  return !['1', '2', '3', '4', '5', '6'].includes(flag);
}

function paxNumber(pax: PaxRecords, key: string, otherwise: number, what: string): number {
  const text = pax.get(key);
  if (text === undefined) return otherwise;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new SuiteError('CONTENT_INVALID', `The ${what} has a pax header whose ${key} is no number.`);
}

function merge(below: PaxRecords, above: PaxRecords): PaxRecords {
  if (below.size === 0) return above;
  return above.size === 0 ? below : new Map([...below, ...above]);
}

function padding(size: number): number {
  return (TAR_BLOCK_BYTES - (size % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function cutOff(what: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} is cut off in the middle of an entry.`);
}

function tooMuch(what: string, of: string, limit: number): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `The ${what} has more than ${limit} ${of}.`);
}
