import { SuiteError } from '@artifact-lifecycle/core';
import type { ImageGraph, ImageNode } from '../graph/image-graph.ts';
import type { PlannedDeletion, PlannedTransition, RetentionPlan } from './plan.ts';
import type { NodeVerdict } from './verdict.ts';

/**
 * Narrows verdicts to what a plan names that was made before: what it does not name stays, as what changed since.
 * What an earlier run left over, because it was stopped after deleting what held it, goes as it was planned.
 */
export function narrowToPlan(
  graph: ImageGraph,
  verdicts: readonly NodeVerdict[],
  plan: RetentionPlan,
): readonly NodeVerdict[] {
  const items = new Map<string, PlannedDeletion | PlannedTransition>();
  for (const item of [...plan.transition, ...plan.delete]) items.set(item.id, item);
  const madeAt = Date.parse(plan.now);
  const here = new Set(graph.nodes.map(({ image }) => image.id));
  return graph.nodes.map((node, at) => {
    const verdict = verdicts[at] ?? stays('unjudged', 'It was not judged.');
    const item = items.get(node.image.id);
    if (item === undefined) return unplanned(verdict);
    if (hasChanged(node, item)) return stays('changed', 'It has changed since the plan was made.');
    if (!('action' in item)) return verdict.kind === 'go' ? unplanned(verdict) : verdict;
    if (item.action === 'untag') return untagged(verdict, item);
    if (verdict.kind === 'archive') return unplanned(verdict);
    if (verdict.kind !== 'stay') return verdict;
    // What of it is still there must go first, as ever: the graph remembers that, too. What somebody has named is
    // judged by its names, whatever the plan says that it hung on: a forged one may not let a release go.
    const isLeftOver =
      !verdict.isHeld &&
      (node.chosenTags.length === 0 || node.isOrphan) &&
      node.image.pushedAt <= madeAt &&
      verdict.untag === undefined &&
      item.after?.some((id) => !here.has(id)) === true;
    return isLeftOver ? { kind: 'go', rule: item.rule, reason: item.reason } : withoutUntag(verdict);
  });
}

/**
 * The graph with what a plan knows of it beside: where an index is gone already, only the plan remembers which of
 * its attestations is about which of its platforms.
 */
export function rememberPlan(graph: ImageGraph, plan: RetentionPlan): ImageGraph {
  const places = new Map(graph.nodes.map(({ image }, at) => [image.id, at]));
  const subjects = new Map<number, number[]>();
  const referrers = new Map<number, number[]>();
  for (const { id, after = [] } of plan.delete) {
    const at = places.get(id);
    const node = at === undefined ? undefined : graph.nodes[at];
    if (at === undefined || node === undefined) continue;
    const known = new Set([at, ...node.parents, ...node.subjects]);
    for (const other of after) {
      const before = places.get(other);
      if (before === undefined || known.has(before)) continue;
      subjects.set(at, [...(subjects.get(at) ?? []), before]);
      referrers.set(before, [...(referrers.get(before) ?? []), at]);
    }
  }
  if (subjects.size === 0) return graph;
  const nodes = graph.nodes.map((node, at) => ({
    ...node,
    subjects: [...node.subjects, ...(subjects.get(at) ?? [])],
    referrers: [...node.referrers, ...(referrers.get(at) ?? [])],
  }));
  return { ...graph, nodes };
}

/** A plan is for one target and one policy. @throws SuiteError `PLAN_STALE` */
export function requireSamePlan(plan: RetentionPlan, target: string, policy: string): void {
  if (plan.target !== target) {
    throw new SuiteError('PLAN_STALE', `The plan is for ${plan.target}, not for ${target}.`);
  }
  if (plan.policy !== policy) {
    throw new SuiteError(
      'PLAN_STALE',
      `The plan for ${target} was made by another policy than the one in force.`,
    );
  }
}

function stays(rule: string, reason: string): NodeVerdict {
  return { kind: 'stay', rule, reason, isHeld: true };
}

function unplanned(verdict: NodeVerdict): NodeVerdict {
  return verdict.kind === 'stay' ? withoutUntag(verdict) : stays('not planned', 'The plan does not name it.');
}

function withoutUntag(verdict: Extract<NodeVerdict, { readonly kind: 'stay' }>): NodeVerdict {
  return verdict.untag === undefined ? verdict : { ...verdict, untag: undefined };
}

function untagged(verdict: NodeVerdict, item: PlannedDeletion): NodeVerdict {
  // What would go as a whole now was to lose a tag only.
  if (verdict.kind !== 'stay') return unplanned(verdict);
  if (verdict.untag === undefined) return verdict;
  const planned = new Set(item.tags);
  const tags = verdict.untag.tags.filter((tag) => planned.has(tag));
  return { ...verdict, untag: tags.length === 0 ? undefined : { ...verdict.untag, tags } };
}

function hasChanged({ image }: ImageNode, item: PlannedDeletion | PlannedTransition): boolean {
  const updatedAt = formatTime(image.updatedAt);
  if (item.updatedAt !== undefined && updatedAt !== undefined && item.updatedAt !== updatedAt) return true;
  if ('action' in item && item.action === 'untag') return !item.tags.every((tag) => image.tags.includes(tag));
  return item.tags.length !== image.tags.length || !item.tags.every((tag, at) => tag === image.tags[at]);
}

/** A time as plans hold it: ISO 8601. */
export function formatTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined || !Number.isFinite(milliseconds)
    ? undefined
    : new Date(milliseconds).toISOString();
}
