import { SuiteError } from '@artifact-lifecycle/core';

/** Bits of a tag that say what follows: a literal, or a copy with an offset of 1, 2 or 4 bytes. */
const KIND_MASK = 0b11;
const LITERAL = 0;
const COPY_1 = 1;
const COPY_2 = 2;

/** A length of this and more says in how many bytes behind the tag the length stands. */
const LONG_LITERAL = 60;

/** A length of 32 bits takes five groups of seven. */
const MAX_LENGTH_BYTES = 5;

/**
 * Undoes snappy's block format (google/snappy, "format_description.txt"), in which GitHub keeps bundles. Node knows
 * no snappy, and a library would be more to trust than these lines.
 *
 * @param limit bytes of the result; checked before anything is made
 * @throws SuiteError `LIMIT_EXCEEDED`, `CONTENT_INVALID`
 */
export function decompressSnappy(bytes: Uint8Array, limit: number): Buffer {
  const { length, next } = readLength(bytes);
  if (length > limit) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `A compressed bundle has ${length} bytes once it is unpacked; the limit is ${limit}.`,
    );
  }
  const result = Buffer.alloc(length);
  let from = next;
  let to = 0;
  while (from < bytes.length) {
    const tag = byteAt(bytes, from);
    from += 1;
    if ((tag & KIND_MASK) === LITERAL) {
      const short = tag >> 2;
      const extra = short < LONG_LITERAL ? 0 : short - LONG_LITERAL + 1;
      const count = (extra === 0 ? short : littleEndian(bytes, from, extra)) + 1;
      from += extra;
      if (from + count > bytes.length || to + count > length) throw invalid();
      result.set(bytes.subarray(from, from + count), to);
      from += count;
      to += count;
      continue;
    }
    const { count, offset, size } = readCopy(bytes, from, tag);
    from += size;
    if (offset === 0 || offset > to || to + count > length) throw invalid();
    // Byte by byte: a copy may reach into what it is writing, which repeats it.
    for (let index = 0; index < count; index++, to++) result[to] = byteAt(result, to - offset);
  }
  if (to !== length) throw invalid();
  return result;
}

function readLength(bytes: Uint8Array): { readonly length: number; readonly next: number } {
  let length = 0;
  for (let at = 0; at < MAX_LENGTH_BYTES; at++) {
    const byte = byteAt(bytes, at);
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) {
      if (length >= 2 ** 32) throw invalid();
      return { length, next: at + 1 };
    }
  }
  throw invalid();
}

function readCopy(
  bytes: Uint8Array,
  from: number,
  tag: number,
): { readonly count: number; readonly offset: number; readonly size: number } {
  switch (tag & KIND_MASK) {
    case COPY_1:
      return { count: ((tag >> 2) & 0b111) + 4, offset: ((tag >> 5) << 8) + byteAt(bytes, from), size: 1 };
    case COPY_2:
      return { count: (tag >> 2) + 1, offset: littleEndian(bytes, from, 2), size: 2 };
    default:
      return { count: (tag >> 2) + 1, offset: littleEndian(bytes, from, 4), size: 4 };
  }
}

function littleEndian(bytes: Uint8Array, from: number, size: number): number {
  let value = 0;
  for (let index = 0; index < size; index++) value += byteAt(bytes, from + index) * 2 ** (8 * index);
  return value;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw invalid();
  return byte;
}

function invalid(): SuiteError {
  return new SuiteError('CONTENT_INVALID', 'A compressed bundle is not what snappy makes.');
}
