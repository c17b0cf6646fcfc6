/** What an ELF file is made of in tests. */
export interface ElfParts {
  readonly bits?: 32 | 64;
  readonly isLittleEndian?: boolean;
  /** Bytes by the names of their sections. */
  readonly sections?: Readonly<Record<string, Buffer>>;
  /** A writable segment: its address in memory, and what lies there. */
  readonly data?: { readonly address: number; readonly bytes: Buffer };
}

/** Makes an ELF file: header, one program header, contents, the table of sections. */
export function makeElf({ bits = 64, isLittleEndian = true, sections = {}, data }: ElfParts): Buffer {
  const is64 = bits === 64;
  const chunks: Buffer[] = [];
  let at = 0;
  const append = (bytes: Buffer): number => {
    const padding = Buffer.alloc((16 - (at % 16)) % 16);
    chunks.push(padding, bytes);
    const offset = at + padding.length;
    at = offset + bytes.length;
    return offset;
  };
  const write = (target: Buffer, offset: number, size: 2 | 4 | 8, value: number): void => {
    if (size === 8 && isLittleEndian) target.writeBigUInt64LE(BigInt(value), offset);
    else if (size === 8) target.writeBigUInt64BE(BigInt(value), offset);
    else if (isLittleEndian) target.writeUIntLE(value, offset, size);
    else target.writeUIntBE(value, offset, size);
  };
  const word = is64 ? 8 : 4;
  const header = Buffer.alloc(is64 ? 64 : 52);
  append(header);
  const segment = Buffer.alloc(is64 ? 56 : 32);
  const segmentAt = append(segment);
  if (data !== undefined) {
    const offset = append(data.bytes);
    const [flags, offsetAt, addressAt, sizeAt] = is64 ? [4, 8, 16, 32] : [24, 4, 8, 16];
    write(segment, 0, 4, 1);
    write(segment, flags, 4, 6);
    write(segment, offsetAt, word, offset);
    write(segment, addressAt, word, data.address);
    write(segment, sizeAt, word, data.bytes.length);
  }

  const names = ['', ...Object.keys(sections), '.shstrtab'];
  const strings = Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
  const contents = [Buffer.alloc(0), ...Object.values(sections), strings];
  const [addressAt, offsetAt, sizeAt] = is64 ? [16, 24, 32] : [12, 16, 20];
  let nameAt = 0;
  const rows = contents.map((content, index) => {
    const row = Buffer.alloc(is64 ? 64 : 40);
    write(row, 0, 4, nameAt);
    write(row, 4, 4, index === 0 ? 0 : 1);
    write(row, addressAt, word, 0);
    write(row, offsetAt, word, append(content));
    write(row, sizeAt, word, content.length);
    nameAt += (names[index] ?? '').length + 1;
    return row;
  });
  const tableAt = append(Buffer.concat(rows));

  header.write('\x7fELF', 0, 'latin1');
  header[4] = is64 ? 2 : 1;
  header[5] = isLittleEndian ? 1 : 2;
  const counts = is64 ? 54 : 42;
  write(header, is64 ? 32 : 28, word, data === undefined ? 0 : segmentAt);
  write(header, is64 ? 40 : 32, word, tableAt);
  write(header, counts, 2, segment.length);
  write(header, counts + 2, 2, data === undefined ? 0 : 1);
  write(header, counts + 4, 2, is64 ? 64 : 40);
  write(header, counts + 6, 2, rows.length);
  write(header, counts + 8, 2, rows.length - 1);
  return Buffer.concat(chunks);
}
