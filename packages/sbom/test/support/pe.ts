/** A section of a PE file in tests. */
export interface PeSection {
  readonly name: string;
  /** Relative to the image's base. */
  readonly address: number;
  readonly bytes: Buffer;
  readonly isData: boolean;
}

/** Makes a PE file that has the fields a reader of sections looks at. */
export function makePe(bits: 32 | 64, base: number, sections: readonly PeSection[]): Buffer {
  const optionalSize = bits === 64 ? 240 : 224;
  const start = 0x80;
  const table = start + 24 + optionalSize;
  const head = Buffer.alloc(table + sections.length * 40);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(start, 0x3c);
  head.write('PE\0\0', start, 'latin1');
  head.writeUInt16LE(sections.length, start + 6);
  head.writeUInt16LE(optionalSize, start + 20);
  head.writeUInt16LE(bits === 64 ? 0x20b : 0x10b, start + 24);
  if (bits === 64) head.writeBigUInt64LE(BigInt(base), start + 48);
  else head.writeUInt32LE(base, start + 52);
  let offset = head.length;
  for (const [index, section] of sections.entries()) {
    const at = table + index * 40;
    head.write(section.name, at, 'latin1');
    head.writeUInt32LE(section.address, at + 12);
    head.writeUInt32LE(section.bytes.length, at + 16);
    head.writeUInt32LE(offset, at + 20);
    head.writeUInt32LE(section.isData ? 0xc0000040 : 0x40000040, at + 36);
    offset += section.bytes.length;
  }
  return Buffer.concat([head, ...sections.map(({ bytes }) => bytes)]);
}
