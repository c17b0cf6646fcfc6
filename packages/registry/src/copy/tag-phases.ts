import type { CosignTagDecision } from './cosign-tag.ts';
import type { Journey } from './journey.ts';
import type { CopyPlan } from './plan.ts';
import type { TagReport } from './report.ts';
import { setTag, type TagSetting } from './tags.ts';

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
  for (const { tag, decision, isChannel } of journey.plan.tags) {
    if (isChannel !== channels) continue;
    const became = await setTag({ tag, manifest: root, planned: decision, isChannel }, setting);
    journey.tagged(reportTag(tag, became));
  }
}

function reportTag(tag: TagReport['tag'], decision: CosignTagDecision): TagReport {
  const { outcome } = decision;
  return 'previous' in decision ? { tag, outcome, previous: decision.previous } : { tag, outcome };
}
