import type { Clock } from '@artifact-lifecycle/core';
import {
  type Digest,
  decideTag,
  digestLike,
  type Manifest,
  type Registry,
  setTag,
  type Tag,
  type TagDecision,
  tagRefusal,
} from '@artifact-lifecycle/registry';

/** What becomes of a tag; `unset` where the run ended before it. */
export interface TagFate {
  readonly tag: Tag;
  readonly isChannel: boolean;
  readonly outcome: TagDecision['outcome'] | 'unset';
  /** What it pointed to before, where that was something else. */
  readonly previous: Digest | undefined;
}

/** Tags to be pointed at an image that is in its registry already, each decided about. */
export interface Application {
  readonly registry: Registry;
  readonly manifest: Manifest;
  readonly fates: readonly TagFate[];
}

/** What applying tags stands on. */
export interface ApplyOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears the state after each tag. */
  readonly onChange: (application: Application) => void;
}

/** Looks at all tags, and decides about each; nothing is written. */
export async function planApplication(
  registry: Registry,
  manifest: Manifest,
  tags: readonly Tag[],
  isChannel: (tag: Tag) => boolean,
  signal: AbortSignal,
): Promise<Application> {
  const decide = async (tag: Tag): Promise<TagFate> => {
    const current = (await registry.resolve(tag, { signal }))?.digest;
    const may = isChannel(tag);
    const decision = decideTag({ current, wanted: digestLike(manifest, current), isChannel: may });
    return asFate(tag, may, decision);
  };
  return { registry, manifest, fates: await Promise.all([...new Set(tags)].map(decide)) };
}

/**
 * Refuses a plan in which a published tag would move, before any tag is written.
 *
 * @throws SuiteError `TAG_EXISTS` with both digests of each
 */
export function refuseMoves({ registry, manifest, fates }: Application): void {
  const refused = fates.flatMap(({ tag, outcome, previous }) =>
    outcome === 'refused' && previous !== undefined
      ? [{ location: registry.location, tag, previous, wanted: digestLike(manifest, previous) }]
      : [],
  );
  if (refused.length > 0) throw tagRefusal(refused);
}

/** How things stand before anything is set: where a tag is refused, none of the others is going to be set. */
export function beforeSetting(plan: Application): Application {
  if (plan.fates.every(({ outcome }) => outcome !== 'refused')) return plan;
  return { ...plan, fates: plan.fates.map((fate) => (fate.outcome === 'refused' ? fate : pending(fate))) };
}

/**
 * Sets the tags one after the other, versions before channels, and reads each back. Running it again finishes
 * what was begun.
 *
 * @throws SuiteError `TAG_EXISTS`, `PLAN_STALE` where somebody else set a tag meanwhile, and those of writing
 */
export async function carryOut(plan: Application, options: ApplyOptions): Promise<Application> {
  const { clock, signal, onChange } = options;
  const { registry: destination, manifest } = plan;
  const became = new Map<Tag, TagFate>();
  const current = (): Application => ({
    ...plan,
    fates: plan.fates.map((fate) => became.get(fate.tag) ?? pending(fate)),
  });
  onChange(current());
  const ordered = [...plan.fates].sort((a, b) => Number(a.isChannel) - Number(b.isChannel));
  for (const [index, fate] of ordered.entries()) {
    const { tag, isChannel } = fate;
    // The first is written right after all were looked at; before the others time has gone by.
    const setting = { destination, clock, signal, lookAgain: index > 0 };
    const decision = await setTag({ tag, manifest, planned: asDecision(fate), isChannel }, setting);
    became.set(tag, asFate(tag, isChannel, decision));
    onChange(current());
  }
  return current();
}

function asFate(tag: Tag, isChannel: boolean, decision: TagDecision): TagFate {
  const previous = 'previous' in decision ? decision.previous : undefined;
  return { tag, isChannel, outcome: decision.outcome, previous };
}

function asDecision({ outcome, previous }: TagFate): TagDecision {
  if (outcome === 'moved' && previous !== undefined) return { outcome, previous };
  return { outcome: outcome === 'same' ? 'same' : 'created' };
}

/** What is right already stays so; everything else is unset until it is set. */
function pending(fate: TagFate): TagFate {
  return fate.outcome === 'same' ? fate : { ...fate, outcome: 'unset', previous: undefined };
}
