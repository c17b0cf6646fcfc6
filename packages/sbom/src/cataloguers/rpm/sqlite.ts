/** Pages of a database by their number from 1, wherever they are; `undefined` for one that is not there. */
export interface Pages {
  /** Bytes of a page that are used: its size without what extensions reserve. */
  readonly usable: number;
  page(number: number): Buffer | undefined;
}

/** A row of a table as its leaf has it. */
export interface Cell {
  readonly rowid: number;
  /** Bytes of the record as a whole. */
  readonly size: number;
  /** Its beginning, which lies in the leaf. */
  readonly local: Buffer;
  /** The first of the pages with the rest; 0 where there is none. */
  readonly overflow: number;
}

/** A page of a table's tree (SQLite, "Database File Format", 1.6). */
export type Node =
  | { readonly kind: 'interior'; readonly children: readonly number[] }
  | { readonly kind: 'leaf'; readonly cells: readonly Cell[] };

const LEAF = 0x0d;
const INTERIOR = 0x05;
const DATABASE_HEADER = 100;
const SIGNATURE = 'SQLite format 3\0';

/** What the first 100 bytes say. */
export interface DatabaseHeader {
  readonly pageSize: number;
  readonly usable: number;
  /** Whether changes may lie in a write-ahead log beside it. */
  readonly usesLog: boolean;
}

export function readDatabaseHeader(bytes: Buffer): DatabaseHeader | undefined {
  if (bytes.length < DATABASE_HEADER || bytes.toString('latin1', 0, 16) !== SIGNATURE) return undefined;
  const size = bytes.readUInt16BE(16);
  const pageSize = size === 1 ? 65536 : size;
  const usable = pageSize - bytes.readUInt8(20);
  // Powers of two from 512, of which at least 480 bytes are used.
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480) return undefined;
  return { pageSize, usable, usesLog: bytes[18] === 2 };
}

/** Reads a page of a table's tree; `undefined` where it is none. Cells that do not fit the page are left out. */
export function readNode(page: Buffer, number: number, usable: number): Node | undefined {
  const start = number === 1 ? DATABASE_HEADER : 0;
  const kind = page[start];
  if (page.length < usable || (kind !== LEAF && kind !== INTERIOR)) return undefined;
  const pointers = start + (kind === LEAF ? 8 : 12);
  const count = Math.min(page.readUInt16BE(start + 3), Math.floor((usable - pointers) / 2));
  const offsets = Array.from({ length: count }, (_, at) => page.readUInt16BE(pointers + 2 * at));
  if (kind === INTERIOR) {
    const children = offsets.filter((at) => at + 4 <= usable).map((at) => page.readUInt32BE(at));
    return { kind: 'interior', children: [...children, page.readUInt32BE(start + 8)] };
  }
  return { kind: 'leaf', cells: offsets.flatMap((at) => readCell(page, at, usable) ?? []) };
}

/** How much of a record lies in the leaf (1.5): all of it up to X, else what makes overflow pages full. */
function localSize(size: number, usable: number): number {
  const most = usable - 35;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const filling = least + ((size - least) % (usable - 4));
  return filling <= most ? filling : least;
}

function readCell(page: Buffer, at: number, usable: number): Cell | undefined {
  const size = readVarint(page, at);
  const rowid = size && readVarint(page, size.end);
  if (!size || !rowid) return undefined;
  const local = localSize(size.value, usable);
  const end = rowid.end + local;
  const isWhole = local === size.value;
  if (end + (isWhole ? 0 : 4) > usable) return undefined;
  return {
    rowid: rowid.value,
    size: size.value,
    local: page.subarray(rowid.end, end),
    overflow: isWhole ? 0 : page.readUInt32BE(end),
  };
}

/** Reads a big-endian base-128 number of up to 9 bytes. */
export function readVarint(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}

/**
 * Follows a record's overflow pages. Pages in `used` are another record's already: a file in which records share
 * pages could make any number of large ones.
 */
export function readOverflow(
  cell: Cell,
  pages: Pages,
  used: Set<number>,
): { readonly record: Buffer; readonly chain: readonly number[] } | undefined {
  const parts = [cell.local];
  const chain: number[] = [];
  let missing = cell.size - cell.local.length;
  for (let number = cell.overflow; missing > 0; ) {
    const page = used.has(number) ? undefined : pages.page(number);
    if (page === undefined || page.length < pages.usable) return undefined;
    used.add(number);
    chain.push(number);
    const there = Math.min(missing, pages.usable - 4);
    parts.push(page.subarray(4, 4 + there));
    missing -= there;
    number = page.readUInt32BE(0);
  }
  return { record: parts.length === 1 ? cell.local : Buffer.concat(parts), chain };
}

/** Reads the columns of a record (2.1): numbers, bytes of blobs and texts, `undefined` for anything else. */
export function readRecord(record: Buffer): readonly (number | Buffer | undefined)[] {
  const head = readVarint(record, 0);
  if (head === undefined) return [];
  const columns: (number | Buffer | undefined)[] = [];
  let body = head.value;
  for (let at = head.end; at < head.value && at < record.length; ) {
    const type = readVarint(record, at);
    if (type === undefined) break;
    at = type.end;
    const integer = [0, 1, 2, 3, 4, 6, 8][type.value];
    const size = type.value >= 12 ? Math.floor((type.value - 12) / 2) : (integer ?? 0);
    if (body + size > record.length) break;
    if (type.value >= 12) columns.push(record.subarray(body, body + size));
    else if (type.value >= 1 && type.value <= 4) columns.push(record.readIntBE(body, size));
    else columns.push(type.value === 8 ? 0 : type.value === 9 ? 1 : undefined);
    body += size;
  }
  return columns;
}
