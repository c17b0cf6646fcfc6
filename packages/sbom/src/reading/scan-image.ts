import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { isForeignLayer, type Manifest, type Registry } from '@artifact-lifecycle/registry';
import type { Cataloguer } from '../cataloguers/cataloguer.ts';
import type { Unknown } from '../inventory/unknown.ts';
import { ContentMemory } from './content-memory.ts';
import { FileMatcher } from './file-matcher.ts';
import { readHardLinks } from './hard-links.ts';
import type { ImageConfig } from './image-config.ts';
import { inParallel } from './in-parallel.ts';
import type { LayerContents } from './layer-contents.ts';
import type { ReadingTools } from './layer-reader.ts';
import { LayerStack } from './layer-stack.ts';
import type { LayerSource } from './layer-stream.ts';
import { TreeAllowance } from './layer-tree.ts';
import { MAX_LAYERS, MAX_SYMLINKS } from './limits.ts';
import { mergeLayers } from './merge.ts';
import { readLayer } from './read-layer.ts';
import type { Scan, ScanOptions } from './scan.ts';

/** An image of one platform. */
export interface ImageToScan {
  readonly registry: Registry;
  /** Of kind `image`. */
  readonly manifest: Manifest;
  /** What `readImageConfig` gave for it. */
  readonly config: Pick<ImageConfig, 'diffIds'>;
}

export interface ImageScanOptions extends ScanOptions {
  /** 3 where it does not say: one decompresses, one is hashed, one is on its way. */
  readonly layersAtATime?: number | undefined;
}

const LAYERS_AT_A_TIME = 3;

/**
 * Reads an image: each layer once as it streams by, verified against its digest and its diff_id, some at a time.
 * Nothing of a layer is kept but what cataloguers read, and some bytes for each path.
 *
 * @throws SuiteError `DIGEST_MISMATCH` and `CONTENT_INVALID` for what does not add up, `UNSUPPORTED`,
 *   `LIMIT_EXCEEDED`, `CANCELLED`, and what the registry throws
 */
export async function scanImage(
  image: ImageToScan,
  cataloguers: readonly Cataloguer<unknown>[],
  options: ImageScanOptions = {},
): Promise<Scan> {
  const asked = cataloguers.filter(({ origins }) => origins.includes('image'));
  const sources = layersOf(image);
  const tools: ReadingTools = {
    cataloguers: asked,
    matcher: new FileMatcher(asked),
    memory: new ContentMemory(),
    allowance: new TreeAllowance(),
  };
  const contents = await readLayers(sources, tools, options);
  const areLinksKnown = !tools.allowance.hasTooManySymlinks;
  if (!areLinksKnown) for (const { tree } of contents) tree.forgetSymlinks();
  const stack = new LayerStack(contents.map(({ tree }) => tree));
  const linked = await readHardLinks({ contents, sources, stack, tools }, options);
  tools.memory.close();
  const { evidence, unknowns } = mergeLayers(contents, linked, stack, asked);
  return {
    evidence,
    layers: contents.map(({ summary }) => summary),
    unknowns: areLinksKnown ? unknowns : [TOO_MANY_SYMLINKS, ...unknowns],
    resolve: (path) => stack.resolve(path),
  };
}

const TOO_MANY_SYMLINKS: Unknown = {
  path: '',
  by: 'reading',
  reason: `The image has more than ${MAX_SYMLINKS} symbolic links; none is followed.`,
};

function layersOf({ registry, manifest, config }: ImageToScan): readonly LayerSource[] {
  const { content, digest } = manifest;
  if (content.kind !== 'image') {
    throw new SuiteError('UNSUPPORTED', `The manifest ${digest} is an ${content.kind}, and no image.`);
  }
  const { layers } = content;
  const { diffIds } = config;
  if (layers.length > MAX_LAYERS) {
    const message = `The image ${digest} has ${layers.length} layers; the limit is ${MAX_LAYERS}.`;
    throw new SuiteError('LIMIT_EXCEEDED', message);
  }
  if (layers.length !== diffIds.length) {
    const message = `The image ${digest} has ${layers.length} layers, but its config names ${diffIds.length} diff_ids.`;
    throw new SuiteError('CONTENT_INVALID', message);
  }
  return layers.flatMap((descriptor, index) => {
    const diffId = diffIds[index];
    const what = `layer ${index + 1} of ${layers.length} (${descriptor.digest})`;
    return diffId === undefined ? [] : [{ registry, descriptor, diffId, what }];
  });
}

async function readLayers(
  sources: readonly LayerSource[],
  tools: ReadingTools,
  options: ImageScanOptions,
): Promise<readonly LayerContents[]> {
  const read = new Map<number, LayerContents>();
  // The largest first: begun last, it would be waited for alone.
  const order = [...sources.entries()].sort(
    ([one, { descriptor: a }], [other, { descriptor: b }]) => b.size - a.size || one - other,
  );
  const { signal, onBytes, layersAtATime = LAYERS_AT_A_TIME } = options;
  await inParallel(order, layersAtATime, signal, async ([index, source], ownSignal) => {
    try {
      read.set(index, await readLayer(source, index === 0, tools, { signal: ownSignal, onBytes }));
    } catch (error) {
      throw isForeignLayer(source.descriptor.mediaType) ? explainForeign(error, source) : error;
    }
  });
  return sources.flatMap((_, index) => read.get(index) ?? []);
}

function explainForeign(error: unknown, { what, descriptor }: LayerSource): unknown {
  if (!isSuiteError(error, 'NOT_FOUND')) return error;
  const message = `The ${what} is not in the registry: its type ${descriptor.mediaType} lets it live elsewhere.`;
  return new SuiteError('NOT_FOUND', message, {
    remedy: 'Push the image with its foreign layers.',
    cause: error,
  });
}
