import { compilePattern, type Matcher } from '@artifact-lifecycle/core';
import { describeAge, pushTime } from '../../image/image-time.ts';
import type { StoredImage } from '../../image/stored-image.ts';
import { fingerprintOf } from '../fingerprint.ts';
import {
  KEEP_UNMATCHED,
  type RetentionDecision,
  type RetentionPolicy,
  type RetentionWorld,
} from '../retention-decision.ts';
import type { HarborPolicy, HarborRule, HarborSelector } from './harbor-policy.ts';

const DAY = 86_400_000;

/** A rule with its patterns compiled. */
interface CompiledRule extends HarborRule {
  readonly selectors: readonly (HarborSelector & { readonly matches: Matcher })[];
}

/**
 * Harbor's tag retention: what one of the rules retains stays, and all else of the repository goes (goharbor,
 * src/pkg/retention). A repository that no rule is for is left alone.
 *
 * @param target the repository, as it is pulled; Harbor's patterns fit what follows host and project.
 */
export function harborRetention(policy: HarborPolicy, target: string): RetentionPolicy {
  const repository = repositoryOf(target);
  const rules = policy.rules
    .filter(({ repositories }) => repositories.every((selector) => fitsRepository(selector, repository)))
    .map(
      (rule): CompiledRule => ({
        ...rule,
        selectors: rule.tags.map((selector) => ({
          ...selector,
          matches: compileDoublestar(selector.pattern),
        })),
      }),
    );
  return {
    name: 'Harbor',
    fingerprint: fingerprintOf(policy),
    judges: 'roots',
    decide: (images, world) =>
      rules.length === 0 ? images.map(() => NOT_MEANT) : decide(rules, images, world),
  };
}

const NOT_MEANT: RetentionDecision = {
  kind: 'keep',
  rule: KEEP_UNMATCHED.rule,
  reason: 'No rule is for its repository.',
};

function repositoryOf(target: string): string {
  const parts = target.split('/');
  return parts.length > 2 ? parts.slice(2).join('/') : (parts.at(-1) ?? target);
}

/** An empty pattern fits everything, as there. */
function compileDoublestar(pattern: string): Matcher {
  return pattern === '' ? () => true : compilePattern(pattern);
}

function fitsRepository({ pattern, excludes }: HarborSelector, repository: string): boolean {
  return compileDoublestar(pattern)(repository) !== excludes;
}

function decide(
  rules: readonly CompiledRule[],
  images: readonly StoredImage[],
  world: RetentionWorld,
): readonly RetentionDecision[] {
  const decisions: RetentionDecision[] = images.map(({ tags }) => ({
    kind: 'delete',
    tags,
    rule: 'not retained',
    reason: 'No rule retains it.',
  }));
  for (const rule of rules) {
    const selected = images.flatMap((image, index) => (isSelected(rule, image) ? [index] : []));
    for (const index of retained(rule, selected, images, world)) {
      const image = images[index];
      if (image === undefined || decisions[index]?.kind === 'keep') continue;
      const reason = `The rule ${rule.template} retains it${ageOf(image, world)}.`;
      decisions[index] = { kind: 'keep', rule: `rule ${rule.index + 1}`, reason };
    }
  }
  return decisions;
}

function ageOf(image: StoredImage, { now }: RetentionWorld): string {
  return `; it was pushed ${describeAge(now - pushTime(image, now))} ago`;
}

function isSelected({ selectors }: CompiledRule, { tags }: StoredImage): boolean {
  return selectors.every(({ matches, excludes, untagged }) => {
    if (tags.length === 0) return excludes ? !untagged : untagged;
    return tags.some((tag) => matches(tag) !== excludes);
  });
}

function retained(
  { template, number }: CompiledRule,
  selected: readonly number[],
  images: readonly StoredImage[],
  { now, tellsPullTime }: RetentionWorld,
): readonly number[] {
  const pushed = (index: number): number => {
    const image = images[index];
    return image === undefined ? 0 : pushTime(image, now);
  };
  const pulled = (index: number): number => images[index]?.pulledAt ?? 0;
  const active = (index: number): number => Math.max(pushed(index), pulled(index));
  const newest = (timeOf: (index: number) => number): readonly number[] =>
    selected.toSorted((a, b) => timeOf(b) - timeOf(a) || b - a).slice(0, number);
  const within = (timeOf: (index: number) => number): readonly number[] =>
    selected.filter((index) => now - timeOf(index) <= number * DAY);
  switch (template) {
    case 'always':
      return selected;
    case 'latestPushedK':
      return newest(pushed);
    case 'nDaysSinceLastPush':
      return within(pushed);
    // What asks for pulls retains everything where a service does not tell them.
    case 'latestPulledN':
      return tellsPullTime === false ? selected : newest(pulled);
    case 'latestActiveK':
      return tellsPullTime === false ? selected : newest(active);
    case 'nDaysSinceLastPull':
      return tellsPullTime === false ? selected : within(pulled);
    case 'lastXDays':
      return tellsPullTime === false ? selected : within(active);
  }
}
