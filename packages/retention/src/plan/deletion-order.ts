import type { ImageGraph, ImageNode } from '../graph/image-graph.ts';
import { pushTime } from '../image/image-time.ts';

/**
 * The images that go, in the order in which they go: oldest first, and with each what belongs to it: index, then
 * children, then referrers, then the lists of referrers; a subject before its referrers, an outer index before an
 * inner one. Stopped anywhere, nothing that has a tag lacks a child, and no subject has lost a referrer.
 */
export function orderDeletions(
  graph: ImageGraph,
  going: (at: number) => boolean,
  now: number,
): readonly number[] {
  const members = graph.nodes.flatMap((_, at) => (going(at) ? [at] : []));
  const age = (at: number): number => {
    const image = graph.nodes[at]?.image;
    return image === undefined ? now : pushTime(image, now);
  };
  const keyOf = (at: number): string => graph.nodes[at]?.key ?? '';
  const before = (a: number, b: number): number => age(a) - age(b) || (keyOf(a) < keyOf(b) ? -1 : 1);
  const waiting = new Map(members.map((at) => [at, predecessors(at, graph).filter(going).length]));
  const order: number[] = [];
  const placed = new Set<number>();
  const place = (root: number): void => {
    const queues = { children: new Queue(), referrers: new Queue(), lists: new Queue() };
    queues.children.push(root);
    const next = (): number | undefined =>
      queues.children.shift() ?? queues.referrers.shift() ?? queues.lists.shift();
    for (let at = next(); at !== undefined; at = next()) {
      if (placed.has(at)) continue;
      placed.add(at);
      order.push(at);
      for (const { at: other, isChild } of successors(at, graph, before)) {
        if (!going(other)) continue;
        const left = (waiting.get(other) ?? 0) - 1;
        waiting.set(other, left);
        if (left !== 0) continue;
        if (graph.nodes[other]?.isReferrersList === true) queues.lists.push(other);
        else (isChild ? queues.children : queues.referrers).push(other);
      }
    }
  };
  const sorted = members.sort(before);
  for (const at of sorted) if (waiting.get(at) === 0) place(at);
  // Lists that name each other in a ring with what they list: only what must go before counts there.
  for (const at of sorted) {
    for (const next of withAllBefore(at, graph, (other) => going(other) && !placed.has(other))) {
      placed.add(next);
      order.push(next);
    }
  }
  return order;
}

/** An image after all that must go before it; without recursion, since chains may be long. */
function withAllBefore(
  start: number,
  graph: ImageGraph,
  isWanted: (at: number) => boolean,
): readonly number[] {
  const order = new Set<number>();
  const pending = [start];
  const opened = new Set<number>();
  for (let at = pending.at(-1); at !== undefined; at = pending.at(-1)) {
    if (opened.has(at) || !isWanted(at)) {
      pending.pop();
      if (isWanted(at)) order.add(at);
      continue;
    }
    opened.add(at);
    for (const other of mustGoBefore(at, graph)) if (!opened.has(other)) pending.push(other);
  }
  return [...order];
}

/** First in, first out; taking out is as cheap from a long one as from a short one. */
class Queue {
  readonly #items: number[] = [];
  #next = 0;

  push(item: number): void {
    this.#items.push(item);
  }

  shift(): number | undefined {
    const item = this.#items[this.#next];
    if (item !== undefined) this.#next += 1;
    return item;
  }
}

/** What must go before an image, whatever else is wished: what holds it, and what it refers to. */
export function mustGoBefore(at: number, graph: ImageGraph): readonly number[] {
  const node = graph.nodes[at];
  if (node === undefined) return [];
  const parents = node.parents.filter((parent) => !isListOf(graph.nodes[parent], node));
  return [...new Set([...parents, ...node.subjects])];
}

/** A list of referrers of a subject comes after those, though it holds them: until then it tells where they are. */
function isListOf(list: ImageNode | undefined, node: ImageNode): boolean {
  return list?.isReferrersList === true && list.subjects.some((subject) => node.subjects.includes(subject));
}

function listed(at: number, graph: ImageGraph): readonly number[] {
  const list = graph.nodes[at];
  if (list?.isReferrersList !== true) return [];
  return list.children.filter((child) => {
    const node = graph.nodes[child];
    return node !== undefined && isListOf(list, node);
  });
}

function predecessors(at: number, graph: ImageGraph): readonly number[] {
  return [...mustGoBefore(at, graph), ...listed(at, graph)];
}

function successors(
  at: number,
  graph: ImageGraph,
  before: (a: number, b: number) => number,
): readonly { readonly at: number; readonly isChild: boolean }[] {
  const node = graph.nodes[at];
  if (node === undefined) return [];
  const after = new Set(listed(at, graph));
  const children = node.children.filter((child) => !after.has(child));
  const lists = node.parents.filter((parent) => isListOf(graph.nodes[parent], node));
  // What is both a child and a referrer waits for one of them only.
  const referrers = node.referrers.filter((referrer) => !children.includes(referrer));
  return [
    ...children.toSorted(before).map((child) => ({ at: child, isChild: true })),
    ...[...referrers, ...lists].sort(before).map((referrer) => ({ at: referrer, isChild: false })),
  ];
}
