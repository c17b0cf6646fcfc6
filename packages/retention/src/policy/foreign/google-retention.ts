import { describeAge, pushTime } from '../../image/image-time.ts';
import type { StoredImage } from '../../image/stored-image.ts';
import { fingerprintOf } from '../fingerprint.ts';
import {
  KEEP_UNMATCHED,
  type RetentionDecision,
  type RetentionPolicy,
  type RetentionWorld,
} from '../retention-decision.ts';
import type { GoogleCondition, GooglePolicy } from './google-policy.ts';

/**
 * Google Artifact Registry's cleanup policies: what a `Delete` policy fits goes, unless a `Keep` policy fits it,
 * too (cleanup-policy-overview). A version goes with all of its tags, as there.
 *
 * @param target the repository, as it is pulled; the packages of Google's conditions are what follows the first
 *   three parts: `europe-docker.pkg.dev/project/repository/package`.
 */
export function googleRetention(policy: GooglePolicy, target: string): RetentionPolicy {
  return {
    name: 'Google Artifact Registry',
    fingerprint: fingerprintOf(policy),
    judges: 'roots',
    decide: (images, world) => decide(policy, images, world, packageOf(target)),
  };
}

function packageOf(target: string): string {
  const parts = target.split('/');
  return parts.length > 3 ? parts.slice(3).join('/') : (parts.at(-1) ?? target);
}

function decide(
  policy: GooglePolicy,
  images: readonly StoredImage[],
  world: RetentionWorld,
  packageName: string,
): readonly RetentionDecision[] {
  const newest = images
    .map((image, index) => ({ index, time: pushTime(image, world.now) }))
    .sort((a, b) => b.time - a.time || b.index - a.index)
    .map(({ index }) => index);
  const decisions: RetentionDecision[] = images.map(() => KEEP_UNMATCHED);
  for (const rule of policy.rules) {
    if ('keepCount' in rule || rule.action !== 'delete') continue;
    images.forEach((image, index) => {
      if (decisions[index]?.kind === 'delete' || !fits(rule.condition, image, world, packageName)) return;
      const reason = `The policy fits it: ${describe(image, world)}.`;
      decisions[index] = { kind: 'delete', tags: image.tags, rule: rule.name, reason };
    });
  }
  for (const rule of policy.rules) {
    const keep = (index: number, reason: string): void => {
      if (decisions[index]?.kind !== 'keep' || decisions[index]?.rule === KEEP_UNMATCHED.rule) {
        decisions[index] = { kind: 'keep', rule: rule.name, reason };
      }
    };
    if ('keepCount' in rule) {
      if (!startsWithOne(packageName, rule.packageNamePrefixes)) continue;
      for (const index of newest.slice(0, rule.keepCount)) {
        keep(index, `It is one of the ${rule.keepCount} most recent versions.`);
      }
    } else if (rule.action === 'keep') {
      images.forEach((image, index) => {
        if (fits(rule.condition, image, world, packageName)) keep(index, 'A policy that keeps fits it.');
      });
    }
  }
  return decisions;
}

function describe(image: StoredImage, world: RetentionWorld): string {
  const age = `pushed ${describeAge(world.now - pushTime(image, world.now))} ago`;
  return image.tags.length === 0 ? `no tag, ${age}` : age;
}

function fits(
  condition: GoogleCondition,
  image: StoredImage,
  { now }: RetentionWorld,
  packageName: string,
): boolean {
  const { tagState, tagPrefixes, olderThan, newerThan } = condition;
  const age = now - pushTime(image, now);
  if (tagState === 'tagged' && image.tags.length === 0) return false;
  if (tagState === 'untagged' && image.tags.length > 0) return false;
  if (tagPrefixes.length > 0 && !image.tags.some((tag) => startsWithOne(tag, tagPrefixes))) return false;
  if (olderThan !== undefined && age <= olderThan) return false;
  if (newerThan !== undefined && age >= newerThan) return false;
  return (
    startsWithOne(image.digest ?? image.id, condition.versionNamePrefixes) &&
    startsWithOne(packageName, condition.packageNamePrefixes)
  );
}

/** No prefixes at all fit everything. */
function startsWithOne(text: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => text.startsWith(prefix));
}
