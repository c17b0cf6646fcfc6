import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { openDecompressor } from '../../src/reading/decompression.ts';

const TEXT = Buffer.from('hello '.repeat(50_000));
const frame = zstdCompressSync(TEXT);
const skippable = Buffer.concat([Buffer.from([0x51, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.alloc(5)]);

/** Decompresses as the layer reader does, where Node has zstd and where it has not. */
async function decompress(bytes: Buffer, chunkBytes: number, hasZstd: boolean): Promise<Buffer> {
  const { stream, split, finish } = openDecompressor('zstd', 'test layer', hasZstd);
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield* split(bytes.subarray(at, at + chunkBytes));
    finish();
  };
  const source = Readable.from(pieces(), { objectMode: false });
  source.on('error', (error) => stream.destroy(error));
  return buffer(source.pipe(stream));
}

describe.each([
  { by: 'Node', hasZstd: true },
  { by: 'JavaScript', hasZstd: false },
])('zstd decompressed by $by', ({ hasZstd }) => {
  it.each(
    [7, 512, 65_536].flatMap((chunkBytes) => [
      { name: 'one frame', chunkBytes, parts: [frame], times: 1 },
      {
        name: 'three frames and a skippable one',
        chunkBytes,
        parts: [frame, skippable, frame, frame],
        times: 3,
      },
      {
        name: 'a skippable frame first and last',
        chunkBytes,
        parts: [skippable, frame, skippable],
        times: 1,
      },
    ]),
  )('reads $name in chunks of $chunkBytes', async ({ parts, chunkBytes, times }) => {
    const plain = await decompress(Buffer.concat(parts), chunkBytes, hasZstd);
    expect(plain.equals(Buffer.concat(Array.from({ length: times }, () => TEXT)))).toBe(true);
  });

  it('fails where a frame is cut off', async () => {
    const cut = Buffer.concat([frame, frame.subarray(0, frame.length - 3)]);
    await expect(decompress(cut, 512, hasZstd)).rejects.toThrow();
  });

  it.each([
    // Exponent 17 is 2^27 bytes, with seven eighths of it beside.
    { name: 'a window of 240 MB', header: [0x00, (17 << 3) | 7], says: /window of 251658240 bytes/ },
    { name: 'a window of 3.75 TB', header: [0x00, 0xff], says: /window of \d+ bytes/ },
    { name: 'a single segment of 2 GB', header: [0xa0, 0, 0, 0, 0x80], says: /window of 2147483648 bytes/ },
    {
      name: 'a single segment of more bytes than there are, and a dictionary',
      header: [0xe1, 1, ...Array.from({ length: 8 }, () => 0xff)],
      says: /window of/,
    },
  ])('refuses $name, before memory is taken for it', async ({ header, says }) => {
    const hostile = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header]), Buffer.alloc(20)]);
    await expect(decompress(hostile, 7, hasZstd)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringMatching(says),
    });
  });

  it('takes the largest window that zstd makes unasked', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 27 };
    const large = zstdCompressSync(TEXT, { params });
    expect((await decompress(large, 512, hasZstd)).equals(TEXT)).toBe(true);
  });

  it('fails where a frame is no zstd', async () => {
    const broken = Buffer.from(frame);
    broken.fill(0xff, 12, 40);
    await expect(decompress(broken, 512, hasZstd)).rejects.toThrow();
  });
});
