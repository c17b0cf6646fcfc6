import { createHash } from 'node:crypto';
import { type ImageGraph, isRoot } from '../graph/image-graph.ts';
import type { StoredImage } from '../image/stored-image.ts';
import { fingerprintOf } from '../policy/fingerprint.ts';
import type { RetentionProtection } from '../policy/protection.ts';
import type { RetentionPolicy, RetentionWorld } from '../policy/retention-decision.ts';
import { holdHeads, NO_RECORD_HOLDS, type RecordHolds } from '../record/record-hold.ts';
import type { ServiceAbilities } from '../service/retention-service.ts';
import { formatTime, narrowToPlan, rememberPlan, requireSamePlan } from './approved-plan.ts';
import { closeGraph, nameOf } from './close-graph.ts';
import { mustGoBefore, orderDeletions } from './deletion-order.ts';
import { freedBytes } from './freed-bytes.ts';
import { judgeNodes } from './judge-nodes.ts';
import type { PlannedDeletion, RetentionPlan } from './plan.ts';
import type { Outcome } from './verdict.ts';

/** What a plan is made of. */
export interface PlanRequest {
  readonly target: string;
  readonly graph: ImageGraph;
  readonly policy: RetentionPolicy;
  readonly protection: RetentionProtection;
  readonly abilities: ServiceAbilities;
  readonly world: RetentionWorld;
  /**
   * A plan that was made before, to be carried out now: nothing goes that it does not name, and what has changed
   * since, or is in use now, is left out with a problem.
   */
  readonly approved?: RetentionPlan | undefined;
  /** What promotion records keep; what head tags point to is kept without. */
  readonly records?: RecordHolds | undefined;
}

/**
 * Plans: the policy decides about roots (or all images, as Amazon ECR), what belongs to them follows, and nothing
 * goes that something needs which stays. Pure: the same request gives the same plan.
 *
 * @throws SuiteError `PLAN_STALE` where `approved` is for another target or of another policy
 */
export function makePlan(request: PlanRequest): RetentionPlan {
  const { target, world, approved } = request;
  const policy = fingerprintOf([request.policy.fingerprint, request.protection.fingerprint]);
  if (approved !== undefined) requireSamePlan(approved, target, policy);
  const graph = approved === undefined ? request.graph : rememberPlan(request.graph, approved);
  const { holds, problems } = request.records ?? NO_RECORD_HOLDS;
  const judged = judgeNodes({ ...request, graph, holds: new Map([...holdHeads(graph), ...holds]) });
  const verdicts = approved === undefined ? judged : narrowToPlan(graph, judged, approved);
  const outcomes = closeGraph(graph, verdicts);
  const goes = (at: number): boolean => outcomes[at]?.kind === 'go';
  const order = orderDeletions(graph, goes, world.now);
  const byKey = sortedByKey(graph);
  const untags = untagsOf(graph, outcomes, byKey);
  const roots = graph.nodes.flatMap((node, at) => (isRoot(node) ? [at] : []));
  return {
    version: 1,
    target,
    now: new Date(world.now).toISOString(),
    delete: [...order.map((at) => deletionOf(at, graph, outcomes, goes)), ...untags],
    transition: orderDeletions(graph, (at) => outcomes[at]?.kind === 'archive', world.now).flatMap((at) => {
      const [image, outcome] = [graph.nodes[at]?.image, outcomes[at]];
      if (image === undefined || outcome?.kind !== 'archive') return [];
      return [{ ...itemOf(image, outcome), ...updateOf(image), to: 'archive' as const }];
    }),
    keep: byKey.flatMap((at) => {
      const [image, outcome] = [graph.nodes[at]?.image, outcomes[at]];
      if (image === undefined || outcome?.kind !== 'stay') return [];
      const gone = new Set(outcome.untag?.tags);
      return [itemOf({ ...image, tags: image.tags.filter((tag) => !gone.has(tag)) }, outcome)];
    }),
    problems: [...new Set([...problems, ...problemsOf(graph, outcomes, approved, untags)])].sort(),
    freedBytes: freedBytes(graph, goes),
    inventory: inventoryDigest(graph.nodes.map(({ image }) => image)),
    policy,
    roots: { total: roots.length, going: roots.filter(goes).length },
  };
}

