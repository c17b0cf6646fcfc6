import { type ManifestContent, makeImage, makeIndex, randomLayer } from '@artifact-lifecycle/testing';

/** As many layers as an ordinary image has on top of its base. */
const LAYERS_PER_PLATFORM = 5;
const ARCHITECTURES = ['amd64', 'arm64'] as const;

/**
 * Makes an image of two platforms whose layers hold so many bytes together, none of which compresses: the bytes
 * depend on nothing but the size.
 */
export function makeBenchImage(size: number): ManifestContent {
  const layerSize = Math.max(1, Math.floor(size / (ARCHITECTURES.length * LAYERS_PER_PLATFORM)));
  return makeIndex(
    ARCHITECTURES.map((architecture) =>
      makeImage({
        platform: { os: 'linux', architecture },
        layers: Array.from({ length: LAYERS_PER_PLATFORM }, (_, layer) =>
          randomLayer(`${architecture} ${layer}`, layerSize),
        ),
      }),
    ),
  );
}
