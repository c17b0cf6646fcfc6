import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Digest, type ManifestContent, MEDIA_TYPE, makeImage } from '@artifact-lifecycle/testing';

/** A layer in the cache: a gzipped tar beside its facts. */
interface CachedLayer {
  readonly file: string;
  readonly digest: Digest;
  readonly diffId: Digest;
  /** Bytes of the file, and of the tar in it. */
  readonly size: number;
  readonly tarSize: number;
}

/** An image that was made once and is kept outside of the repository. */
export interface CachedImage {
  readonly content: ManifestContent;
  /** Files of the layers, from the base up. */
  readonly layers: readonly CachedLayer[];
}

/** Takes the layers of an image that is being made, from the base up. */
export interface LayerSink {
  /** A directory that is removed when the image is done. */
  readonly scratch: string;
  /** Adds a layer of the bytes of a tar. */
  add(tar: Readable): Promise<void>;
}

/** Where the bench and `.ci/run` keep what is costly to make. */
export function cacheDirectory(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'artifact-lifecycle');
}

/**
 * Gives an image from the cache, made first where it is not there.
 *
 * @param name of the image and of the recipe's version: another recipe needs another name
 */
export async function cacheImage(
  name: string,
  make: (sink: LayerSink) => Promise<void>,
): Promise<CachedImage> {
  const directory = join(cacheDirectory(), 'images', name);
  const known = await readImage(directory);
  if (known !== undefined) return known;
  // Made beside its place: one that was broken off is no image.
  const unfinished = `${directory}.${randomUUID()}`;
  const scratch = join(unfinished, 'scratch');
  await mkdir(scratch, { recursive: true });
  try {
    const layers: CachedLayer[] = [];
    await make({
      scratch,
      add: async (tar) => {
        layers.push(await storeLayer(tar, unfinished, `${layers.length + 1}.tar.gz`));
      },
    });
    await rm(scratch, { recursive: true, force: true });
    await writeFile(join(unfinished, 'image.json'), JSON.stringify(layers, undefined, 2));
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const made = await readImage(directory);
  if (made === undefined) throw new Error(`${directory} was made and is not there`);
  return made;
}

async function readImage(directory: string): Promise<CachedImage | undefined> {
  const text = await readFile(join(directory, 'image.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const layers: readonly CachedLayer[] = JSON.parse(text);
  const placed = layers.map((layer) => ({ ...layer, file: join(directory, layer.file) }));
  const blobs = placed.map(({ file, digest, diffId, size }) => ({
    descriptor: { mediaType: MEDIA_TYPE.ociLayerGzip, digest, size },
    diffId,
    open: () => createReadStream(file),
  }));
  return { layers: placed, content: makeImage({ layers: blobs }) };
}

/** As builders pack layers by default. */
const GZIP = { level: 6, chunkSize: 256 * 1024 };

async function storeLayer(tar: Readable, directory: string, file: string): Promise<CachedLayer> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let tarSize = 0;
  await pipeline(
    tar,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        plain.update(chunk);
        tarSize += chunk.length;
        yield chunk;
      }
    },
    createGzip(GZIP),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        packed.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(join(directory, file)),
  );
  const { size } = await stat(join(directory, file));
  return {
    file,
    digest: `sha256:${packed.digest('hex')}`,
    diffId: `sha256:${plain.digest('hex')}`,
    size,
    tarSize,
  };
}
