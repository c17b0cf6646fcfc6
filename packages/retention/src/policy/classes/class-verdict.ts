import { formatDuration } from '@artifact-lifecycle/core/policy';
import { describeAge, pushTime } from '../../image/image-time.ts';
import type { StoredImage } from '../../image/stored-image.ts';
import type { RetentionWorld } from '../retention-decision.ts';
import type { CompiledClass } from './compiled-class.ts';
import { type BranchNames, mayBeOfBranch, pullRequestOf } from './tag-origin.ts';

/** The world, with the names of branches as tags hold them. */
export interface JudgedWorld extends RetentionWorld {
  readonly branchNames: BranchNames | undefined;
}

/** Whether a tag goes, and by what class. */
export interface TagVerdict {
  readonly goes: boolean;
  readonly rule: string;
  readonly reason: string;
}

/** One tag of an image, or an image without any, in its class. */
export interface JudgedTag {
  readonly of: CompiledClass;
  readonly image: StoredImage;
  readonly tag: string | undefined;
  /** The literal start of the pattern that the tag fits. */
  readonly prefix: string;
  /** Its place among the images of the class, the newest is 0. */
  readonly rank: number;
}

/**
 * What a class says of a tag. `keep-last` keeps whatever else is said; then `delete-when` lets go what is younger
 * than `keep`; then the age counts. Without `keep`, what is not among the last goes, or, with `delete-when`,
 * what that says.
 */
export function judgeTag(judged: JudgedTag, world: JudgedWorld): TagVerdict {
  const { of, image, rank } = judged;
  const { keep, keepLast, deleteWhen } = of.rule;
  const keeps = (reason: string): TagVerdict => ({ goes: false, rule: of.name, reason });
  const goes = (reason: string): TagVerdict => ({ goes: true, rule: of.name, reason });
  if (keepLast !== undefined && rank < keepLast) {
    return keeps(`It is one of the ${keepLast} newest of its class.`);
  }
  const origin = deleteWhen === undefined ? undefined : askOrigin(judged, deleteWhen, world);
  if (origin?.gone === true) return goes(origin.reason);
  if (keep === 'forever') return keeps('Its class is kept forever.');
  if (keep === undefined) {
    if (origin !== undefined) return keeps(origin.reason);
    return goes(`It is not one of the ${keepLast ?? 0} newest of its class.`);
  }
  const { since, event } = ageOf(image, of.rule.since ?? 'pushed', world);
  if (since === undefined) return keeps('When it was last pulled is not known here.');
  const age = world.now - since;
  const limit = formatDuration(keep);
  return age > keep
    ? goes(`It was ${event} ${describeAge(age)} ago; its class is kept for ${limit}.`)
    : keeps(`It was ${event} ${describeAge(age)} ago; its class is kept for ${limit}.`);
}

function ageOf(
  image: StoredImage,
  event: 'pushed' | 'pulled',
  world: RetentionWorld,
): { readonly since: number | undefined; readonly event: string } {
  const pushed = pushTime(image, world.now);
  if (event === 'pushed') return { since: pushed, event };
  // Where a service does not tell pulls, "never pulled" would delete what is in daily use.
  if (world.tellsPullTime === false) return { since: undefined, event };
  const pulled = image.pulledAt;
  if (pulled === undefined || pulled < pushed) return { since: pushed, event: 'never pulled and pushed' };
  return { since: pulled, event: 'last pulled' };
}

/** What `delete-when` finds out: a tag of a pull request is asked for that, every other for its branch. */
function askOrigin(
  { tag, prefix }: JudgedTag,
  conditions: readonly ('branch-gone' | 'pr-closed')[],
  world: JudgedWorld,
): { readonly gone: boolean; readonly reason: string } {
  if (tag === undefined) return { gone: false, reason: 'It has no tag that names a branch.' };
  const pullRequest = pullRequestOf(tag, prefix);
  if (pullRequest !== undefined) {
    if (!conditions.includes('pr-closed')) return { gone: false, reason: 'It is of a pull request.' };
    if (world.openPullRequests === undefined) {
      return { gone: false, reason: 'Which pull requests are open is not known here.' };
    }
    return world.openPullRequests.has(pullRequest)
      ? { gone: false, reason: `The pull request ${pullRequest} is open.` }
      : { gone: true, reason: `The pull request ${pullRequest} is closed.` };
  }
  if (!conditions.includes('branch-gone')) return { gone: false, reason: 'It is of no pull request.' };
  if (world.branchNames === undefined) {
    return { gone: false, reason: 'Which branches exist is not known here.' };
  }
  return mayBeOfBranch(tag, prefix, world.branchNames)
    ? { gone: false, reason: 'Its branch exists.' }
    : { gone: true, reason: 'Its branch is gone.' };
}
