/** An entry to write. */
export interface WrittenEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly flag?: string;
  readonly linkName?: string;
  /** Overrides the size field. */
  readonly size?: number | string;
  readonly posix?: boolean;
}

const BLOCK = 512;

/** One header block with its checksum. */
export function tarHeader(entry: WrittenEntry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const content = Buffer.from(entry.content ?? '');
  block.write(entry.name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0001750\0', 108);
  block.write('0000144\0', 116);
  const size = entry.size ?? content.length;
  block.write(typeof size === 'string' ? size : `${size.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
  block.write('14371573540\0', 136);
  block.write(entry.flag ?? '0', 156);
  block.write(entry.linkName ?? '', 157, 100);
  if (entry.posix ?? true) block.write('ustar\x0000', 257);
  return checksummed(block);
}

/** Sums a header anew after it was changed. */
export function checksummed(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A tar of entries, ended by two blocks of zeros. */
export function writeTar(entries: readonly WrittenEntry[]): Buffer {
  const parts = entries.flatMap((entry) => [tarHeader(entry), padded(entry.content ?? '')]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** An entry of pax records for the next entry (`x`) or all that follow (`g`). */
export function paxEntry(records: Readonly<Record<string, string>>, flag: 'x' | 'g' = 'x'): WrittenEntry {
  const content = Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      const bare = Buffer.byteLength(rest);
      const length = [1, 2, 3, 4]
        .map((digits) => bare + digits)
        .find((sum) => String(sum).length + bare === sum);
      return `${length}${rest}`;
    })
    .join('');
  return { name: 'PaxHeaders/x', content, flag };
}

function padded(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}
