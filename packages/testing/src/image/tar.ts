import { crc32 } from 'node:zlib';

/** A file of a layer. */
export interface LayerFile {
  readonly path: string;
  readonly content: Uint8Array | string;
  /** 0o644 when absent. */
  readonly mode?: number | undefined;
}

const BLOCK_BYTES = 512;
/** A stored block of deflate says its length in 16 bits (RFC 1951 §3.2.4). */
const STORED_BYTES = 0xffff;

/** Writes a ustar archive (POSIX.1-1988) without times, owners or directories: same files, same bytes. */
export function writeTar(files: readonly LayerFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const content = Buffer.from(file.content);
    const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
    return [writeHeader(file.path, content.length, file.mode ?? 0o644), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function writeHeader(path: string, size: number, mode: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const [prefix, name] = splitPath(path);
  const octal = (value: number, at: number, digits: number): void => {
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  header.write(name, 0, 'utf8');
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(prefix, 345, 'utf8');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** What does not fit into the name goes before a slash into the prefix (POSIX.1-1988 §10.1.1). */
function splitPath(path: string): readonly [prefix: string, name: string] {
  for (let slash = -1; ; slash = path.indexOf('/', slash + 1)) {
    const prefix = path.slice(0, Math.max(slash, 0));
    const name = path.slice(slash + 1);
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, name];
    if (path.indexOf('/', slash + 1) < 0) throw new Error(`The path "${path}" does not fit into ustar.`);
  }
}

/** Writes gzip without compressing (RFC 1952): what a compressor makes differs by version, this never does. */
export function gzipStored(bytes: Uint8Array): Buffer {
  const parts: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  for (let at = 0; at === 0 || at < bytes.length; at += STORED_BYTES) {
    const block = bytes.subarray(at, at + STORED_BYTES);
    const head = Buffer.alloc(5);
    head.writeUInt8(at + block.length >= bytes.length ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(head, Buffer.from(block));
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([...parts, tail]);
}
