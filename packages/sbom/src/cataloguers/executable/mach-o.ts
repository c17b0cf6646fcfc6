import { extentWithin, readCString, readUInt32, readUInt64 } from './extent.ts';
import type { Executable, Section, Segment } from './parts.ts';

/** A large program has a few dozen load commands and some ten sections in each segment. */
const MOST_COMMANDS = 4096;
const MOST_SECTIONS = 4096;

const [LC_SEGMENT, LC_SEGMENT_64] = [0x1, 0x19];
const [READ, WRITE] = [1, 2];

/** The files inside a fat Mach-O file, one for each processor; those that lie outside of it are left out. */
export function slicesOfFat(bytes: Buffer): readonly Buffer[] {
  const isLong = bytes.readUInt32BE(0) === 0xcafebabf;
  const rowSize = isLong ? 32 : 20;
  const slices: Buffer[] = [];
  for (let index = 0; index < bytes.readUInt32BE(4); index++) {
    const at = 8 + index * rowSize;
    if (at + rowSize > bytes.length) break;
    const offset = isLong ? readUInt64(bytes, at + 8, false) : bytes.readUInt32BE(at + 8);
    const size = isLong ? readUInt64(bytes, at + 16, false) : bytes.readUInt32BE(at + 12);
    const extent = extentWithin(bytes, offset, size);
    if (extent.size >= 8) slices.push(bytes.subarray(extent.offset, extent.offset + extent.size));
  }
  return slices;
}

/**
 * Reads the segments and sections of a Mach-O file (mach-o/loader.h).
 *
 * @throws RangeError where the file ends before its load commands.
 */
export function readMachO(bytes: Buffer): Executable | undefined {
  const isLittleEndian = bytes[0] !== 0xfe;
  const word = (at: number): number => readUInt32(bytes, at, isLittleEndian);
  const magic = word(0);
  const isLong = magic === 0xfeedfacf;
  const pointerSize = isLong ? 8 : 4;
  const long = (at: number): number => (isLong ? readUInt64(bytes, at, isLittleEndian) : word(at));

  const sections: Section[] = [];
  const segments: Segment[] = [];
  const readSections = (from: number, to: number, count: number): void => {
    const rowSize = isLong ? 80 : 68;
    for (let index = 0; index < count && sections.length < MOST_SECTIONS; index++) {
      const at = from + index * rowSize;
      if (at + rowSize > to) break;
      const [address, size] = [long(at + 32), long(at + 32 + pointerSize)];
      const offset = word(at + 32 + 2 * pointerSize);
      sections.push({ name: readCString(bytes, at, 16), address, ...extentWithin(bytes, offset, size) });
    }
  };

  const count = Math.min(word(16), MOST_COMMANDS);
  for (let index = 0, at = isLong ? 32 : 28; index < count && at + 8 <= bytes.length; index++) {
    const [command, size] = [word(at), word(at + 4)];
    if (size < 8) break;
    if (command === (isLong ? LC_SEGMENT_64 : LC_SEGMENT)) {
      const fields = at + 24;
      const address = long(fields);
      const extent = extentWithin(bytes, long(fields + 2 * pointerSize), long(fields + 3 * pointerSize));
      const protections = fields + 4 * pointerSize;
      const isData = word(protections) === (READ | WRITE) && word(protections + 4) === (READ | WRITE);
      segments.push({ address, ...extent, isData });
      readSections(protections + 16, Math.min(at + size, bytes.length), word(protections + 8));
    }
    at += size;
  }
  return { format: 'mach-o', bytes, isLittleEndian, pointerSize, sections, segments };
}
