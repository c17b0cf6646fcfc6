/** What a Mach-O file is made of in tests: one writable segment, and one section with content of its own. */
export interface MachOParts {
  readonly bits: 32 | 64;
  readonly isLittleEndian: boolean;
  readonly address: number;
  readonly data: Buffer;
  readonly section: readonly [name: string, bytes: Buffer];
}

export function makeMachO({ bits, isLittleEndian, address, data, section }: MachOParts): Buffer {
  const is64 = bits === 64;
  const word = is64 ? 8 : 4;
  const [headerSize, commandSize, sectionSize] = is64 ? [32, 72, 80] : [28, 56, 68];
  const head = Buffer.alloc(headerSize + commandSize + sectionSize);
  const write = (offset: number, size: 4 | 8, value: number): void => {
    if (size === 8 && isLittleEndian) head.writeBigUInt64LE(BigInt(value), offset);
    else if (size === 8) head.writeBigUInt64BE(BigInt(value), offset);
    else if (isLittleEndian) head.writeUInt32LE(value, offset);
    else head.writeUInt32BE(value, offset);
  };
  write(0, 4, is64 ? 0xfeedfacf : 0xfeedface);
  write(16, 4, 1);
  write(headerSize, 4, is64 ? 0x19 : 0x1);
  write(headerSize + 4, 4, commandSize + sectionSize);
  head.write('__DATA', headerSize + 8, 'latin1');
  const fields = headerSize + 24;
  write(fields, word, address);
  write(fields + word, word, data.length);
  write(fields + 2 * word, word, head.length);
  write(fields + 3 * word, word, data.length);
  write(fields + 4 * word, 4, 3);
  write(fields + 4 * word + 4, 4, 3);
  write(fields + 4 * word + 8, 4, 1);
  const [name, content] = section;
  const at = headerSize + commandSize;
  head.write(name, at, 'latin1');
  write(at + 32 + word, word, content.length);
  write(at + 32 + 2 * word, 4, head.length + data.length);
  return Buffer.concat([head, data, content]);
}

/** A file with one Mach-O file for each processor. */
export function makeFat(slices: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8 + slices.length * 20);
  head.writeUInt32BE(0xcafebabe, 0);
  head.writeUInt32BE(slices.length, 4);
  let offset = head.length;
  for (const [index, { length }] of slices.entries()) {
    head.writeUInt32BE(offset, 8 + index * 20 + 8);
    head.writeUInt32BE(length, 8 + index * 20 + 12);
    offset += length;
  }
  return Buffer.concat([head, ...slices]);
}
