import { isHeadTag } from '@artifact-lifecycle/gates/names';
import { type ImageGraph, type ImageNode, isRoot } from '../graph/image-graph.ts';
import type { NodeKey } from '../graph/manifest-facts.ts';
import { describeAge, pushTime } from '../image/image-time.ts';
import type { RetentionProtection } from '../policy/protection.ts';
import {
  KEEP_UNMATCHED,
  type RetentionDecision,
  type RetentionPolicy,
  type RetentionWorld,
} from '../policy/retention-decision.ts';
import type { RecordHold } from '../record/record-hold.ts';
import type { ServiceAbilities } from '../service/retention-service.ts';
import type { NodeVerdict } from './verdict.ts';

/** What verdicts are made of. */
export interface Judgement {
  readonly graph: ImageGraph;
  readonly policy: RetentionPolicy;
  readonly protection: RetentionProtection;
  readonly abilities: ServiceAbilities;
  readonly world: RetentionWorld;
  /** What promotion records keep. */
  readonly holds: ReadonlyMap<NodeKey, RecordHold>;
}

/** Judges each image alone: what holds it, then what the policy says of it or leaves to what it belongs to. */
export function judgeNodes(judgement: Judgement): readonly NodeVerdict[] {
  const { graph, policy } = judgement;
  const unreadUntil = lastUnreadPush(judgement);
  const decisions = policy.judges === 'all' ? decideAll(judgement) : decideRoots(judgement);
  return graph.nodes.map((node, at): NodeVerdict => {
    const held = holdOf(node, judgement, unreadUntil);
    if (held !== undefined) return { kind: 'stay', isHeld: true, ...held };
    const decision = decisions[at];
    if (policy.judges === 'all' && node.isFollower) {
      const guarded = protectedTag(node.chosenTags, judgement);
      if (guarded !== undefined) return { kind: 'stay', ...guarded, isHeld: true };
      return { kind: 'follow', ...(decision?.kind === 'delete' ? { rule: decision.rule } : {}) };
    }
    if (decision === undefined) return { kind: 'follow' };
    if (decision.kind === 'keep') return { ...decision, kind: 'stay', isHeld: false };
    if (decision.kind === 'transition') return judgeTransition(node, decision, judgement);
    return judgeDeletion(node, decision, judgement);
  });
}

/** Amazon ECR looks at tags as they are, also at those that are computed; only head tags are ours alone. */
function decideAll({ graph, policy, world }: Judgement): readonly (RetentionDecision | undefined)[] {
  const judged = graph.nodes.flatMap(({ image }, at) => {
    const tags = image.tags.some(isHeadTag) ? image.tags.filter((tag) => !isHeadTag(tag)) : image.tags;
    // A record under a head tag is no image, and none of the newest of anything.
    if (tags.length === 0 && image.tags.length > 0) return [];
    return [{ at, image: tags === image.tags ? image : { ...image, tags } }];
  });
  return spreadOut(
    judged,
    policy.decide(
      judged.map(({ image }) => image),
      world,
    ),
    graph,
  );
}

function decideRoots({ graph, policy, world }: Judgement): readonly (RetentionDecision | undefined)[] {
  const roots = graph.nodes.flatMap((node, at) => (isRoot(node) ? [{ node, at }] : []));
  const decisions = policy.decide(
    roots.map(({ node: { image, chosenTags } }) =>
      chosenTags.length === image.tags.length ? image : { ...image, tags: chosenTags },
    ),
    world,
  );
  return spreadOut(roots, decisions, graph);
}

/** Decisions by the place of their image in the graph. */
function spreadOut(
  judged: readonly { readonly at: number }[],
  decisions: readonly RetentionDecision[],
  graph: ImageGraph,
): readonly (RetentionDecision | undefined)[] {
  const byNode: (RetentionDecision | undefined)[] = new Array(graph.nodes.length).fill(undefined);
  judged.forEach(({ at }, index) => {
    byNode[at] = decisions[index] ?? KEEP_UNMATCHED;
  });
  return byNode;
}

/** What holds an image; `isHeld: false` where an earlier plan, which has looked at it, may overrule. */
type Hold = { readonly rule: string; readonly reason: string; readonly isHeld?: false };

