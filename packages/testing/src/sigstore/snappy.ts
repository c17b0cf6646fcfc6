/** How far back a copy with two bytes of offset reaches, and how long it is at most (snappy, "format_description"). */
const MAX_OFFSET = 0xffff;
const MAX_COPY = 64;

/** Copies of fewer bytes are not worth their three bytes. */
const MIN_COPY = 4;

/** A literal with one byte of length behind its tag. */
const MAX_LITERAL = 256;

/** Compresses bytes in snappy's block format, as GitHub keeps bundles: literals, and copies of what came before. */
export function compressSnappy(bytes: Buffer): Buffer {
  const parts: Buffer[] = [writeVarint(bytes.length)];
  const seen = new Map<number, number>();
  let start = 0;
  let at = 0;
  while (at + MIN_COPY <= bytes.length) {
    const key = bytes.readUInt32LE(at);
    const before = seen.get(key);
    seen.set(key, at);
    if (before === undefined || at - before > MAX_OFFSET) {
      at += 1;
      continue;
    }
    let length = MIN_COPY;
    while (length < MAX_COPY && at + length < bytes.length && bytes[before + length] === bytes[at + length]) {
      length += 1;
    }
    parts.push(...writeLiterals(bytes.subarray(start, at)), writeCopy(at - before, length));
    at += length;
    start = at;
  }
  return Buffer.concat([...parts, ...writeLiterals(bytes.subarray(start))]);
}

function writeVarint(value: number): Buffer {
  const digits: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) digits.push((left % 0x80) | 0x80);
  return Buffer.from([...digits, left]);
}

function writeLiterals(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += MAX_LITERAL) {
    const piece = bytes.subarray(at, at + MAX_LITERAL);
    parts.push(Buffer.of(60 << 2, piece.length - 1), piece);
  }
  return parts;
}

function writeCopy(offset: number, length: number): Buffer {
  return Buffer.of(((length - 1) << 2) | 2, offset & 0xff, offset >> 8);
}
