import { pushTime } from '../../image/image-time.ts';
import type { StoredImage } from '../../image/stored-image.ts';
import { fingerprintOf } from '../fingerprint.ts';
import {
  KEEP_UNMATCHED,
  type RetentionDecision,
  type RetentionPolicy,
  type RetentionWorld,
} from '../retention-decision.ts';
import { type JudgedWorld, judgeTag, type TagVerdict } from './class-verdict.ts';
import { type ClassPolicySource, type CompiledClass, compileClasses } from './compiled-class.ts';
import { branchNames } from './tag-origin.ts';

/**
 * Our own policy as it is in force in one repository: each tag of an image belongs to the first class that it
 * fits, and goes by what that class says; an image without tags belongs to the first class for such. Tags that no
 * class is for stay. So one tag of several can go without the image.
 *
 * @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID`
 */
export function classPolicy(source: ClassPolicySource): RetentionPolicy {
  const classes = compileClasses(source);
  return {
    name: 'artifact-lifecycle',
    fingerprint: fingerprintOf(
      classes.map(({ name, members, rule }) => ({
        name,
        members: members.kind === 'tags' ? members.patterns.map(({ text }) => text) : members.kind,
        rule,
      })),
    ),
    judges: 'roots',
    decide: (images, world) => decide(classes, images, world),
  };
}

/** A tag, or the lack of one, and the class it belongs to. */
interface Membership {
  readonly tag: string | undefined;
  readonly prefix: string;
  readonly of: CompiledClass | undefined;
}

function decide(
  classes: readonly CompiledClass[],
  images: readonly StoredImage[],
  world: RetentionWorld,
): readonly RetentionDecision[] {
  const memberships = images.map((image) => membershipsOf(image, classes));
  const ranks = rankMembers(memberships, images, world.now);
  const judged: JudgedWorld = {
    ...world,
    branchNames: world.branches === undefined ? undefined : branchNames(world.branches),
  };
  return images.map((image, index) => {
    const verdicts = (memberships[index] ?? []).map(({ tag, prefix, of }) => {
      if (of === undefined) return { tag, goes: false, ...unmatched } as const;
      const rank = ranks.get(of)?.get(index) ?? 0;
      return { tag, ...judgeTag({ of, image, tag, prefix, rank }, judged) };
    });
    return decisionOf(verdicts);
  });
}

const unmatched = { rule: KEEP_UNMATCHED.rule, reason: KEEP_UNMATCHED.reason };

function membershipsOf(image: StoredImage, classes: readonly CompiledClass[]): readonly Membership[] {
  if (image.tags.length === 0) {
    const of = classes.find(({ members }) => members.kind !== 'tags');
    return [{ tag: undefined, prefix: '', of }];
  }
  return image.tags.map((tag) => {
    for (const of of classes) {
      if (of.members.kind === 'everything') return { tag, prefix: '', of };
      if (of.members.kind !== 'tags') continue;
      const pattern = of.members.patterns.find(({ matches }) => matches(tag));
      if (pattern !== undefined) return { tag, prefix: pattern.prefix, of };
    }
    return { tag, prefix: '', of: undefined };
  });
}

/** The place of each image among those of its classes, the newest first; of the same time the later is newer. */
function rankMembers(
  memberships: readonly (readonly Membership[])[],
  images: readonly StoredImage[],
  now: number,
): ReadonlyMap<CompiledClass, ReadonlyMap<number, number>> {
  const members = new Map<CompiledClass, Set<number>>();
  memberships.forEach((list, index) => {
    for (const { of } of list) {
      if (of?.rule.keepLast === undefined) continue;
      const known = members.get(of);
      if (known === undefined) members.set(of, new Set([index]));
      else known.add(index);
    }
  });
  const timeOf = (index: number): number => {
    const image = images[index];
    return image === undefined ? 0 : pushTime(image, now);
  };
  return new Map(
    Array.from(members, ([of, indexes]) => {
      const sorted = [...indexes].sort((a, b) => timeOf(b) - timeOf(a) || b - a);
      return [of, new Map(sorted.map((index, rank) => [index, rank]))] as const;
    }),
  );
}

function decisionOf(
  verdicts: readonly (TagVerdict & { readonly tag: string | undefined })[],
): RetentionDecision {
  const first = verdicts.find(({ goes }) => goes);
  if (first === undefined) {
    // A class that keeps says more than that no class is for it.
    const kept = verdicts.find(({ rule }) => rule !== KEEP_UNMATCHED.rule) ?? verdicts[0];
    return kept === undefined ? KEEP_UNMATCHED : { kind: 'keep', rule: kept.rule, reason: kept.reason };
  }
  const tags = verdicts.flatMap(({ goes, tag }) => (goes && tag !== undefined ? [tag] : []));
  return { kind: 'delete', tags, rule: first.rule, reason: first.reason };
}
