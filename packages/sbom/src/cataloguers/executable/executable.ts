import { readElf } from './elf.ts';
import { isOutside } from './extent.ts';
import { readMachO, slicesOfFat } from './mach-o.ts';
import type { Executable } from './parts.ts';
import { readPe } from './pe.ts';

export type { Executable } from './parts.ts';

const ELF = 0x7f454c46;
const MACH_O: ReadonlySet<number> = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const FAT: ReadonlySet<number> = new Set([0xcafebabe, 0xcafebabf]);
const MZ = 0x4d5a;

/** A Java class has the same first bytes as a fat Mach-O file, and its version, at least 45, where that has a count. */
const MOST_SLICES = 32;

/** Whether a file is an ELF, PE or Mach-O file by its first eight bytes. */
export function looksExecutable(head: Buffer): boolean {
  if (head.length < 8) return false;
  const magic = head.readUInt32BE(0);
  if (magic === ELF || MACH_O.has(magic)) return true;
  if (FAT.has(magic)) return head.readUInt32BE(4) <= MOST_SLICES;
  return magic >>> 16 === MZ;
}

/**
 * Reads where the parts of an executable lie: one for an ELF, PE or Mach-O file, one for each processor of a fat
 * Mach-O file, none for what is not executable or too broken to say. Every offset is within the file; parts that
 * claim to lie outside are left out or cut.
 */
export function readExecutables(bytes: Buffer): readonly Executable[] {
  if (!looksExecutable(bytes)) return [];
  const magic = bytes.readUInt32BE(0);
  const files = FAT.has(magic) ? slicesOfFat(bytes).slice(0, MOST_SLICES) : [bytes];
  return files.flatMap((file) => readOne(file) ?? []);
}

function readOne(bytes: Buffer): Executable | undefined {
  try {
    const magic = bytes.readUInt32BE(0);
    if (magic === ELF) return readElf(bytes);
    if (MACH_O.has(magic)) return readMachO(bytes);
    return magic >>> 16 === MZ ? readPe(bytes) : undefined;
  } catch (error) {
    if (isOutside(error)) return undefined;
    throw error;
  }
}

/** The bytes of a section, a view on the file; `undefined` where there is none of this name with content. */
export function sectionBytes(executable: Executable, ...names: readonly string[]): Buffer | undefined {
  const section = executable.sections.find(({ name, size }) => size > 0 && names.includes(name));
  return section && executable.bytes.subarray(section.offset, section.offset + section.size);
}

/**
 * The bytes that lie at an address in memory: at most `length`, fewer where the segment's content ends, a view on
 * the file; `undefined` where no segment has content there.
 */
export function bytesAt(executable: Executable, address: number, length: number): Buffer | undefined {
  for (const segment of executable.segments) {
    const within = address - segment.address;
    if (within < 0 || within >= segment.size) continue;
    const start = segment.offset + within;
    return executable.bytes.subarray(start, start + Math.min(length, segment.size - within));
  }
  return undefined;
}
