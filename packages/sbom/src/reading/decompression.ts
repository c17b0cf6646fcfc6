import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { SuiteError } from '@artifact-lifecycle/core';
import { CHUNK_BYTES } from './limits.ts';
import { PortableZstd } from './portable-zstd.ts';
import { isZstd, ZstdFrames } from './zstd-frames.ts';

/** How a layer is compressed, by its first bytes: media types are not always right. */
export type Compression = 'none' | 'gzip' | 'zstd';

/** As many bytes as it takes to tell. */
export const COMPRESSION_HEAD_BYTES = 6;

/** Takes compressed bytes in pieces, gives the plain ones as a stream. */
export interface Decompressor {
  readonly stream: Transform;
  /** The pieces in which a chunk has to be written. */
  split(chunk: Buffer): Iterable<Buffer>;
  /** @throws SuiteError `CONTENT_INVALID` where what was written is not whole */
  finish(): void;
}

const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const BZIP2 = Buffer.from('BZh');

/**
 * Tells the compression from the first bytes.
 *
 * @throws SuiteError `UNSUPPORTED` for one that no specification has for layers
 */
export function tellCompression(head: Buffer, what: string): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && isZstd(head.readUInt32LE(0))) return 'zstd';
  const other = head.subarray(0, XZ.length).equals(XZ) ? 'xz' : undefined;
  const unknown = other ?? (head.subarray(0, BZIP2.length).equals(BZIP2) ? 'bzip2' : undefined);
  if (unknown === undefined) return 'none';
  throw new SuiteError('UNSUPPORTED', `The ${what} is compressed with ${unknown}.`, {
    remedy: 'Build or push the image anew with layers compressed by gzip or zstd.',
  });
}

/** @param hasZstd whether Node decompresses zstd itself; 22.15 and newer do */
export function openDecompressor(
  compression: 'gzip' | 'zstd',
  what: string,
  hasZstd = typeof zlib.createZstdDecompress === 'function',
): Decompressor {
  // More is read ahead than one chunk, so that decompressing and hashing go on at the same time.
  const options = { chunkSize: CHUNK_BYTES, highWaterMark: 4 * CHUNK_BYTES };
  if (compression === 'gzip') {
    // Goes on with the next member, and takes zeros at the end; what is cut off is its error.
    return { stream: zlib.createGunzip(options), split: (chunk) => [chunk], finish: () => {} };
  }
  const frames = new ZstdFrames(what);
  return {
    stream: hasZstd
      ? zlib.createZstdDecompress(options)
      : new PortableZstd({ readableHighWaterMark: options.highWaterMark }),
    split: (chunk) => frames.split(chunk),
    finish: () => {
      if (frames.isBetweenFrames) return;
      throw new SuiteError('CONTENT_INVALID', `The ${what} is cut off in the middle of a zstd frame.`);
    },
  };
}
