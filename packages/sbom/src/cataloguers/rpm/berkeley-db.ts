const HASH_MAGIC = 0x00061561;
const HASH_META_PAGE = 8;
/** Pages of pairs: sorted ones, and unsorted ones of before Berkeley DB 4.6 (CentOS 5). */
const PAIR_PAGES: ReadonlySet<number | undefined> = new Set([13, 2]);
const OVERFLOW_PAGE = 7;
const PAGE_HEADER = 26;
/** Where a value lies: beside its key, or on pages of its own. */
const INLINE = 1;
const ON_OTHER_PAGES = 3;
/** The database's own counter lies among the packages, with 4 bytes. */
const MIN_HEADER_BYTES = 24;

/** Whether a file is a Berkeley DB of the kind rpm uses: a hash, of either byte order. */
export function isBerkeleyHash(bytes: Buffer): boolean {
  if (bytes.length < 512 || bytes[25] !== HASH_META_PAGE) return false;
  return bytes.readUInt32LE(12) === HASH_MAGIC || bytes.readUInt32BE(12) === HASH_MAGIC;
}

/**
 * Reads the values of rpm's `Packages` as Red Hat's systems up to 8 have it (Berkeley DB, "db_page.h"): pages of
 * pairs in any order, longer values on chains of overflow pages. A chain that is broken or that another value uses
 * calls `broken`.
 */
export function* readBerkeleyHash(bytes: Buffer, broken: () => void): Generator<Buffer> {
  const isLittle = bytes.readUInt32LE(12) === HASH_MAGIC;
  const u32 = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const u16 = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const pageSize = u32(20);
  const isEncrypted = bytes[24] !== 0;
  if (isEncrypted || pageSize < 512 || pageSize > 65536) return broken();
  const pages = Math.floor(bytes.length / pageSize);
  // Each page is one value's: otherwise a small file could make any number of large ones.
  const used = new Uint8Array(pages);

  const chain = (first: number, length: number): Buffer | undefined => {
    if (length > bytes.length) return undefined;
    const parts: Buffer[] = [];
    let missing = length;
    for (let number = first; missing > 0; ) {
      if (number === 0 || number >= pages || used[number] !== 0) return undefined;
      used[number] = 1;
      const at = number * pageSize;
      if (bytes[at + 25] !== OVERFLOW_PAGE) return undefined;
      const next = u32(at + 16);
      const there = Math.min(
        missing,
        next === 0 ? u16(at + 22) : pageSize - PAGE_HEADER,
        pageSize - PAGE_HEADER,
      );
      if (there === 0) return undefined;
      parts.push(bytes.subarray(at + PAGE_HEADER, at + PAGE_HEADER + there));
      missing -= there;
      number = next;
    }
    return Buffer.concat(parts);
  };

  for (let number = 1; number < pages; number++) {
    const page = number * pageSize;
    if (!PAIR_PAGES.has(bytes[page + 25])) continue;
    const entries = Math.min(u16(page + 20), Math.floor((pageSize - PAGE_HEADER) / 2));
    for (let entry = 1; entry < entries; entry += 2) {
      const offset = u16(page + PAGE_HEADER + entry * 2);
      if (offset + 12 > pageSize) continue;
      const at = page + offset;
      if (bytes[at] === ON_OTHER_PAGES) {
        const value = chain(u32(at + 4), u32(at + 8));
        if (value === undefined) broken();
        else yield value;
      } else if (bytes[at] === INLINE) {
        // Entries grow from the end of the page: a value ends where its key begins.
        const end = page + u16(page + PAGE_HEADER + (entry - 1) * 2);
        if (end - at > MIN_HEADER_BYTES && end <= page + pageSize) yield bytes.subarray(at + 1, end);
      }
    }
  }
}
