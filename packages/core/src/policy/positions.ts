import type { LineCounter } from 'yaml';
import type { SourceNode } from './source-node.ts';
import { positionOf } from './source-tree.ts';

/** Which value of a document: keys and indexes from its root. */
export type ValuePath = readonly PropertyKey[];

/**
 * The line and column of the value at a path; of its parent where it is missing or has no text of its own.
 *
 * A value that stands behind its key is shown at the value; a mapping below its key, and a key without a
 * value, at the key, because that is the line people look for.
 */
export function locate(
  root: SourceNode,
  lines: LineCounter,
  path: ValuePath,
): { readonly line: number; readonly column: number } {
  let node = root;
  let offset = root.offset;
  for (const step of path) {
    const entry = typeof step === 'string' ? node.entries?.get(step) : undefined;
    const next = entry?.node ?? (typeof step === 'number' ? node.items?.[step] : undefined);
    if (next === undefined) break;
    const atKey = entry !== undefined && (next.entries !== undefined || next.data === null);
    offset = atKey ? entry.keyOffset : next.offset;
    node = next;
  }
  return positionOf(lines, offset);
}

/** The line and column of a key in the mapping at a path. */
export function locateKey(
  root: SourceNode,
  lines: LineCounter,
  path: ValuePath,
  key: string,
): { readonly line: number; readonly column: number } {
  const entry = nodeAt(root, path)?.entries?.get(key);
  return entry === undefined ? locate(root, lines, path) : positionOf(lines, entry.keyOffset);
}

function nodeAt(root: SourceNode, path: ValuePath): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const step of path) node = childAt(node, step);
  return node;
}

function childAt(node: SourceNode | undefined, step: PropertyKey): SourceNode | undefined {
  if (typeof step === 'string') return node?.entries?.get(step)?.node;
  return typeof step === 'number' ? node?.items?.[step] : undefined;
}

/** Writes a path as people read it: `environments.dev.tags[0]`, `registries["ghcr.io"]`. */
export function formatPath(path: ValuePath): string {
  return path
    .map((step, index) => {
      if (typeof step !== 'string') return `[${String(step)}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}
