/** An entry of a hand-made tar. */
export interface Entry {
  readonly name: string;
  /** `0` a file, `5` a directory, `2` a symbolic link, `1` a hard link, … */
  readonly flag?: string;
  readonly content?: string | Uint8Array;
  readonly linkName?: string;
  /** In place of the content's length: a number, or the twelve bytes of the field. */
  readonly size?: number | Buffer;
  /** Bytes to put into the header before it is summed: offset and text. */
  readonly patch?: readonly (readonly [at: number, text: string])[];
  readonly format?: 'ustar' | 'gnu' | 'v7';
}

export const file = (name: string, content: string | Uint8Array = `content of ${name}`): Entry => ({
  name,
  content,
});
export const directory = (name: string): Entry => ({ name: `${name}/`, flag: '5' });
export const symlink = (name: string, linkName: string): Entry => ({ name, flag: '2', linkName });
export const hardLink = (name: string, linkName: string): Entry => ({ name, flag: '1', linkName });
export const whiteout = (path: string): Entry => file(path.replace(/[^/]*$/, '.wh.$&'), '');
export const opaque = (path: string): Entry =>
  file(path === '' ? '.wh..wh..opq' : `${path}/.wh..wh..opq`, '');

/** Records of the next entry, or of all that follow. */
export function pax(records: readonly (readonly [key: string, value: string])[], flag = 'x'): Entry {
  const content = records.map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const bare = Buffer.byteLength(rest);
    const digits = [1, 2, 3, 4, 5, 6, 7].find((count) => String(bare + count).length === count) ?? 0;
    return `${bare + digits}${rest}`;
  });
  return { name: 'PaxHeaders/x', flag, content: content.join('') };
}

/** A GNU long name (`L`) or long link (`K`) for the next entry. */
export const gnuLong = (flag: 'L' | 'K', text: string): Entry => ({
  name: '././@LongLink',
  flag,
  content: `${text}\0`,
  format: 'gnu',
});

/** A tar of entries and its end mark. */
export function buildTar(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(entryBytes), Buffer.alloc(1024)]);
}

/** The blocks of one entry. */
export function entryBytes(entry: Entry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([headerBytes(entry, content.length), content, padding]);
}

function headerBytes(entry: Entry, length: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(entry.name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  const size = entry.size ?? length;
  if (typeof size === 'number') block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else size.copy(block, 124);
  block.write('00000000000\0', 136);
  block.write(entry.flag ?? '0', 156);
  block.write(entry.linkName ?? '', 157, 100);
  if (entry.format === 'gnu') block.write('ustar  \0', 257);
  else if (entry.format !== 'v7') block.write('ustar\x0000', 257);
  for (const [at, text] of entry.patch ?? []) block.write(text, at, 'latin1');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
