import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type BlobContent, type LayerFile, MEDIA_TYPE, tarLayer } from '@artifact-lifecycle/testing';

/** How a layer is packed. */
export interface PackOptions {
  /** Of gzip, 0 to 9; the digest depends on it. */
  readonly level: number;
  /** Called with bytes that have been packed. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** Packs files into a gzipped tar layer that lives on disk, so that no image has to fit into memory. */
export async function packLayer(
  files: readonly LayerFile[],
  file: string,
  { level, onBytes = () => {} }: PackOptions,
): Promise<BlobContent> {
  const tar = tarLayer(files, { gzip: false });
  const hash = createHash('sha256');
  await pipeline(
    pieces(tar.open()),
    watch(({ length }) => onBytes(length)),
    createGzip({ level }),
    watch((chunk) => hash.update(chunk)),
    createWriteStream(file),
  );
  const { size } = await stat(file);
  return {
    descriptor: { mediaType: MEDIA_TYPE.ociLayerGzip, digest: `sha256:${hash.digest('hex')}`, size },
    diffId: tar.descriptor.digest,
    open: () => createReadStream(file),
  };
}

/** Small enough that a bar moves, large enough that the compressor is what costs. */
const PIECE_BYTES = 256 * 1024;

/** A layer comes as one chunk of its whole size, of which nobody could tell how far it is. */
async function* pieces(bytes: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    const whole: Buffer = chunk;
    for (let at = 0; at < whole.length; at += PIECE_BYTES) yield whole.subarray(at, at + PIECE_BYTES);
  }
}

function watch(see: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      see(chunk);
      done(null, chunk);
    },
  });
}
