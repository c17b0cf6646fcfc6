import { SuiteError } from '@artifact-lifecycle/core';
import type { ByteReader } from './byte-reader.ts';
import { mergePax, NO_PAX_RECORDS, type PaxRecords, parsePax } from './pax.ts';
import {
  describeTarEntry,
  NO_EXTENSIONS,
  paxNumber,
  type TarEntryType,
  type TarExtensions,
  tarPadding,
  tarText,
} from './tar-entry.ts';
import { parseTarHeader, TAR_BLOCK_BYTES, type TarHeader } from './tar-header.ts';

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
  let global: PaxRecords = NO_PAX_RECORDS;
  let own = NO_EXTENSIONS;
  let headers = 0;
  let entries = 0;
  for (;;) {
    const header = await readHeader(reader, what);
    if (header === undefined) return;
    if (++headers > MAX_HEADERS_PER_ENTRY)
      throw tooMuch(what, 'headers before one entry', MAX_HEADERS_PER_ENTRY);
    if (header.flag === 'g') {
      global = mergePax(global, parsePax(await readWhole(reader, header, what, limits), what));
    } else if (header.flag === 'x') {
      own = { ...own, pax: mergePax(own.pax, parsePax(await readWhole(reader, header, what, limits), what)) };
    } else if (header.flag === 'L') {
      own = { ...own, longName: tarText(await readWhole(reader, header, what, limits)) };
    } else if (header.flag === 'K') {
      own = { ...own, longLink: tarText(await readWhole(reader, header, what, limits)) };
    } else {
      if (++entries > limits.maxEntries) throw tooMuch(what, 'entries', limits.maxEntries);
      if (header.isExtended) await skipSparseHeaders(reader, what);
      const pax = mergePax(global, own.pax);
      yield* readEntry(reader, header, { ...own, pax }, what);
      own = NO_EXTENSIONS;
      headers = 0;
    }
  }
}

async function* readEntry(
  reader: ByteReader,
  header: TarHeader,
  extensions: TarExtensions,
  what: string,
): AsyncGenerator<TarEntry, void, undefined> {
  const { pax } = extensions;
  const { name, linkName, type, size } = describeTarEntry(header, extensions, what);
  const end = reader.position + size;
  const entry: TarEntry = {
    name,
    linkName,
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
  await skipExactly(reader, end - reader.position + tarPadding(size), what);
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
  await skipExactly(reader, tarPadding(size), what);
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

function cutOff(what: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} is cut off in the middle of an entry.`);
}

function tooMuch(what: string, of: string, limit: number): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `The ${what} has more than ${limit} ${of}.`);
}
