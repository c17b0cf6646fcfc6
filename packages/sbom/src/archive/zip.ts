import { inflateRawSync } from 'node:zlib';
import { SuiteError } from '@artifact-lifecycle/core';

/*
 * A reader of our own, for bytes that are in memory anyway: it reads the central directory alone, inflates the few
 * entries somebody wants, gives stored ones as views, and does so within one synchronous call. yauzl is asynchronous
 * and fflate inflates in JavaScript, and neither knows the bounds that archives from outside need.
 */

/** A file in an archive. */
export interface ZipEntry {
  /** As it stands there; nothing is ever written to such a path. */
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedSize: number;
  /** Bytes it is said to inflate to. */
  readonly size: number;
  /** Of its local header, from the start of the file. */
  readonly offset: number;
}

const END = { signature: 0x06054b50, size: 22 } as const;
const END_64 = { signature: 0x06064b50, size: 56 } as const;
const LOCATOR_64 = { signature: 0x07064b50, size: 20 } as const;
const ENTRY = { signature: 0x02014b50, size: 46 } as const;
const LOCAL = { signature: 0x04034b50, size: 30 } as const;

/** A comment at the end of an archive is no longer; the end record lies before it. */
const LONGEST_COMMENT = 0xffff;

/** The largest jars there are have some 200 000. */
const MOST_ENTRIES = 1_000_000;

const ENCRYPTED = 1;
const ZIP_64 = 1;
const [SHORT, WORD] = [0xffff, 0xffffffff];

/** Deflate makes at most 1032 bytes of one (zlib, "Maximum Expansion Factor"). */
const EXPANSION = 1032;
/** What zlib hands over at once: one piece for most entries, and never memory for a size that is only claimed. */
const LARGEST_PIECE = 4 * 1024 * 1024;

/**
 * Lists the entries of an archive whose names somebody wants, in its order (APPNOTE.TXT 6.3.10). Bytes before the
 * archive do not matter: programs are put there to make it start.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is no archive or its tables contradict themselves,
 *   `LIMIT_EXCEEDED` where it has more entries than anybody's
 */
export function listZipEntries(bytes: Buffer, wants: (name: string) => boolean): readonly ZipEntry[] {
  const directory = findDirectory(bytes);
  const entries: ZipEntry[] = [];
  if (directory.count > MOST_ENTRIES) {
    throw new SuiteError('LIMIT_EXCEEDED', `The archive has ${directory.count} entries.`);
  }
  let at = directory.start;
  for (let index = 0; index < directory.count; index++) {
    if (at + ENTRY.size > directory.end || bytes.readUInt32LE(at) !== ENTRY.signature) {
      throw broken(`entry ${index + 1} of ${directory.count} is missing`);
    }
    const nameEnd = at + ENTRY.size + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const next = extraEnd + bytes.readUInt16LE(at + 32);
    if (next > directory.end) throw broken(`entry ${index + 1} is cut off`);
    const name = bytes.toString('utf8', at + ENTRY.size, nameEnd);
    if (wants(name))
      entries.push(readEntry(bytes, at, name, bytes.subarray(nameEnd, extraEnd), directory.shift));
    at = next;
  }
  refuseOverlaps(entries);
  return entries;
}

interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** What has to be added to every offset: bytes before the archive. */
  readonly shift: number;
}

function findDirectory(bytes: Buffer): Directory {
  // Bytes of a comment can look like an end record: the true one's comment ends with the file. Where none does,
  // something was appended.
  const directory =
    searchEnd(bytes, (end) => end === bytes.length) ?? searchEnd(bytes, (end) => end <= bytes.length);
  if (directory === undefined) throw broken('its end record is missing');
  return directory;
}

function searchEnd(bytes: Buffer, isPlausible: (end: number) => boolean): Directory | undefined {
  const earliest = Math.max(0, bytes.length - END.size - LONGEST_COMMENT);
  for (let at = bytes.length - END.size; at >= earliest; at--) {
    if (bytes[at] !== 0x50 || bytes.readUInt32LE(at) !== END.signature) continue;
    if (!isPlausible(at + END.size + bytes.readUInt16LE(at + 20))) continue;
    const directory = readEnd(bytes, at);
    if (directory.start >= 0 && directory.shift >= 0) return directory;
  }
  return undefined;
}

