import { isHeadTag } from '@artifact-lifecycle/gates/names';
import type { Digest } from '@artifact-lifecycle/registry';
import type { ImageGraph } from '../graph/image-graph.ts';
import type { NodeKey } from '../graph/manifest-facts.ts';

/** Why an image stays whatever its tags say: an environment keeps it. */
export interface RecordHold {
  /** `environment production`; `records` where nobody knows whose. */
  readonly rule: string;
  /** One or two sentences. */
  readonly reason: string;
}

/** What promotion records keep, and what there is to say of them. */
export interface RecordHolds {
  readonly holds: ReadonlyMap<NodeKey, RecordHold>;
  /** What keeps images though nobody can verify it, a sentence each; it becomes part of the plan. */
  readonly problems: readonly string[];
  /** What claims to be a record and counts as none, a sentence each. */
  readonly remarks: readonly string[];
}

export const NO_RECORD_HOLDS: RecordHolds = { holds: new Map(), problems: [], remarks: [] };

/** The rule of what stays for records of which nobody knows the environment. */
export const RECORDS_RULE = 'records';

/** A head tag, and what it points to. */
export interface Head {
  readonly tag: string;
  /** Place in the graph. */
  readonly at: number;
}

/** The head tags of a repository, in the order of the graph. */
export function headsOf(graph: ImageGraph): readonly Head[] {
  return graph.nodes.flatMap(({ image }, at) => image.tags.filter(isHeadTag).map((tag) => ({ tag, at })));
}

/**
 * Holds what head tags point to and what that is about, whoever set them: without them no promotion knows what was
 * withdrawn, and no rollback where to go.
 */
export function holdHeads(graph: ImageGraph): ReadonlyMap<NodeKey, RecordHold> {
  const holds = new Map<NodeKey, RecordHold>();
  for (const { tag, at } of headsOf(graph)) {
    const node = graph.nodes[at];
    if (node === undefined) continue;
    const reason = `Its tag ${tag} leads to the records of an environment.`;
    holds.set(node.key, { rule: RECORDS_RULE, reason });
    for (const subject of node.subjects) {
      const key = graph.nodes[subject]?.key;
      if (key === undefined || holds.has(key)) continue;
      holds.set(key, { rule: RECORDS_RULE, reason: `What the tag ${tag} points to is about it.` });
    }
  }
  return holds;
}

/** The start of the reason for what an environment keeps; what follows says why. */
export function keptBy(environment: string, record: Digest, why: string): RecordHold {
  return {
    rule: `environment ${environment}`,
    reason: `The environment ${environment} keeps it: record ${record}. ${why}`,
  };
}
