import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
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
    tar.open(),
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

function watch(see: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      see(chunk);
      done(null, chunk);
    },
  });
}
