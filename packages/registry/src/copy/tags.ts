import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import { formatReference } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Registry } from '../registry.ts';
import { eventually } from './read-back.ts';
import { decideTag, digestLike, type TagDecision, tagRefusal } from './tag-decision.ts';

/** A tag to be set, as it was planned. */
export interface TagWish {
  readonly tag: Tag;
  readonly manifest: Manifest;
  readonly planned: TagDecision;
  readonly isChannel: boolean;
}

/** What setting tags stands on. */
export interface TagSetting {
  readonly destination: Registry;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether time has gone by since the tags were looked at. */
  readonly lookAgain: boolean;
}

/**
 * Points a tag to a manifest that is there, and reads it again. Gives what became of it, which differs from
 * the plan only where somebody else has set it to the same digest meanwhile.
 *
 * No registry can set a tag on a condition, so that a race cannot be ruled out; it is found out, and loud.
 *
 * @throws SuiteError `TAG_EXISTS` where it has been published meanwhile, `PLAN_STALE` where a channel has been
 *   moved meanwhile, or the tag right after it was set; each names both digests
 */
export async function setTag(wish: TagWish, setting: TagSetting): Promise<TagDecision> {
  const { tag, manifest, planned } = wish;
  if (planned.outcome === 'same') return planned;
  const decision = setting.lookAgain ? await decideAgain(wish, setting) : planned;
  if (decision.outcome === 'same') return decision;
  await setting.destination.tagManifest(tag, manifest, { signal: setting.signal });
  await confirm(wish, setting);
  return decision;
}

/**
 * Points several tags to a manifest that is there, by one request where the registry offers that, and reads them again.
 * `done` hears of each that is set; those that it does not hear of are left to be set one by one.
 *
 * @throws SuiteError as {@link setTag}; before the first is set where one of them may not be
 */
export async function setTogether(
  wishes: readonly TagWish[],
  setting: TagSetting,
  done: (tag: Tag, decision: TagDecision) => void,
): Promise<void> {
  const { destination, signal } = setting;
  const open = wishes.filter(({ planned }) => planned.outcome !== 'same');
  const [first] = open;
  if (first === undefined || destination.mayTagTogether?.(open.length) !== true) return;
  const decided = await Promise.all(
    open.map(async (wish) => ({
      wish,
      decision: setting.lookAgain ? await decideAgain(wish, setting) : wish.planned,
    })),
  );
  const toSet = decided.filter(({ decision }) => decision.outcome !== 'same');
  if (toSet.length < 2) return;
  const tags = toSet.map(({ wish }) => wish.tag);
  const set = new Set(await destination.tagTogether?.(tags, first.manifest, { signal }));
  const confirmed = await Promise.allSettled(
    toSet
      .filter(({ wish }) => set.has(wish.tag))
      .map(async ({ wish, decision }) => {
        await confirm(wish, setting);
        done(wish.tag, decision);
      }),
  );
  const failed = confirmed.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function confirm(
  { tag, manifest }: TagWish,
  { destination, clock, signal }: TagSetting,
): Promise<void> {
  let seen: string | undefined;
  const isSet = async (): Promise<boolean> => {
    const current = (await destination.resolve(tag, { signal }))?.digest;
    seen = current;
    return current !== undefined && current === digestLike(manifest, current);
  };
  if (await eventually(isSet, clock, signal)) return;
  const name = formatReference({ location: destination.location, tag, digest: undefined });
  throw new SuiteError(
    'PLAN_STALE',
    `${name} was set to ${manifest.digest}, but now points to ${seen ?? 'nothing'}: somebody else set it at the same time.`,
    { remedy: 'Find out who else publishes this tag, and run it again.' },
  );
}

async function decideAgain(
  { tag, manifest, planned, isChannel }: TagWish,
  { destination, signal }: TagSetting,
): Promise<TagDecision> {
  const current = (await destination.resolve(tag, { signal }))?.digest;
  const wanted = digestLike(manifest, current);
  const now = decideTag({ current, wanted, isChannel });
  const before = planned.outcome === 'moved' ? planned.previous : undefined;
  if (now.outcome === 'same' || current === before) return now.outcome === 'same' ? now : planned;
  if (current !== undefined && !isChannel) {
    throw tagRefusal([{ location: destination.location, tag, previous: current, wanted }]);
  }
  const name = formatReference({ location: destination.location, tag, digest: undefined });
  throw new SuiteError(
    'PLAN_STALE',
    `${name} was to move from ${before ?? 'nothing'} to ${wanted}, but points to ${current ?? 'nothing'} by now.`,
    { remedy: 'Run it again, so that it is decided anew whether the tag is to move.' },
  );
}
