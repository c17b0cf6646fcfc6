import { createCipheriv } from 'node:crypto';
import { join } from 'node:path';
import { type BlobContent, type ManifestContent, makeImage, makeIndex } from '@artifact-lifecycle/testing';
import { packLayer } from './packed-layer.ts';

/** As many layers as an ordinary image has on top of its base. */
const LAYERS_PER_PLATFORM = 5;
const ARCHITECTURES = ['amd64', 'arm64'] as const;

/**
 * Makes an image of two platforms whose layers hold so many bytes together. They are gzipped tars, because some
 * clients compress what is not, of bytes that do not compress and depend on nothing but the size.
 *
 * @param directory where the layers are kept
 */
export async function makeBenchImage(size: number, directory: string): Promise<ManifestContent> {
  const layerSize = Math.max(1, Math.floor(size / (ARCHITECTURES.length * LAYERS_PER_PLATFORM)));
  const platforms: ManifestContent[] = [];
  for (const architecture of ARCHITECTURES) {
    const layers: BlobContent[] = [];
    for (let number = 1; number <= LAYERS_PER_PLATFORM; number++) {
      const name = `${architecture}-${number}`;
      const content = keystream(name, layerSize);
      layers.push(
        await packLayer([{ path: name, content }], join(directory, `${name}.tar.gz`), { level: 0 }),
      );
    }
    platforms.push(makeImage({ platform: { os: 'linux', architecture }, layers }));
  }
  return makeIndex(platforms);
}

/** Bytes that look random, and are the same for the same name. */
function keystream(name: string, size: number): Buffer {
  const key = Buffer.alloc(32, name);
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
