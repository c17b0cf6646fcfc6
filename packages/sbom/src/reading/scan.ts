import type { Evidence } from '../cataloguers/cataloguer.ts';
import type { LayerSummary } from '../inventory/inventory.ts';
import type { Unknown } from '../inventory/unknown.ts';

/** What was read of an image or a directory. */
export interface Scan {
  /** By the cataloguer's name, of all that were asked: what was read of files that are there in the end, by path. */
  readonly evidence: ReadonlyMap<string, readonly Evidence<unknown>[]>;
  /** From the base up; empty outside of images. */
  readonly layers: readonly LayerSummary[];
  /** Sorted by path. */
  readonly unknowns: readonly Unknown[];
  /** Follows symbolic links in a path, as far as they lead; the path itself where they lead nowhere. */
  resolve(path: string): string;
}

/** How a scan is done, and who hears of it. */
export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes newly read, for progress: of layers as they are in the registry. */
  readonly onBytes?: ((count: number) => void) | undefined;
}
