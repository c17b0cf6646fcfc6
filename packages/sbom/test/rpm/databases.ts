import { TAG } from '../../src/cataloguers/rpm/header.ts';

/** What a header of a test says. */
export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  readonly epoch?: number;
  readonly arch?: string;
  readonly vendor?: string;
  readonly provides?: readonly string[];
  readonly requires?: readonly string[];
  /** Absolute paths of files. */
  readonly files?: readonly string[];
  /** Characters of its summary: makes it as long as a test needs it. */
  readonly filling?: number;
}

type Value = string | readonly string[] | readonly number[] | Buffer;

/** Writes a header as a database has it. */
export function header(values: ReadonlyMap<number, Value>): Buffer {
  const entries: number[][] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of values) {
    const isNumbers = Array.isArray(value) && typeof value[0] === 'number';
    const [type, count] = isNumbers
      ? [4, value.length]
      : Array.isArray(value)
        ? [8, value.length]
        : Buffer.isBuffer(value)
          ? [7, value.length]
          : [6, 1];
    const bytes = isNumbers
      ? numbers(value as readonly number[])
      : Buffer.isBuffer(value)
        ? value
        : Buffer.from((Array.isArray(value) ? value : [value]).map((each) => `${each}\0`).join(''));
    entries.push([tag, type, offset, count]);
    data.push(bytes);
    offset += bytes.length;
  }
  const head = Buffer.alloc(8 + 16 * entries.length);
  head.writeUInt32BE(entries.length, 0);
  head.writeUInt32BE(offset, 4);
  entries.forEach((entry, at) => {
    for (const [column, each] of entry.entries()) head.writeUInt32BE(each, 8 + 16 * at + 4 * column);
  });
  return Buffer.concat([head, ...data]);
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, at * 4);
  return bytes;
}

/** Writes the header of a package. */
export function packageHeader(each: TestPackage): Buffer {
  const files = each.files ?? [];
  const folders = [...new Set(files.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))];
  const values: [number, Value][] = [
    [TAG.sigMd5, Buffer.alloc(16, 7)],
    [TAG.name, each.name],
    [TAG.version, each.version ?? '1'],
    [TAG.release, 'r'],
    [TAG.arch, each.arch ?? 'noarch'],
    [TAG.summary, 's'.repeat(each.filling ?? 1)],
    [TAG.sourceRpm, `${each.name}-${each.version ?? '1'}-r.src.rpm`],
    [TAG.vendor, each.vendor ?? 'Acme'],
    [TAG.provides, each.provides ?? [each.name]],
    [TAG.requires, each.requires ?? ['rpmlib(x)']],
  ];
  if (each.epoch !== undefined) values.push([TAG.epoch, [each.epoch]]);
  if (files.length > 0) {
    values.push(
      [TAG.baseNames, files.map((path) => path.slice(path.lastIndexOf('/') + 1))],
      [TAG.dirNames, folders],
      [TAG.dirIndexes, files.map((path) => folders.indexOf(path.slice(0, path.lastIndexOf('/') + 1)))],
    );
  }
  return header(new Map(values));
}

/** Writes a Packages.db of ndb. */
export function ndb(blobs: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP', 0);
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < 4096; at += 16) slots.write('Slot', at);
  let place = 4096;
  const parts = blobs.map((blob, at) => {
    const bytes = Buffer.alloc(Math.ceil((blob.length + 16) / 16) * 16);
    bytes.write('BlbS', 0);
    bytes.writeUInt32LE(at + 1, 4);
    bytes.writeUInt32LE(blob.length, 12);
    blob.copy(bytes, 16);
    slots.writeUInt32LE(at + 1, 32 + 16 * at + 4);
    slots.writeUInt32LE(place / 16, 32 + 16 * at + 8);
    slots.writeUInt32LE(bytes.length / 16, 32 + 16 * at + 12);
    place += bytes.length;
    return bytes;
  });
  return Buffer.concat([slots, ...parts]);
}

/** Writes a Packages of Berkeley DB: a page of pairs for each blob, and a chain of overflow pages. */
export function berkeleyDb(blobs: readonly Buffer[], order: 'LE' | 'BE' = 'LE'): Buffer {
  const SIZE = 512;
  const u32 = (page: Buffer, value: number, at: number) =>
    order === 'LE' ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const u16 = (page: Buffer, value: number, at: number) =>
    order === 'LE' ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const meta = Buffer.alloc(SIZE);
  u32(meta, 0x00061561, 12);
  u32(meta, SIZE, 20);
  meta[25] = 8;
  const pages = [meta];
  for (const blob of blobs) {
    const room = SIZE - 26;
    const pairs = Buffer.alloc(SIZE);
    pairs[25] = 13;
    u16(pairs, 2, 20);
    u16(pairs, SIZE - 5, 26);
    u16(pairs, SIZE - 17, 28);
    pairs[SIZE - 5] = 1;
    pairs[SIZE - 17] = 3;
    u32(pairs, pages.length + 1, SIZE - 13);
    u32(pairs, blob.length, SIZE - 9);
    pages.push(pairs);
    for (let at = 0; at < blob.length; at += room) {
      const page = Buffer.alloc(SIZE);
      page[25] = 7;
      const isLast = at + room >= blob.length;
      if (!isLast) u32(page, pages.length + 1, 16);
      u16(page, Math.min(room, blob.length - at), 22);
      blob.copy(page, 26, at);
      pages.push(page);
    }
  }
  u32(meta, pages.length - 1, 32);
  return Buffer.concat(pages);
}
