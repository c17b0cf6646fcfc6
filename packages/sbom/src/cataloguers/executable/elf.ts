import { extentWithin, readCString, readUInt16, readUInt32, readUInt64 } from './extent.ts';
import type { Executable, Section, Segment } from './parts.ts';

/** An object file may have more (one section a function), but nothing that is installed. */
const MOST_SECTIONS = 4096;
const MOST_SEGMENTS = 256;
/** Longer than any section's name that means something. */
const LONGEST_NAME = 64;

const PT_LOAD = 1;
const SHT_NOBITS = 8;
const [WRITABLE, EXECUTABLE] = [2, 1];

/** How the fields of ELF files of 32 and 64 bits lie (System V ABI, "Object files"). */
const LAYOUTS = {
  4: { header: 28, counts: 42, segment: [24, 4, 8, 16], section: [4, 12, 16, 20] },
  8: { header: 32, counts: 54, segment: [4, 8, 16, 32], section: [4, 16, 24, 32] },
} as const;

/**
 * Reads the tables of an ELF file of either size and byte order.
 *
 * @throws RangeError where a table ends outside of the file.
 */
export function readElf(bytes: Buffer): Executable | undefined {
  const pointerSize = bytes[4] === 1 ? 4 : bytes[4] === 2 ? 8 : undefined;
  if (pointerSize === undefined || (bytes[5] !== 1 && bytes[5] !== 2)) return undefined;
  const isLittleEndian = bytes[5] === 1;
  const layout = LAYOUTS[pointerSize];
  const half = (at: number): number => readUInt16(bytes, at, isLittleEndian);
  const word = (at: number): number => readUInt32(bytes, at, isLittleEndian);
  const long = (at: number): number => (pointerSize === 8 ? readUInt64(bytes, at, isLittleEndian) : word(at));

  const readSegment = (at: number): Segment | undefined => {
    if (word(at) !== PT_LOAD) return undefined;
    const [flagsAt, offsetAt, addressAt, sizeAt] = layout.segment;
    const flags = word(at + flagsAt);
    return {
      address: long(at + addressAt),
      ...extentWithin(bytes, long(at + offsetAt), long(at + sizeAt)),
      isData: (flags & (WRITABLE | EXECUTABLE)) === WRITABLE,
    };
  };

  const [segmentSize, segmentCount, sectionSize, sectionCount, namesIndex] = [0, 2, 4, 6, 8].map((at) =>
    half(layout.counts + at),
  ) as [number, number, number, number, number];
  const segments: Segment[] = [];
  for (let index = 0; index < Math.min(segmentCount, MOST_SEGMENTS); index++) {
    const at = long(layout.header) + index * segmentSize;
    if (at + segmentSize > bytes.length) break;
    const segment = readSegment(at);
    if (segment !== undefined) segments.push(segment);
  }

  const tableAt = long(layout.header + pointerSize);
  const [typeAt, addressAt, offsetAt, sizeAt] = layout.section;
  const rowAt = (index: number): number => tableAt + index * sectionSize;
  const isThere = (index: number): boolean => tableAt > 0 && rowAt(index) + sectionSize <= bytes.length;
  const sections: Section[] = [];
  if (sectionCount > 0 && isThere(namesIndex)) {
    const names = extentWithin(bytes, long(rowAt(namesIndex) + offsetAt), long(rowAt(namesIndex) + sizeAt));
    for (let index = 0; index < Math.min(sectionCount, MOST_SECTIONS) && isThere(index); index++) {
      const at = rowAt(index);
      const nameAt = Math.min(word(at), names.size);
      const isEmpty = word(at + typeAt) === SHT_NOBITS;
      sections.push({
        name: readCString(bytes, names.offset + nameAt, Math.min(LONGEST_NAME, names.size - nameAt)),
        address: long(at + addressAt),
        ...extentWithin(bytes, long(at + offsetAt), isEmpty ? 0 : long(at + sizeAt)),
      });
    }
  }
  return { format: 'elf', bytes, isLittleEndian, pointerSize, sections, segments };
}