function sortedByKey(graph: ImageGraph): readonly number[] {
  return graph.nodes.map((_, at) => at).sort((a, b) => compare(graph.nodes[a]?.key, graph.nodes[b]?.key));
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function itemOf(
  { id, digest, tags }: StoredImage,
  { rule, reason }: Pick<Outcome, 'rule' | 'reason'>,
): Pick<PlannedDeletion, 'id' | 'digest' | 'tags' | 'rule' | 'reason'> {
  return { id, ...(digest === undefined ? {} : { digest }), tags, rule, reason };
}

function updateOf({ updatedAt }: StoredImage): Pick<PlannedDeletion, 'updatedAt'> {
  const time = formatTime(updatedAt);
  return time === undefined ? {} : { updatedAt: time };
}

function deletionOf(
  at: number,
  graph: ImageGraph,
  outcomes: readonly Outcome[],
  goes: (at: number) => boolean,
): PlannedDeletion {
  const image = graph.nodes[at]?.image;
  const outcome = outcomes[at];
  if (image === undefined || outcome === undefined) throw new RangeError(`There is no image ${at}.`);
  const after = mustGoBefore(at, graph)
    .filter(goes)
    .flatMap((other) => graph.nodes[other]?.image.id ?? [])
    .sort();
  return {
    ...itemOf(image, outcome),
    action: 'delete',
    ...updateOf(image),
    ...(after.length === 0 ? {} : { after }),
  };
}

function untagsOf(
  graph: ImageGraph,
  outcomes: readonly Outcome[],
  byKey: readonly number[],
): readonly PlannedDeletion[] {
  return byKey.flatMap((at): readonly PlannedDeletion[] => {
    const [image, outcome] = [graph.nodes[at]?.image, outcomes[at]];
    if (image === undefined || outcome?.kind !== 'stay' || outcome.untag === undefined) return [];
    const { tags, rule, reason } = outcome.untag;
    return [
      {
        ...itemOf({ ...image, tags: [...tags].sort() }, { rule, reason }),
        action: 'untag',
        ...updateOf(image),
      },
    ];
  });
}

function problemsOf(
  graph: ImageGraph,
  outcomes: readonly Outcome[],
  approved: RetentionPlan | undefined,
  untags: readonly PlannedDeletion[],
): readonly string[] {
  const doubts = graph.nodes.flatMap((node, at) => {
    const why = graph.unread.get(at) ?? node.doubt;
    return why === undefined ? [] : [`${nameOf(node)} is kept: ${why}`];
  });
  const planned = new Set([...(approved?.delete ?? []), ...(approved?.transition ?? [])].map(({ id }) => id));
  const done = new Set(untags.map(({ id }) => id));
  const dropped = graph.nodes.flatMap((node, at) => {
    const outcome = outcomes[at];
    if (!planned.has(node.image.id) || outcome?.kind !== 'stay' || done.has(node.image.id)) return [];
    return [`${nameOf(node)} was to go and stays: ${outcome.reason}`];
  });
  return [...doubts, ...dropped];
}

/** The sha256, in hex, of the images of a list as far as plans look at them; their order does not count. */
export function inventoryDigest(images: readonly StoredImage[]): string {
  const hash = createHash('sha256');
  // A line of each at a time: all of a hundred thousand would take memory that nothing else needs.
  for (const image of images.toSorted((a, b) => compare(a.id, b.id))) {
    const { id, digest, tags, pushedAt, updatedAt, storageClass } = image;
    const line = JSON.stringify([id, digest ?? '', tags, pushedAt, updatedAt ?? 0, storageClass ?? '']);
    hash.update(`${line}\n`);
  }
  return hash.digest('hex');
}
