import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { digestOf, finishDigest } from '../registry/digest.ts';
import { MEDIA_TYPE } from '../registry/media-type.ts';
import { type BlobContent, makeBlob } from './content.ts';
import { gzipStored, type LayerFile, writeTar } from './tar.ts';

/** Bytes made at a time: large enough that the cipher, not the loop, is what costs. */
const CHUNK_BYTES = 256 * 1024;

/** Gives random-looking bytes that depend on the seed alone (AES-CTR of zeros), chunk by chunk. */
function* seededBytes(seed: number | string, size: number): Generator<Buffer> {
  const key = createHash('sha256').update(`artifact-lifecycle test layer ${seed}`).digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  const zeros = Buffer.alloc(Math.min(size, CHUNK_BYTES));
  for (let left = size; left > 0; left -= zeros.length) yield cipher.update(zeros.subarray(0, left));
}

/** Gives so many random-looking bytes that depend on the seed alone. */
export function randomBytesOf(seed: number | string, size: number): Buffer {
  return Buffer.concat([...seededBytes(seed, size)]);
}

/**
 * Makes a layer of so many random-looking bytes that depend on the seed alone; streamed, never held whole.
 * It claims to be a gzipped tar and is none: for transfers, not for unpacking.
 */
export function randomLayer(
  seed: number | string,
  size: number,
  mediaType: string = MEDIA_TYPE.ociLayerGzip,
): BlobContent {
  const hash = createHash('sha256');
  for (const chunk of seededBytes(seed, size)) hash.update(chunk);
  return {
    descriptor: { mediaType, digest: finishDigest(hash, 'sha256'), size },
    open: () => Readable.from(seededBytes(seed, size), { objectMode: false, highWaterMark: CHUNK_BYTES }),
  };
}

/** Makes a real tar layer, gzipped without compression so that its bytes are the same everywhere. */
export function tarLayer(
  files: readonly LayerFile[],
  options: { readonly gzip?: boolean } = {},
): BlobContent {
  const tar = writeTar(files);
  if (options.gzip === false) return makeBlob(tar, MEDIA_TYPE.ociLayer);
  return { ...makeBlob(gzipStored(tar), MEDIA_TYPE.ociLayerGzip), diffId: digestOf(tar) };
}

/** Makes a layer that is only named: its bytes live at `urls`, not in a registry. */
export function foreignLayer(
  seed: number | string,
  size: number,
  mediaType: string = MEDIA_TYPE.ociForeignLayer,
): BlobContent {
  const digest = digestOf(`foreign layer ${seed}`);
  const urls = [`https://layers.example.com/${digest}`];
  return {
    descriptor: { mediaType, digest, size, urls },
    absent: true,
    open: () => {
      throw new Error(`The foreign layer ${digest} has no bytes.`);
    },
  };
}
