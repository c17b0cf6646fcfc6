import { pushTime } from '../../image/image-time.ts';
import type { StorageClass, StoredImage } from '../../image/stored-image.ts';
import { KEEP_UNMATCHED, type RetentionDecision, type RetentionWorld } from '../retention-decision.ts';
import { compileEcrPattern } from './ecr-pattern.ts';
import type { EcrCount, EcrPolicy, EcrRule } from './ecr-policy.ts';

const DAY = 86_400_000;

/**
 * What Amazon ECR's rules say of images (LifecyclePolicies.html, "evaluation rules"), each of them alone: that a
 * child of a list stays with it and that referrers follow their subject is the planner's part.
 *
 * All rules identify at the same time, each the images of its storage class that its tags fit, whatever another
 * rule does with them. Then they act in order of priority, each only on images that no rule before has identified.
 */
export function evaluateEcrPolicy(
  policy: EcrPolicy,
  images: readonly StoredImage[],
  world: RetentionWorld,
): readonly RetentionDecision[] {
  const decisions: (RetentionDecision | undefined)[] = new Array(images.length).fill(undefined);
  const byClass: Readonly<Record<StorageClass, readonly number[]>> = {
    standard: indexesOf(images, 'standard'),
    archive: indexesOf(images, 'archive'),
  };
  for (const rule of policy.rules) {
    const matches = compileSelection(rule);
    const identified = byClass[rule.storageClass].filter((index) => {
      const image = images[index];
      return image !== undefined && matches(image.tags);
    });
    const acted = new Set(actsOn(rule.count, identified, images, world));
    for (const index of identified) {
      const image = images[index];
      if (image === undefined || decisions[index] !== undefined) continue;
      decisions[index] = acted.has(index) ? act(rule, image, world) : shield(rule);
    }
  }
  return decisions.map((decision) => decision ?? KEEP_UNMATCHED);
}

function indexesOf(images: readonly StoredImage[], storageClass: StorageClass): readonly number[] {
  return images.flatMap((image, index) =>
    (image.storageClass ?? 'standard') === storageClass ? [index] : [],
  );
}

function compileSelection({ selection }: EcrRule): (tags: readonly string[]) => boolean {
  switch (selection.status) {
    case 'any':
      return () => true;
    case 'untagged':
      return (tags) => tags.length === 0;
    case 'tagged': {
      const matchers = selection.texts.map((text) =>
        selection.list === 'tagPrefixList' ? (tag: string) => tag.startsWith(text) : compileEcrPattern(text),
      );
      // Every entry of the list fits at least one of the tags, not the other way round.
      return (tags) => matchers.every((matches) => tags.some(matches));
    }
  }
}

function actsOn(
  count: EcrCount,
  identified: readonly number[],
  images: readonly StoredImage[],
  world: RetentionWorld,
): readonly number[] {
  const { now } = world;
  if (count.kind === 'more-than') {
    // AWS does not say who is newer of two of the same time; here it is the later one of the list.
    return identified
      .toSorted((a, b) => activeTime(images[b], now) - activeTime(images[a], now) || b - a)
      .slice(count.images);
  }
  return identified.filter((index) => {
    const since = timeOf(count.event, images[index], world);
    return since !== undefined && now - since > count.days * DAY;
  });
}

/** An image that was brought back from the archive counts as pushed then. */
function activeTime(image: StoredImage | undefined, now: number): number {
  return image === undefined ? 0 : (image.activatedAt ?? pushTime(image, now));
}

/** A pull before the image was brought back from the archive does not count; never pulled counts as pushed. */
function pullTime(image: StoredImage, now: number): number {
  const { pulledAt, activatedAt } = image;
  if (pulledAt === undefined) return activeTime(image, now);
  return activatedAt !== undefined && activatedAt > pulledAt ? activatedAt : pulledAt;
}

function timeOf(
  event: 'pushed' | 'pulled' | 'transitioned',
  image: StoredImage | undefined,
  { now, tellsPullTime }: RetentionWorld,
): number | undefined {
  if (image === undefined) return undefined;
  switch (event) {
    case 'pushed':
      return activeTime(image, now);
    case 'pulled':
      return tellsPullTime === false ? undefined : pullTime(image, now);
    case 'transitioned':
      return image.archivedAt;
  }
}

function act(rule: EcrRule, image: StoredImage, world: RetentionWorld): RetentionDecision {
  const reason = reasonOf(rule.count, image, world);
  return rule.action === 'expire'
    ? { kind: 'delete', tags: image.tags, rule: nameOf(rule), reason }
    : { kind: 'transition', to: 'archive', rule: nameOf(rule), reason };
}

function shield(rule: EcrRule): RetentionDecision {
  const reason = `Rule ${rule.priority} is for it and keeps it, so that no later rule may act on it.`;
  return { kind: 'keep', rule: nameOf(rule), reason };
}

function nameOf(rule: EcrRule): string {
  return `rule ${rule.priority}`;
}

function reasonOf(count: EcrCount, image: StoredImage, world: RetentionWorld): string {
  if (count.kind === 'more-than') return `It is not among the ${count.images} newest.`;
  const since = timeOf(count.event, image, world) ?? world.now;
  const days = Math.floor((world.now - since) / DAY);
  const event = count.event === 'transitioned' ? 'archived' : count.event;
  return `It was ${event} ${days} days ago, which is more than ${count.days} days.`;
}
