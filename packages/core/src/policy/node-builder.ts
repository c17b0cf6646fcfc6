import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { quote } from './problem.ts';
import type { OffsetProblem, SourceEntry, SourceNode } from './source-node.ts';

/** A policy of a hundred environments has some 10,000 values; a text that has more is made to be slow. */
export const MAX_NODES = 50_000;

/** What the walk through the document has seen so far. */
interface Walk {
  /** Anchors by name; `undefined` while the anchored value is still being built. */
  readonly anchors: Map<string, SourceNode | undefined>;
  readonly problems: OffsetProblem[];
}

/** Turns the library's nodes into plain data with positions; what may not stand there goes to the problems. */
export function buildNode(contents: Node | null, problems: OffsetProblem[]): SourceNode {
  const root = build(contents, 0, { anchors: new Map(), problems });
  if (root.size > MAX_NODES && problems.length === 0) {
    problems.push({
      offset: root.offset,
      message: `the text has ${root.size} values with its aliases written out; at most ${MAX_NODES} are read`,
    });
  }
  return root;
}

/** Recurses at most as deep as `MAX_DEPTH` of the source tree, which looked before. */
function build(node: unknown, place: number, walk: Walk): SourceNode {
  if (isAlias(node)) return followAlias(node.source, node.range?.[0] ?? place, walk);
  if (!isScalar(node) && !isCollection(node)) return { data: null, offset: place, size: 1 };
  const offset = node.range?.[0] ?? place;
  if (node.tag !== undefined) {
    walk.problems.push({ offset, message: 'tags (!name) are not read; write the plain value' });
  }
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, undefined);
  const built = isMap(node)
    ? buildMapping(node, offset, walk)
    : isSeq(node)
      ? buildList(node, offset, walk)
      : { data: isScalar(node) ? node.value : null, offset, size: 1 };
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, built);
  return built;
}

function followAlias(name: string, offset: number, walk: Walk): SourceNode {
  const target = walk.anchors.get(name);
  if (target !== undefined) return target;
  const message = walk.anchors.has(name)
    ? `the alias ${quote(`*${name}`)} lies inside the value that it names`
    : `the alias ${quote(`*${name}`)} has no anchor before it`;
  walk.problems.push({ offset, message });
  return { data: null, offset, size: 1 };
}

function buildList(list: YAMLSeq, offset: number, walk: Walk): SourceNode {
  const items = list.items.map((item) => build(item, offset, walk));
  return { data: items.map(({ data }) => data), offset, size: total(items), items };
}

function buildMapping(mapping: YAMLMap, offset: number, walk: Walk): SourceNode {
  const entries = new Map<string, SourceEntry>();
  // No prototype: a key `constructor` or `__proto__` is a key like others.
  const data: Record<string, unknown> = Object.create(null);
  for (const pair of mapping.items) {
    const keyOffset = keyPlace(pair, offset);
    const key = readKey(pair, keyOffset, entries, walk);
    const node = build(pair.value, keyOffset, walk);
    if (key === undefined) continue;
    entries.set(key, { keyOffset, node });
    data[key] = node.data;
  }
  return { data, offset, size: total([...entries.values()].map(({ node }) => node)), entries };
}

function readKey(
  { key }: Pair,
  offset: number,
  entries: ReadonlyMap<string, SourceEntry>,
  walk: Walk,
): string | undefined {
  const refuse = (message: string): undefined => {
    walk.problems.push({ offset, message });
    return undefined;
  };
  if (!isScalar(key)) return refuse('a key must be plain text');
  if (key.tag !== undefined || key.anchor !== undefined) return refuse('a key takes no tag and no anchor');
  // `2.10:` is the key "2.10", not the number 2.1.
  const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
  if (name === '<<') return refuse('merge keys (<<) are not read; write the settings out');
  if (name === '__proto__') return refuse('the key "__proto__" is not allowed');
  const earlier = entries.get(name);
  return earlier === undefined ? name : refuse(`the key ${quote(name)} stands twice in this mapping`);
}

function keyPlace({ key }: Pair, otherwise: number): number {
  return isScalar(key) || isCollection(key) || isAlias(key) ? (key.range?.[0] ?? otherwise) : otherwise;
}

function total(nodes: readonly SourceNode[]): number {
  return nodes.reduce((sum, { size }) => sum + size, 1);
}
