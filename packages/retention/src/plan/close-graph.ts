import { digestAlgorithm, digestHex } from '@artifact-lifecycle/registry';
import type { ImageGraph, ImageNode } from '../graph/image-graph.ts';
import type { NodeVerdict, Outcome } from './verdict.ts';

/**
 * What becomes of each image: one that goes or follows does so only when everything goes that holds it or that it
 * refers to; so no image that stays lacks a child or a referrer. Whatever hangs together in a ring stays.
 */
export function closeGraph(graph: ImageGraph, verdicts: readonly NodeVerdict[]): readonly Outcome[] {
  const going = spread(graph, (at) => isOneOf(verdicts[at], 'go', 'follow'));
  const archived = spread(
    graph,
    (at) => going[at] === true || isArchived(graph.nodes[at]) || isOneOf(verdicts[at], 'archive', 'follow'),
  );
  const outcomes: (Outcome | undefined)[] = new Array(graph.nodes.length).fill(undefined);
  const decide = (at: number): Outcome => {
    const node = graph.nodes[at];
    const verdict = verdicts[at];
    if (node === undefined || verdict === undefined) return UNKNOWN;
    if (going[at] === true) return outcomeOfGoing(node, verdict, graph, outcomes);
    if (archived[at] === true && !isArchived(node)) {
      if (verdict.kind === 'archive') return verdict;
      const subject = node.subjects.find((other) => outcomes[other]?.kind === 'archive');
      if (verdict.kind === 'follow' && subject !== undefined) {
        return { kind: 'archive', ...follow(subject, graph, outcomes) };
      }
    }
    return verdict.kind === 'stay' ? verdict : { kind: 'stay', ...blocker(node, graph, going), isHeld: true };
  };
  // Those before others come first, because what follows takes its rule from them.
  for (const at of inOrder(graph)) outcomes[at] = decide(at);
  return outcomes.map((outcome, at) => outcome ?? decide(at));
}

const UNKNOWN: Outcome = { kind: 'stay', rule: 'unjudged', reason: 'It was not judged.', isHeld: true };

function isOneOf(verdict: NodeVerdict | undefined, ...kinds: readonly NodeVerdict['kind'][]): boolean {
  return verdict !== undefined && kinds.includes(verdict.kind);
}

function isArchived(node: ImageNode | undefined): boolean {
  return node?.image.storageClass === 'archive';
}

/** The images that may leave, all of whose parents and subjects leave. Each edge is looked at once. */
function spread(graph: ImageGraph, mayLeave: (at: number) => boolean): readonly boolean[] {
  const leaving: boolean[] = new Array(graph.nodes.length).fill(false);
  for (const at of inOrder(graph, mayLeave)) leaving[at] = true;
  return leaving;
}

/** All images, or those that `passes` lets through, each after all of its parents and subjects; rings are left out. */
function inOrder(graph: ImageGraph, passes: (at: number) => boolean = () => true): readonly number[] {
  const waiting = graph.nodes.map(({ parents, subjects }) => parents.length + subjects.length);
  const order: number[] = [];
  for (let at = 0; at < waiting.length; at += 1) if (waiting[at] === 0 && passes(at)) order.push(at);
  // The list grows while it is walked.
  for (let next = 0; next < order.length; next += 1) {
    const node = graph.nodes[order[next] ?? 0];
    if (node === undefined) continue;
    for (const list of [node.children, node.referrers]) {
      for (const other of list) {
        const left = (waiting[other] ?? 0) - 1;
        waiting[other] = left;
        if (left === 0 && passes(other)) order.push(other);
      }
    }
  }
  return order;
}

function outcomeOfGoing(
  { parents, subjects }: ImageNode,
  verdict: NodeVerdict,
  graph: ImageGraph,
  outcomes: readonly (Outcome | undefined)[],
): Outcome {
  if (verdict.kind === 'go') return verdict;
  const followed = subjects[0] ?? parents[0];
  const own = verdict.kind === 'follow' ? verdict.rule : undefined;
  if (followed === undefined) return UNKNOWN;
  const { rule, reason } = follow(followed, graph, outcomes, subjects.length > 0);
  return { kind: 'go', rule: own ?? rule, reason };
}

function follow(
  at: number,
  graph: ImageGraph,
  outcomes: readonly (Outcome | undefined)[],
  refers = true,
): { readonly rule: string; readonly reason: string } {
  const name = nameOf(graph.nodes[at]);
  const rule = outcomes[at]?.rule ?? 'unmatched';
  return {
    rule,
    reason: refers ? `It refers to ${name}, which goes.` : `It is part of ${name}, which goes.`,
  };
}

function blocker(
  { parents, subjects }: ImageNode,
  graph: ImageGraph,
  going: readonly boolean[],
): { readonly rule: string; readonly reason: string } {
  const parent = parents.find((other) => going[other] !== true);
  if (parent !== undefined)
    return { rule: 'in use', reason: `It is part of ${nameOf(graph.nodes[parent])}, which stays.` };
  const subject = subjects.find((other) => going[other] !== true);
  return { rule: 'in use', reason: `It refers to ${nameOf(graph.nodes[subject ?? -1])}, which stays.` };
}

/** An image as people know it: by its first tag, or by the start of its digest. */
export function nameOf(node: ImageNode | undefined): string {
  if (node === undefined) return 'another image';
  const { chosenTags, image } = node;
  const [tag] = chosenTags;
  if (tag !== undefined) return tag;
  return image.digest === undefined
    ? image.id
    : `${digestAlgorithm(image.digest)}:${digestHex(image.digest).slice(0, 12)}`;
}
