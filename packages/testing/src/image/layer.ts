import type { BlobContent } from './content.ts';

/** Makes a layer of so many random-looking bytes that depend on the seed alone; streamed, never held whole. */
export function randomLayer(_seed: number | string, _size: number, _mediaType?: string): BlobContent {
  throw new Error('randomLayer is not built yet.');
}

/** A file of a layer. */
export interface LayerFile {
  readonly path: string;
  readonly content: Uint8Array | string;
  /** 0o644 when absent. */
  readonly mode?: number | undefined;
}

/** Makes a real tar layer, gzipped without compression so that its bytes are the same everywhere. */
export function tarLayer(
  _files: readonly LayerFile[],
  _options: { readonly gzip?: boolean } = {},
): BlobContent {
  throw new Error('tarLayer is not built yet.');
}

/** Makes a layer that is only named: its bytes live at `urls`, not in a registry. */
export function foreignLayer(_seed: number | string, _size: number, _mediaType?: string): BlobContent {
  throw new Error('foreignLayer is not built yet.');
}
