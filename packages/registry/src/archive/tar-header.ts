import { SuiteError } from '@artifact-lifecycle/core';

/** Headers and content come in blocks of this size (POSIX pax, "ustar Interchange Format"). */
export const TAR_BLOCK_BYTES = 512;

/** The fields of one header block, before long names and pax records are applied. */
export interface TarHeader {
  readonly name: string;
  readonly linkName: string;
  /** The type flag: `0` a file, `5` a directory, `L` a GNU long name, `x` pax records, … */
  readonly flag: string;
  /** Bytes of content behind the header. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the Unix epoch. */
  readonly mtime: number;
  /** Whether a GNU sparse header goes on in the next block. */
  readonly isExtended: boolean;
}

/**
 * Reads a header block; `undefined` for a block of zeros, which ends an archive.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parseTarHeader(block: Uint8Array, what: string): TarHeader | undefined {
  const bytes = Buffer.isBuffer(block)
    ? block
    : Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (bytes[0] === 0 && bytes.every((byte) => byte === 0)) return undefined;
  verifyChecksum(bytes, what);
  const flag = bytes[156] === 0 ? '0' : bytes.toString('latin1', 156, 157);
  // GNU tar writes "ustar  " and uses the place of the prefix for times.
  const isPosix = bytes.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? readText(bytes, 345, 155) : '';
  const name = readText(bytes, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: readText(bytes, 157, 100),
    flag,
    size: readTarNumber(bytes, 124, 12, 'size', what),
    mode: readTarNumber(bytes, 100, 8, 'mode', what),
    uid: readTarNumber(bytes, 108, 8, 'uid', what),
    gid: readTarNumber(bytes, 116, 8, 'gid', what),
    mtime: readTarNumber(bytes, 136, 12, 'mtime', what),
    isExtended: flag === 'S' && bytes[482] !== 0,
  };
}

/** Text up to the first zero byte. Names in tars are bytes; those that are no UTF-8 get replacement characters. */
function readText(bytes: Buffer, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const end = part.indexOf(0);
  return part.toString('utf8', 0, end === -1 ? length : end);
}

/**
 * Reads a number of a header: octal digits with blanks and zero bytes around them, or with the first bit set a
 * big-endian binary number (GNU and star, for what is too large).
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function readTarNumber(
  bytes: Buffer,
  start: number,
  length: number,
  field: string,
  what: string,
): number {
  const end = start + length;
  const first = bytes[start] ?? 0;
  if (first & 0x80) return readBinary(bytes.subarray(start, end), field, what);
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  let value = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  while (at < end && isBlank(bytes[at])) at++;
  if (at < end) throw invalid(what, `has an entry whose ${field} is no octal number`);
  return value;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20;
}

function readBinary(part: Buffer, field: string, what: string): number {
  const first = part[0] ?? 0;
  const isNegative = (first & 0x40) !== 0;
  const value = BigInt.asIntN(part.length * 8 - 1, BigInt(`0x${part.toString('hex')}`));
  const mayBeNegative = field === 'mtime';
  if ((isNegative && !mayBeNegative) || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalid(what, `has an entry with an impossible ${field}`);
  }
  return Number(value);
}

/** The sum of all bytes, with the sum's own eight taken as spaces. Old tars summed signed bytes. */
function verifyChecksum(bytes: Buffer, what: string): void {
  const stated = readTarNumber(bytes, 148, 8, 'checksum', what);
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let at = 0; at < 148; at++) {
    const byte = bytes[at] ?? 0;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let at = 156; at < TAR_BLOCK_BYTES; at++) {
    const byte = bytes[at] ?? 0;
    unsigned += byte;
    high += byte >> 7;
  }
  const signed = unsigned - 256 * high;
  if (stated !== unsigned && stated !== signed) throw invalid(what, 'has a header with a wrong checksum');
}

function invalid(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`);
}