function readEnd(bytes: Buffer, at: number): Directory {
  let end = at;
  let count: number = bytes.readUInt16LE(at + 10);
  let size: number = bytes.readUInt32LE(at + 12);
  let offset: number = bytes.readUInt32LE(at + 16);
  const locator = at - LOCATOR_64.size;
  if ((count === SHORT || size === WORD || offset === WORD) && locator >= END_64.size) {
    const record = locator - END_64.size;
    const hasBoth =
      bytes.readUInt32LE(locator) === LOCATOR_64.signature && bytes.readUInt32LE(record) === END_64.signature;
    if (hasBoth) {
      end = record;
      count = Number(bytes.readBigUInt64LE(record + 32));
      size = Number(bytes.readBigUInt64LE(record + 40));
      offset = Number(bytes.readBigUInt64LE(record + 48));
    }
  }
  const start = end - size;
  return { start, end, count, shift: start - offset };
}

function readEntry(bytes: Buffer, at: number, name: string, extra: Buffer, shift: number): ZipEntry {
  let compressedSize: number = bytes.readUInt32LE(at + 20);
  let size: number = bytes.readUInt32LE(at + 24);
  let offset: number = bytes.readUInt32LE(at + 42);
  if (size === WORD || compressedSize === WORD || offset === WORD) {
    const longs = longNumbers(extra);
    if (size === WORD) size = longs.shift() ?? size;
    if (compressedSize === WORD) compressedSize = longs.shift() ?? compressedSize;
    if (offset === WORD) offset = longs.shift() ?? offset;
  }
  return {
    name,
    method: bytes.readUInt16LE(at + 10),
    isEncrypted: (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
    compressedSize,
    size,
    offset: offset + shift,
  };
}

/** Numbers of 64 bits that stand in for those that did not fit, in the order of the fields. */
function longNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP_64) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(field.length / 8) }, (_, index) =>
      Number(field.readBigUInt64LE(index * 8)),
    );
  }
  return [];
}

/** Bytes an entry can be in memory, whatever it says: none for what is stored, which is a view. */
export function memoryOf({ method, size, compressedSize }: ZipEntry): number {
  return method === 0 ? 0 : Math.min(size, compressedSize * EXPANSION);
}

/** Entries that share bytes make of little much more than deflate could: nobody's archive has them. */
function refuseOverlaps(entries: readonly ZipEntry[]): void {
  let end = 0;
  for (const { offset, compressedSize, name } of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (offset < end) throw broken(`entry ${JSON.stringify(name.slice(0, 200))} lies within another`);
    end = offset + LOCAL.size + compressedSize;
  }
}

/**
 * The content of an entry: a view on the archive where it is stored.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is broken, encrypted or lies elsewhere than it says,
 *   `LIMIT_EXCEEDED` where it is larger than `maxBytes`
 */
export function readZipEntry(bytes: Buffer, entry: ZipEntry, maxBytes: number): Buffer {
  const { name, offset, compressedSize, size, method } = entry;
  const label = JSON.stringify(name.slice(0, 200));
  if (entry.isEncrypted) throw broken(`entry ${label} is encrypted`);
  if (size > maxBytes) throw new SuiteError('LIMIT_EXCEEDED', `Entry ${label} has ${size} bytes.`);
  if (offset < 0 || offset + LOCAL.size > bytes.length || bytes.readUInt32LE(offset) !== LOCAL.signature) {
    throw broken(`entry ${label} is not where it says`);
  }
  const start = offset + LOCAL.size + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (start + compressedSize > bytes.length) throw broken(`entry ${label} is cut off`);
  const content = bytes.subarray(start, start + compressedSize);
  if (method === 0) return content;
  if (method !== 8) throw broken(`entry ${label} is compressed by method ${method}`);
  const piece = Math.min(memoryOf(entry), LARGEST_PIECE);
  try {
    // Node asks for chunks of at least 64 bytes; what inflates to more than it says is broken.
    return inflateRawSync(content, {
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.max(64, piece + 1),
    });
  } catch (cause) {
    throw broken(`entry ${label} cannot be inflated to ${size} bytes`, cause);
  }
}

function broken(fact: string, cause?: unknown): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The zip archive is broken: ${fact}.`, { cause });
}
