import type { LayerSummary } from '../inventory/inventory.ts';
import type { PathSet } from '../inventory/path-set.ts';
import type { Wants } from './file-matcher.ts';
import type { Finding } from './finding.ts';
import type { LayerTree } from './layer-tree.ts';

/** A file that is wanted by its path and has the content of another one. */
export interface HardLink {
  readonly path: string;
  /** As it is written, but without `./` and the like. */
  readonly target: string;
  readonly wants: Wants;
  readonly order: number;
}

/** Something of a layer that was passed over. */
export interface PassedOver {
  readonly path: string;
  readonly reason: string;
}

/** What is kept of a layer once it has streamed by. */
export interface LayerContents {
  readonly summary: LayerSummary;
  readonly tree: LayerTree;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly hardLinks: ReadonlyMap<string, HardLink>;
  /** Which files were given to whom, by {@link readKey}: also those that had no facts. */
  readonly read: PathSet;
  readonly passedOver: readonly PassedOver[];
}

/** Names a file that was given to a cataloguer. */
export function readKey(by: number, path: string): string {
  return `${by}:${path}`;
}
