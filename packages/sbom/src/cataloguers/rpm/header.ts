/** Tags of a header that an inventory uses (rpm, "rpmtag.h"). */
export const TAG = {
  sigMd5: 261,
  sha1Header: 269,
  sha256Header: 273,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  vendor: 1011,
  licence: 1014,
  url: 1020,
  arch: 1022,
  oldFilenames: 1027,
  fileModes: 1030,
  sourceRpm: 1044,
  provides: 1047,
  requires: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  payloadDigest: 5092,
  payloadDigestAlgorithm: 5093,
  modularityLabel: 5096,
} as const;

type Tag = (typeof TAG)[keyof typeof TAG];

const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

const TYPE = { int16: 3, int32: 4, string: 6, bin: 7, strings: 8, i18n: 9 } as const;

/** rpm itself refuses a header with more entries (rpm, "header.c", `hdrchkTags`). */
const MAX_ENTRIES = 0xffff;

interface Entry {
  readonly type: number;
  readonly at: number;
  readonly count: number;
}

/** A package's header, opened; values are read when they are asked for. */
export interface Header {
  string(tag: Tag): string | undefined;
  strings(tag: Tag): readonly string[];
  number(tag: Tag): number | undefined;
  numbers(tag: Tag): readonly number[];
  /** Hexadecimal digits of a binary value. */
  hex(tag: Tag): string | undefined;
}

/**
 * Opens a header as a database has it: the counts of entries and of bytes, then entries of tag, type, offset and
 * count, then bytes. `undefined` where these do not fit each other.
 */
export function openHeader(blob: Buffer): Header | undefined {
  if (blob.length < 8) return undefined;
  const count = blob.readUInt32BE(0);
  const data = 8 + 16 * count;
  const end = data + blob.readUInt32BE(4);
  if (count === 0 || count > MAX_ENTRIES || end > blob.length) return undefined;
  const entries = new Map<number, Entry>();
  for (let at = 8; at < data; at += 16) {
    const tag = blob.readUInt32BE(at);
    const offset = data + blob.readUInt32BE(at + 8);
    if (!WANTED.has(tag) || offset >= end) continue;
    entries.set(tag, { type: blob.readUInt32BE(at + 4), at: offset, count: blob.readUInt32BE(at + 12) });
  }
  const bytes = blob.subarray(0, end);
  const strings = (tag: Tag) => readStrings(bytes, entries.get(tag));
  const numbers = (tag: Tag) => readNumbers(bytes, entries.get(tag));
  return {
    strings,
    numbers,
    string: (tag) => readStrings(bytes, entries.get(tag), 1)[0] || undefined,
    number: (tag) => numbers(tag)[0],
    hex(tag) {
      const entry = entries.get(tag);
      if (entry?.type !== TYPE.bin || entry.at + entry.count > end) return undefined;
      return bytes.toString('hex', entry.at, entry.at + entry.count);
    },
  };
}

function readStrings(
  bytes: Buffer,
  entry: Entry | undefined,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  if (entry === undefined || ![TYPE.string, TYPE.strings, TYPE.i18n].some((type) => type === entry.type))
    return [];
  const found: string[] = [];
  // A count says nothing of how much is there: every string takes a byte at least.
  const count = Math.min(entry.type === TYPE.string ? 1 : entry.count, most);
  for (let at = entry.at; found.length < count && at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    if (end < 0) break;
    found.push(bytes.toString('utf8', at, end));
    at = end + 1;
  }
  return found;
}

function readNumbers(bytes: Buffer, entry: Entry | undefined): readonly number[] {
  if (entry === undefined) return [];
  const size = entry.type === TYPE.int32 ? 4 : entry.type === TYPE.int16 ? 2 : undefined;
  if (size === undefined) return [];
  const count = Math.min(entry.count, Math.floor((bytes.length - entry.at) / size));
  const read = (at: number) => (size === 4 ? bytes.readUInt32BE(at) : bytes.readUInt16BE(at));
  return Array.from({ length: count }, (_, index) => read(entry.at + index * size));
}
