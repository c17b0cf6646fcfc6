import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive of a test. */
export interface ZipPart {
  readonly content: string | Buffer;
  readonly isStored?: boolean;
  /** Sizes stand behind the content, as a writer does that streams. */
  readonly hasDescriptor?: boolean;
  readonly isEncrypted?: boolean;
  /** What the tables say it inflates to, where that is not so. */
  readonly claimedSize?: number;
}

export interface ZipOptions {
  /** Bytes before the archive, of which its offsets know nothing. */
  readonly prefix?: Buffer;
  readonly comment?: string;
  /** Whether sizes, offsets and counts stand in the fields of 64 bits. */
  readonly isLong?: boolean;
}

const [WORD, SHORT] = [0xffffffff, 0xffff];

/** Writes a zip archive of files by name; a string or bytes alone are deflated. */
export function makeZip(
  files: Readonly<Record<string, string | Buffer | ZipPart>>,
  { prefix = Buffer.alloc(0), comment = '', isLong = false }: ZipOptions = {},
): Buffer {
  const chunks: Buffer[] = [];
  const rows: Buffer[] = [];
  let at = 0;
  const append = (...parts: readonly Buffer[]): void => {
    for (const part of parts) {
      chunks.push(part);
      at += part.length;
    }
  };
  for (const [name, given] of Object.entries(files)) {
    const part: ZipPart = typeof given === 'string' || Buffer.isBuffer(given) ? { content: given } : given;
    const content = Buffer.from(part.content);
    const data = part.isStored === true ? content : deflateRawSync(content);
    const size = part.claimedSize ?? content.length;
    const flags = (part.hasDescriptor === true ? 8 : 0) | (part.isEncrypted === true ? 1 : 0) | 0x800;
    const label = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(part.isStored === true ? 0 : 8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(label.length, 22);
    const local = Buffer.concat([signature(0x04034b50), common]);
    if (part.hasDescriptor === true) local.fill(0, 14, 26);

    const extra = isLong ? longExtra(size, data.length, at) : Buffer.alloc(0);
    const row = Buffer.alloc(46);
    row.writeUInt32LE(0x02014b50, 0);
    common.copy(row, 6);
    row.writeUInt16LE(extra.length, 30);
    if (isLong) {
      row.writeUInt32LE(WORD, 20);
      row.writeUInt32LE(WORD, 24);
    }
    row.writeUInt32LE(isLong ? WORD : at, 42);
    rows.push(row, label, extra);
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc32(content), 4);
    descriptor.writeUInt32LE(data.length, 8);
    descriptor.writeUInt32LE(content.length, 12);
    append(local, label, data, part.hasDescriptor === true ? descriptor : Buffer.alloc(0));
  }
  const start = at;
  append(...rows);
  const count = Object.keys(files).length;
  if (isLong) append(longEnd(count, at - start, start, at));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isLong ? SHORT : count, 8);
  end.writeUInt16LE(isLong ? SHORT : count, 10);
  end.writeUInt32LE(isLong ? WORD : rows.reduce((sum, { length }) => sum + length, 0), 12);
  end.writeUInt32LE(isLong ? WORD : start, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([prefix, ...chunks, end, Buffer.from(comment)]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function longExtra(size: number, compressedSize: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  for (const [index, value] of [size, compressedSize, offset].entries()) {
    extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  }
  return extra;
}

function longEnd(count: number, size: number, start: number, at: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(at), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
