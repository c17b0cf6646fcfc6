import { type BlobContent, makeImage, randomBytesOf, seed, tarLayer } from '@artifact-lifecycle/testing';
import type { Image } from './contestant.ts';

/** A team's share: an image has a repository of its own, and so many versions. */
const VERSIONS_PER_REPOSITORY = 10;

/** As many bases as a company allows. */
const BASES = 5;

/** Layers of a base, then what a repository's images share, then what a version has for itself; in bytes. */
const BASE_LAYERS = [400_000, 100_000] as const;
const REPOSITORY_LAYER = 50_000;
const VERSION_LAYERS = [20_000, 2_000] as const;

/**
 * Puts so many images of five layers into a registry: two of a base that many share, one that the versions of a
 * repository share, two of their own. The same number gives the same images.
 */
export async function seedSmallImages(host: string, count: number): Promise<readonly Image[]> {
  const images: Image[] = [];
  const layers = new Map<string, BlobContent>();
  const layer = (name: string, size: number): BlobContent => {
    const known = layers.get(name) ?? tarLayer([{ path: name, content: randomBytesOf(name, size) }]);
    layers.set(name, known);
    return known;
  };
  for (let number = 0; number < count; number++) {
    const owner = Math.floor(number / VERSIONS_PER_REPOSITORY);
    const image: Image = {
      host,
      repository: `dev/app-${owner}`,
      tag: `1.${number % VERSIONS_PER_REPOSITORY}.0`,
    };
    const content = makeImage({
      layers: [
        ...BASE_LAYERS.map((size, part) => layer(`base-${owner % BASES}-${part}`, size)),
        layer(`app-${owner}`, REPOSITORY_LAYER),
        ...VERSION_LAYERS.map((size, part) => layer(`version-${number}-${part}`, size)),
      ],
    });
    await seed(`http://${host}`, image.repository, content, { tags: [image.tag] });
    images.push(image);
  }
  return images;
}
