import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { writeTar } from '@artifact-lifecycle/testing';
import { runChecked } from '../process.ts';
import { type CachedImage, cacheImage } from './cached-image.ts';

/** A tar ends with two blocks of zeros (POSIX.1-1988 §10.1.1); between pieces of one there are none. */
const END_BYTES = 1024;
const FILES_A_PIECE = 1000;
const PACK_TIMEOUT = 30 * 60_000;

/** An image of small files: `srv/000/000123.txt`, each with a line of its own. */
export function makeFilesImage(count: number): Promise<CachedImage> {
  return cacheImage(`files-1-${count}`, ({ add }) =>
    add(Readable.from(writeFiles(count), { objectMode: false })),
  );
}

function* writeFiles(count: number): Generator<Buffer> {
  for (let at = 0; at < count; at += FILES_A_PIECE) {
    const folder = String(at / FILES_A_PIECE).padStart(5, '0');
    const files = Array.from({ length: Math.min(FILES_A_PIECE, count - at) }, (_, index) => {
      const name = String(at + index).padStart(8, '0');
      const content = createHash('sha256').update(name).digest('base64');
      return { path: `srv/${folder}/${name}.txt`, content };
    });
    yield writeTar(files).subarray(0, -END_BYTES);
  }
  yield Buffer.alloc(END_BYTES);
}

/**
 * An image that holds another several times: its own layers, then all its files once more below `srv/2`, `srv/3`…,
 * a layer for each of its top folders. Every copy has bytes that the others have not.
 */
export function makeRepeatedImage(name: string, image: CachedImage, times: number): Promise<CachedImage> {
  return cacheImage(`${name}-times-${times}-1`, async ({ scratch, add }) => {
    for (const { file } of image.layers) await add(await unpacked(file, scratch));
    const root = join(scratch, 'root');
    await mkdir(root);
    for (const { file } of image.layers) {
      await runChecked('tar', ['-xzf', file, '-C', root, '--exclude=.wh.*', '--exclude=dev/*'], {
        timeout: PACK_TIMEOUT,
      });
    }
    for (let copy = 2; copy <= times; copy++) {
      for (const folder of (await readdir(root)).sort()) {
        await writeFile(join(root, 'copy'), `copy ${copy} of ${folder}\n`);
        const target = join(scratch, 'copy.tar');
        const how = ['--create', '--format=pax', '--numeric-owner', `--transform=s,^,srv/${copy}/,S`];
        await runChecked('tar', [...how, '--file', target, '-C', root, 'copy', folder], {
          timeout: PACK_TIMEOUT,
        });
        await add(createReadStream(target));
        await rm(target);
      }
    }
  });
}

async function unpacked(file: string, scratch: string): Promise<Readable> {
  const target = join(scratch, 'layer.tar');
  await runChecked('sh', ['-c', 'gzip --decompress --stdout "$1" > "$2"', 'sh', file, target], {
    timeout: PACK_TIMEOUT,
  });
  return createReadStream(target);
}
