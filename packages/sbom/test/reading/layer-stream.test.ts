import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { gzipSync } from 'node:zlib';
import { isSuiteError } from '@artifact-lifecycle/core';
import { digestOf } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { scanImage } from '../../src/reading/scan-image.ts';
import { type BuiltLayer, buildImage, factsOf, gzipLayer, plainLayer, texts } from './image-builder.ts';
import { buildTar, file } from './tar-builder.ts';

const tar = buildTar([
  file('a.txt', '1'),
  file('noise.bin', randomBytes(20_000)),
  file('b.txt', 'b'.repeat(200_000)),
]);
const [first, second, third] = [tar.subarray(0, 1000), tar.subarray(1000, 15_000), tar.subarray(15_000)];
const diffId = digestOf(tar);

const zstd = (bytes: Buffer): Buffer => zlib.zstdCompressSync(bytes);
const checked = (bytes: Buffer): Buffer =>
  zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
const skippable = (content: string, variant = 0): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + variant, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, Buffer.from(content)]);
};
const hasZstd = typeof zlib.zstdCompressSync === 'function';

/** The same tar, compressed in every way that layers are. */
const compressed: readonly { readonly name: string; readonly make: () => Buffer }[] = [
  { name: 'plain tar', make: () => tar },
  { name: 'gzip', make: () => gzipSync(tar) },
  {
    name: 'gzip of three members',
    make: () => Buffer.concat([first, second, third].map((part) => gzipSync(part))),
  },
  { name: 'gzip with empty members', make: () => Buffer.concat([gzipSync(''), gzipSync(tar), gzipSync('')]) },
  { name: 'gzip with zeros behind it', make: () => Buffer.concat([gzipSync(tar), Buffer.alloc(100_000)]) },
  ...(hasZstd
    ? [
        { name: 'zstd', make: () => zstd(tar) },
        {
          name: 'zstd of three frames and skippable ones',
          make: () =>
            Buffer.concat([
              zstd(first),
              skippable('skipped'),
              checked(second),
              skippable('', 15),
              zstd(third),
              skippable('table of contents', 3),
            ]),
        },
        {
          name: 'zstd that begins with a skippable frame',
          make: () => Buffer.concat([skippable('x', 1), zstd(tar)]),
        },
        {
          name: 'zstd with empty frames',
          make: () => Buffer.concat([zstd(Buffer.alloc(0)), checked(tar), checked(Buffer.alloc(0))]),
        },
        {
          name: 'zstd with a frame for every 700 bytes',
          make: () => {
            const parts: Buffer[] = [];
            for (let at = 0; at < tar.length; at += 700) parts.push(zstd(tar.subarray(at, at + 700)));
            return Buffer.concat(parts);
          },
        },
      ]
    : []),
];

const scan = (layer: BuiltLayer, chunkBytes?: number) =>
  scanImage(buildImage([layer], chunkBytes === undefined ? {} : { chunkBytes }), [texts]);

describe.each(compressed)('$name', ({ make }) => {
  it.each([1, 7, 512, 65_536])('is read in chunks of %d bytes', async (chunkBytes) => {
    const bytes = make();
    const result = await scan({ bytes, diffId }, chunkBytes);
    expect(factsOf(result)).toEqual({ 'a.txt': '1', 'b.txt': 'b'.repeat(200_000) });
    expect(result.layers).toEqual([
      { digest: digestOf(bytes), diffId, size: bytes.length, uncompressedSize: tar.length, files: 3 },
    ]);
  });

  it('is refused where it is cut off', async () => {
    const bytes = make();
    const cut = bytes.subarray(0, 10_000);
    const error: unknown = await scan({ bytes: cut, diffId }).catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'CONTENT_INVALID', 'DIGEST_MISMATCH')).toBe(true);
  });
});

