const MAGIC = 0x506d7052; // RpmP
const SLOT = 0x746f6c53; // Slot
const BLOB = 0x53626c42; // BlbS
const SLOT_PAGE = 4096;
const SLOT_BYTES = 16;
const BLOCK_BYTES = 16;
const FIRST_SLOT = 32;

/** rpm writes one page of slots for 256 packages: this is half a million (go-rpmdb has the same limit). */
const MAX_SLOT_PAGES = 2048;

/** Whether a file is rpm's own database format, which SUSE's systems have. */
export function isNdb(bytes: Buffer): boolean {
  return bytes.length >= FIRST_SLOT && bytes.readUInt32LE(0) === MAGIC;
}

/**
 * Reads the packages of rpm's `Packages.db` (rpm, "rpmpkg.c"): a table of slots, each with the place of a blob, in
 * which a head of 16 bytes comes before the header. A blob that is not where its slot says calls `broken`.
 */
export function* readNdb(bytes: Buffer, broken: () => void): Generator<Buffer> {
  const slotPages = bytes.readUInt32LE(12);
  if (bytes.readUInt32LE(4) !== 0 || slotPages > MAX_SLOT_PAGES) return broken();
  const end = Math.min(slotPages * SLOT_PAGE, bytes.length - SLOT_BYTES + 1);
  // Blobs do not overlap: together they are no longer than the file.
  let budget = bytes.length;
  for (let slot = FIRST_SLOT; slot < end; slot += SLOT_BYTES) {
    const index = bytes.readUInt32LE(slot + 4);
    if (bytes.readUInt32LE(slot) !== SLOT) return broken();
    if (index === 0) continue;
    const at = bytes.readUInt32LE(slot + 8) * BLOCK_BYTES;
    const isThere =
      at + 16 <= bytes.length && bytes.readUInt32LE(at) === BLOB && bytes.readUInt32LE(at + 4) === index;
    const length = isThere ? bytes.readUInt32LE(at + 12) : 0;
    budget -= length;
    if (!isThere || budget < 0 || at + 16 + length > bytes.length) broken();
    else yield bytes.subarray(at + 16, at + 16 + length);
  }
}
