import type { ImageGraph } from '../graph/image-graph.ts';

/**
 * Bytes that deleting frees: of layers and configs that no image uses which stays, each counted once. Where layers
 * are not known, what the service says of each image, added up; `undefined` where it says nothing.
 */
export function freedBytes(graph: ImageGraph, going: (at: number) => boolean): number | undefined {
  if (graph.nodes.every(({ blobs }) => blobs !== undefined)) return uniqueBytes(graph, going);
  let sum = 0;
  for (const [at, { image, blobs }] of graph.nodes.entries()) {
    if (!going(at)) continue;
    // An index has no layers of its own.
    if (image.size !== undefined) sum += image.size;
    else if (blobs?.length !== 0) return undefined;
  }
  return sum;
}

function uniqueBytes(graph: ImageGraph, going: (at: number) => boolean): number {
  const kept = new Set<string>();
  const freed = new Map<string, number>();
  graph.nodes.forEach(({ blobs }, at) => {
    if (going(at)) return;
    for (const { digest } of blobs ?? []) kept.add(digest);
  });
  graph.nodes.forEach(({ blobs }, at) => {
    if (!going(at)) return;
    for (const { digest, size } of blobs ?? []) if (!kept.has(digest)) freed.set(digest, size);
  });
  let sum = 0;
  for (const size of freed.values()) sum += size;
  return sum;
}
