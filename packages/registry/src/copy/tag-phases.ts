import type { Tag } from '../name/tag.ts';
import type { CosignTagDecision } from './cosign-tag.ts';
import type { Journey } from './journey.ts';
import type { CopyPlan } from './plan.ts';
import type { TagReport } from './report.ts';
import type { TagDecision } from './tag-decision.ts';
import { setTag, setTogether, type TagSetting } from './tags.ts';

/** Sets some of a destination's tags. */
export type TagPhase = (journey: Journey, plan: CopyPlan, setting: TagSetting) => Promise<void>;

/**
 * The order in which tags are set, at all destinations together: what is attached is found as soon as the
 * image is, and a channel moves only where the version it moves to is published.
 */
export const TAG_PHASES: readonly TagPhase[] = [
  setCosignTags,
  (journey, plan, setting) => setTags(journey, plan, setting, false),
  (journey, plan, setting) => setTags(journey, plan, setting, true),
];

async function setCosignTags(journey: Journey, _plan: CopyPlan, setting: TagSetting): Promise<void> {
  for (const { tag, manifest, decision } of journey.plan.cosignTags) {
    // Moving to a list that holds all of the present one is as good as a channel's move.
    const isChannel = decision.outcome === 'moved';
    const became =
      decision.outcome === 'kept'
        ? decision
        : await setTag({ tag, manifest, planned: decision, isChannel }, setting);
    journey.cosignTagged(reportTag(tag, became));
  }
}

async function setTags(
  journey: Journey,
  { root }: CopyPlan,
  setting: TagSetting,
  channels: boolean,
): Promise<void> {
  const wishes = journey.plan.tags
    .filter(({ isChannel }) => isChannel === channels)
    .map(({ tag, decision, isChannel }) => ({ tag, manifest: root, planned: decision, isChannel }));
  const done = new Set<Tag>();
  const report = (tag: Tag, became: TagDecision): void => {
    done.add(tag);
    journey.tagged(reportTag(tag, became));
  };
  await setTogether(wishes, setting, report);
  for (const wish of wishes) {
    if (!done.has(wish.tag)) report(wish.tag, await setTag(wish, setting));
  }
}

function reportTag(tag: TagReport['tag'], decision: CosignTagDecision): TagReport {
  const { outcome } = decision;
  return 'previous' in decision ? { tag, outcome, previous: decision.previous } : { tag, outcome };
}
