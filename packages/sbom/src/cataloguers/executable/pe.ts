import { extentWithin, readCString } from './extent.ts';
import type { Executable, Section, Segment } from './parts.ts';

/** What the loader of Windows takes at most. */
const MOST_SECTIONS = 96;
const SECTION_ROW = 40;

/** `IMAGE_SCN_CNT_INITIALIZED_DATA`, `IMAGE_SCN_MEM_READ` and `IMAGE_SCN_MEM_WRITE`, beside any alignment. */
const DATA = 0xc0000040;
const ALIGNMENT = 0x00f00000;

/**
 * Reads the table of sections of a PE file (PE Format, "Section Table"); addresses count from the image's base,
 * as the pointers in it do.
 *
 * @throws RangeError where the file ends before its table.
 */
export function readPe(bytes: Buffer): Executable | undefined {
  const start = bytes.readUInt32LE(0x3c);
  if (bytes.toString('latin1', start, start + 4) !== 'PE\0\0') return undefined;
  const count = Math.min(bytes.readUInt16LE(start + 6), MOST_SECTIONS);
  const optional = start + 24;
  const kind = bytes.readUInt16LE(optional);
  if (kind !== 0x10b && kind !== 0x20b) return undefined;
  const isLong = kind === 0x20b;
  const base = isLong ? Number(bytes.readBigUInt64LE(optional + 24)) : bytes.readUInt32LE(optional + 28);
  const table = optional + bytes.readUInt16LE(start + 20);

  const sections: Section[] = [];
  const segments: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * SECTION_ROW;
    if (at + SECTION_ROW > bytes.length) break;
    const address = base + bytes.readUInt32LE(at + 12);
    const extent = extentWithin(bytes, bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 16));
    sections.push({ name: readCString(bytes, at, 8), address, ...extent });
    const isData = (bytes.readUInt32LE(at + 36) & ~ALIGNMENT) >>> 0 === DATA;
    segments.push({ address, ...extent, isData });
  }
  return { format: 'pe', bytes, isLittleEndian: true, pointerSize: isLong ? 8 : 4, sections, segments };
}