describe('what does not add up', () => {
  const other = digestOf(Buffer.from('other'));

  it('is an error that names layer and both digests, where the blob is another one', async () => {
    const layer = { ...gzipLayer(tar), digest: other };
    await expect(scan(layer)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: `The layer 1 of 1 (${other}) should be ${other}, but is ${digestOf(layer.bytes)}.`,
    });
  });

  it('is told as a wrong digest, even where the content is broken by it', async () => {
    const bytes = Buffer.from(gzipSync(tar));
    bytes.fill(0x55, 2000, 3000);
    await expect(scan({ bytes, diffId, digest: other })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('is an error where the tar is not that of the config', async () => {
    const layer = { ...gzipLayer(tar), diffId: other };
    await expect(scan(layer)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining(
        `should unpack to ${other}, its diff_id in the config, but unpacks to ${diffId}`,
      ),
    });
  });

  it('shows behind the end mark of the tar', async () => {
    const longer = Buffer.concat([tar, Buffer.from('hidden')]);
    await expect(scan({ bytes: gzipSync(longer), diffId })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    const honest = await scan({ bytes: gzipSync(longer), diffId: digestOf(longer) });
    expect(factsOf(honest)['a.txt']).toBe('1');
    expect(honest.layers[0]?.uncompressedSize).toBe(longer.length);
  });

  it('is content behind the gzip stream that is no further member', async () => {
    const bytes = Buffer.concat([gzipSync(tar), Buffer.from('garbage')]);
    await expect(scan({ bytes, diffId })).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });

  it('is a number of layers that is not that of the diff_ids', async () => {
    const image = buildImage([plainLayer(tar), plainLayer(buildTar([]))]);
    const config = { diffIds: image.config.diffIds.slice(1) };
    await expect(scanImage({ ...image, config }, [texts])).rejects.toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining('has 2 layers, but its config names 1 diff_ids'),
    });
  });

  it.each([
    {
      name: 'an encrypted layer',
      layer: { ...plainLayer(tar), mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' },
      code: 'UNSUPPORTED',
    },
    {
      name: 'xz',
      layer: plainLayer(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2])),
      code: 'UNSUPPORTED',
    },
    { name: 'bzip2', layer: plainLayer(Buffer.from('BZh91AY&SY')), code: 'UNSUPPORTED' },
    { name: 'no tar', layer: plainLayer(randomBytes(5000)), code: 'CONTENT_INVALID' },
    { name: 'a tar that ends in a header', layer: plainLayer(tar.subarray(0, 300)), code: 'CONTENT_INVALID' },
    {
      name: 'a tar that goes on behind one block of zeros',
      layer: plainLayer(Buffer.concat([Buffer.alloc(512), tar])),
      code: 'CONTENT_INVALID',
    },
    {
      name: 'zstd with garbage behind it',
      layer: {
        bytes: Buffer.from(`28b52ffd0400010000${'00'.repeat(9)}`, 'hex'),
        diffId: digestOf(Buffer.alloc(0)),
      },
      code: 'CONTENT_INVALID',
    },
  ])('is $name', async ({ layer, code }) => {
    await expect(scan(layer)).rejects.toMatchObject({ code });
  });

  it('is a foreign layer that is nowhere', async () => {
    const image = buildImage([
      { ...plainLayer(tar), mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' },
    ]);
    const registry = {
      ...image.registry,
      openBlob: () =>
        buildImage([]).registry.openBlob({ mediaType: 'x', digest: digestOf(Buffer.from('x')), size: 1 }),
    };
    await expect(scanImage({ ...image, registry }, [texts])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('lets it live elsewhere'),
    });
  });
});

describe('streams', () => {
  it('are empty where a blob is', async () => {
    const result = await scan(plainLayer(Buffer.alloc(0)));
    expect(result.layers[0]).toMatchObject({ size: 0, uncompressedSize: 0, files: 0 });
  });

  it('tell how many bytes came', async () => {
    const layer = gzipLayer(tar);
    let count = 0;
    const onBytes = (bytes: number): void => {
      count += bytes;
    };
    await scanImage(buildImage([layer]), [texts], { onBytes });
    expect(count).toBe(layer.bytes.length);
  });

  it('end when the scan is cancelled, and are closed', async () => {
    const image = buildImage([gzipLayer(tar), gzipLayer(Buffer.concat([tar, Buffer.alloc(512)]))]);
    const controller = new AbortController();
    const opened: Readable[] = [];
    const openBlob = async (): Promise<Readable> => {
      // Never ends by itself.
      const stream = new Readable({ read: () => {} });
      stream.push(gzipSync(tar).subarray(0, 5000));
      opened.push(stream);
      if (opened.length === 2) setImmediate(() => controller.abort());
      return stream;
    };
    const scanning = scanImage({ ...image, registry: { ...image.registry, openBlob } }, [texts], {
      signal: controller.signal,
    });
    await expect(scanning).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it('of other layers are closed when one fails', async () => {
    const image = buildImage([gzipLayer(tar), { ...gzipLayer(buildTar([])), diffId }]);
    const opened: Readable[] = [];
    const openBlob: typeof image.registry.openBlob = async (blob) => {
      if (blob.size < 1000) return image.registry.openBlob(blob);
      const stream = new Readable({ read: () => {} });
      opened.push(stream);
      return stream;
    };
    const scanning = scanImage({ ...image, registry: { ...image.registry, openBlob } }, [texts]);
    await expect(scanning).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('do not begin where the signal has aborted', async () => {
    const error = await scanImage(buildImage([gzipLayer(tar)]), [texts], {
      signal: AbortSignal.abort(),
    }).catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'CANCELLED')).toBe(true);
  });
});
