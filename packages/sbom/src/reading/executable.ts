/** As many bytes as it takes to tell an executable. */
export const EXECUTABLE_HEAD_BYTES = 8;

const ELF = 0x7f454c46;
const MZ = 0x4d5a;
/** Mach-O of 32 and 64 bits, in both byte orders (mach-o/loader.h). */
const MACH_O: ReadonlySet<number> = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
/** Mach-O for several processors (mach-o/fat.h); Java's class files begin with the first of these, too. */
const FAT: ReadonlySet<number> = new Set([0xcafebabe, 0xcafebabf]);
/** Where fat files count their processors, class files have their version, which began with 45. */
const MAX_FAT_PROCESSORS = 40;

/** Whether the first bytes of a file are those of an ELF, PE or Mach-O file. */
export function isExecutable(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32BE(0);
  if (magic === ELF || magic >>> 16 === MZ || MACH_O.has(magic)) return true;
  return FAT.has(magic) && head.length >= 8 && head.readUInt32BE(4) <= MAX_FAT_PROCESSORS;
}
