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
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (bytes.every((byte) => byte === 0)) return undefined;
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
    size: readNumber(bytes, 124, 12, 'size', what),
    mode: readNumber(bytes, 100, 8, 'mode', what),
    uid: readNumber(bytes, 108, 8, 'uid', what),
    gid: readNumber(bytes, 116, 8, 'gid', what),
    mtime: readNumber(bytes, 136, 12, 'mtime', what),
    isExtended: flag === 'S' && bytes[482] !== 0,
  };
}

/** Text up to the first zero byte. Names in tars are bytes; those that are no UTF-8 get replacement characters. */
function readText(bytes: Buffer, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const end = part.indexOf(0);
  return part.toString('utf8', 0, end === -1 ? length : end);
}

/** Octal digits, or with the first bit set a big-endian binary number (GNU and star, for what is too large). */
function readNumber(bytes: Buffer, start: number, length: number, field: string, what: string): number {
  const part = bytes.subarray(start, start + length);
  const first = part[0] ?? 0;
  if (first & 0x80) {
    const isNegative = (first & 0x40) !== 0;
    const value = BigInt.asIntN(length * 8 - 1, BigInt(`0x${part.toString('hex')}`));
    const mayBeNegative = field === 'mtime';
    if ((isNegative && !mayBeNegative) || value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw invalid(what, `has an entry with an impossible ${field}`);
    }
    return Number(value);
  }
  const text = part.toString('latin1').replaceAll('\0', ' ').trim();
  if (text === '') return 0;
  if (!/^[0-7]{1,12}$/.test(text)) throw invalid(what, `has an entry whose ${field} is no octal number`);
  return Number.parseInt(text, 8);
}

/** The sum of all bytes, with the sum's own eight taken as spaces. Old tars summed signed bytes. */
function verifyChecksum(bytes: Buffer, what: string): void {
  const stated = readNumber(bytes, 148, 8, 'checksum', what);
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (bytes[at] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  if (stated !== unsigned && stated !== signed) throw invalid(what, 'has a header with a wrong checksum');
}

function invalid(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`);
}