function holdOf(node: ImageNode, judgement: Judgement, unreadUntil: number): Hold | undefined {
  const { image, doubt } = node;
  const { protection, world, holds } = judgement;
  if (image.isLocked === true) return { rule: 'locked', reason: 'The service has locked it.' };
  const user = image.digest === undefined ? undefined : protection.digests.get(image.digest);
  if (user !== undefined) return { rule: 'protect', reason: `It is in use: ${user}.` };
  const recorded = holds.get(node.key);
  if (recorded !== undefined) return recorded;
  if (doubt !== undefined) return { rule: 'unjudged', reason: doubt };
  const pushed = pushTime(image, world.now);
  if (pushed <= unreadUntil) {
    return { rule: 'unjudged', reason: 'Something that could not be read may need it.' };
  }
  if (node.chosenTags.length > 0 || node.isFollower) return undefined;
  const age = world.now - Math.max(pushed, image.updatedAt ?? 0);
  return age < protection.minAgeUntagged
    ? {
        rule: 'min-age-untagged',
        reason: `It has no tag and is ${describeAge(age)} old: a push may be under way.`,
        isHeld: false,
      }
    : undefined;
}

/**
 * When the newest of the images was pushed that could not be read. What it needs was there before it; so what was
 * pushed later is not needed by it, and of all else nobody knows.
 */
function lastUnreadPush({ graph, world }: Judgement): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const at of graph.unread.keys()) {
    const image = graph.nodes[at]?.image;
    if (image !== undefined) last = Math.max(last, pushTime(image, world.now), image.updatedAt ?? 0);
  }
  return last;
}

function protectedTag(tags: readonly string[], { protection }: Judgement): Hold | undefined {
  for (const tag of tags) {
    const pattern = protection.protects(tag);
    if (pattern !== undefined)
      return { rule: 'protect', reason: `The pattern ${pattern} protects its tag ${tag}.` };
  }
  return undefined;
}

function judgeTransition(
  { image }: ImageNode,
  { rule, reason }: Extract<RetentionDecision, { readonly kind: 'transition' }>,
  { abilities }: Judgement,
): NodeVerdict {
  if (image.storageClass === 'archive')
    return { kind: 'stay', rule, reason: 'It is in the archive.', isHeld: false };
  if (abilities.transition) return { kind: 'archive', rule, reason };
  const kept = `${reason} It stays: the service has no archive.`;
  return { kind: 'stay', rule, reason: kept, isHeld: false };
}

function judgeDeletion(
  node: ImageNode,
  { tags, rule, reason }: Extract<RetentionDecision, { readonly kind: 'delete' }>,
  judgement: Judgement,
): NodeVerdict {
  const { policy, abilities } = judgement;
  const guarded = protectedTag(node.chosenTags, judgement);
  // A policy of whole images has no say about single tags.
  if (policy.judges === 'all' && guarded !== undefined) return { kind: 'stay', ...guarded, isHeld: true };
  const going = tags.filter((tag) => protectedTag([tag], judgement) === undefined);
  const stays = node.chosenTags.filter((tag) => !going.includes(tag));
  if (policy.judges === 'all' || stays.length === 0) return { kind: 'go', rule, reason };
  if (going.length === 0 && guarded !== undefined) return { kind: 'stay', ...guarded, isHeld: true };
  const staying = listTags(stays);
  if (abilities.untag === 'none') {
    const kept = `${staying} not let go, and the service cannot take ${listNames(going)} away alone.`;
    return { kind: 'stay', rule: guarded?.rule ?? 'shared', reason: kept, isHeld: false };
  }
  return {
    kind: 'stay',
    rule: guarded?.rule ?? 'shared',
    reason: guarded?.reason ?? `${staying} not let go.`,
    isHeld: false,
    untag: { tags: going, rule, reason: `${reason} ${staying} not let go.` },
  };
}

/** So many tags are named in a sentence. */
const MAX_NAMED = 3;

function listNames(tags: readonly string[]): string {
  const named = tags.slice(0, MAX_NAMED).join(', ');
  return tags.length > MAX_NAMED ? `${named} and ${tags.length - MAX_NAMED} more` : named;
}

function listTags(tags: readonly string[]): string {
  return tags.length === 1 ? `Its tag ${listNames(tags)} is` : `Its tags ${listNames(tags)} are`;
}
