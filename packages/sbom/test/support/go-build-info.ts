const SENTINELS = {
  start: Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex'),
  end: Buffer.from('f932433186182072008242104116d8f2', 'hex'),
};

/** The list of modules between its sentinels, as cmd/go writes it. */
export function frame(modules: string): Buffer {
  return modules === ''
    ? Buffer.alloc(0)
    : Buffer.concat([SENTINELS.start, Buffer.from(modules), SENTINELS.end]);
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function header(pointerSize: number, flags: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write('\xff Go buildinf:', 'latin1');
  bytes[14] = pointerSize;
  bytes[15] = flags;
  return bytes;
}

/** What Go 1.18 and newer put into `.go.buildinfo`. */
export function inlineBuildInfo(version: string, modules: string): Buffer {
  const strings = [Buffer.from(version), frame(modules)];
  return Buffer.concat([header(8, 2), ...strings.flatMap((text) => [uvarint(text.length), text])]);
}

/** What Go before 1.18 put into the data of a program that is loaded at `address`. */
export function pointerBuildInfo(
  version: string,
  modules: string,
  layout: { readonly address: number; readonly pointerSize: 4 | 8; readonly isLittleEndian: boolean },
): Buffer {
  const { address, pointerSize, isLittleEndian } = layout;
  const strings = [Buffer.from(version), frame(modules)];
  const headersAt = 32;
  const head = header(pointerSize, isLittleEndian ? 0 : 1);
  const rows = Buffer.alloc(4 * pointerSize);
  const write = (target: Buffer, offset: number, value: number): void => {
    if (pointerSize === 8 && isLittleEndian) target.writeBigUInt64LE(BigInt(value), offset);
    else if (pointerSize === 8) target.writeBigUInt64BE(BigInt(value), offset);
    else if (isLittleEndian) target.writeUInt32LE(value, offset);
    else target.writeUInt32BE(value, offset);
  };
  let at = headersAt + rows.length;
  for (const [index, text] of strings.entries()) {
    const row = index * 2 * pointerSize;
    write(head, 16 + index * pointerSize, address + headersAt + row);
    write(rows, row, address + at);
    write(rows, row + pointerSize, text.length);
    at += text.length;
  }
  return Buffer.concat([head, rows, ...strings]);
}
