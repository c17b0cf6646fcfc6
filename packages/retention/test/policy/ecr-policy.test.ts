import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredImage } from '../../src/image/stored-image.ts';
import { compileEcrPattern } from '../../src/policy/ecr/ecr-pattern.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import { DAY, image, NOW, world } from '../support/image.ts';
import { evaluateNaively, type RawRule } from './naive-ecr.ts';

function policyOf(rules: readonly RawRule[]) {
  return retentionFor(readRetention(JSON.stringify({ rules }), { kind: 'input', name: 'retention' }), 'r');
}

function decide(rules: readonly RawRule[], images: readonly StoredImage[]): ReadonlyMap<string, string> {
  const decisions = policyOf(rules).decide(images, world());
  return new Map(
    images.flatMap(({ id }, index) => {
      const decision = decisions[index];
      if (decision === undefined || decision.kind === 'keep') return [];
      return [[id, `${decision.kind === 'delete' ? 'expire' : 'transition'} by ${decision.rule}`]] as const;
    }),
  );
}

const expire = { type: 'expire' };
const archive = { type: 'transition', targetStorageClass: 'archive' };
const pushed = { countType: 'sinceImagePushed', countUnit: 'days' };
const pulled = { countType: 'sinceImagePulled', countUnit: 'days' };

describe('an ECR policy decides', () => {
  it.each<{
    readonly name: string;
    readonly rules: readonly RawRule[];
    readonly images: readonly StoredImage[];
    readonly acts: Readonly<Record<string, string>>;
  }>([
    {
      name: 'that an image of exactly the age stays, and one older by a millisecond goes',
      rules: [
        { rulePriority: 1, selection: { tagStatus: 'any', ...pushed, countNumber: 7 }, action: expire },
      ],
      images: [image('exact', ['a'], 7), image('older', ['b'], 7, { pushedAt: NOW - 7 * DAY - 1 })],
      acts: { older: 'expire by rule 1' },
    },
    {
      name: 'that a higher rule which keeps shields an image from a lower one',
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'tagged', tagPatternList: ['v*'], ...pushed, countNumber: 900 },
          action: expire,
        },
        { rulePriority: 2, selection: { tagStatus: 'any', ...pushed, countNumber: 7 }, action: expire },
      ],
      images: [image('release', ['v1', 'dev-1'], 100), image('dev', ['dev-2'], 100)],
      acts: { dev: 'expire by rule 2' },
    },
    {
      name: 'that of the same time the later of the list is newer',
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
          action: expire,
        },
      ],
      images: [image('first', ['a'], 3), image('second', ['b'], 3)],
      acts: { first: 'expire by rule 1' },
    },
    {
      name: 'that what came back from the archive counts as pushed then',
      rules: [
        { rulePriority: 1, selection: { tagStatus: 'any', ...pushed, countNumber: 7 }, action: expire },
      ],
      images: [image('back', ['a'], 100, { activatedAt: NOW - DAY }), image('old', ['b'], 100)],
      acts: { old: 'expire by rule 1' },
    },
    {
      name: 'that a pull after the image came back counts, and one before does not',
      rules: [
        { rulePriority: 1, selection: { tagStatus: 'any', ...pulled, countNumber: 30 }, action: archive },
      ],
      images: [
        image('after', ['a'], 300, { activatedAt: NOW - 90 * DAY, pulledAt: NOW - 60 * DAY }),
        image('before', ['b'], 300, { activatedAt: NOW - 10 * DAY, pulledAt: NOW - 60 * DAY }),
      ],
      acts: { after: 'transition by rule 1' },
    },
    {
      name: 'that a pattern without a star is a whole tag, and a prefix is a start',
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'tagged', tagPatternList: ['dev'], ...pushed, countNumber: 1 },
          action: expire,
        },
        {
          rulePriority: 2,
          selection: { tagStatus: 'tagged', tagPrefixList: ['qa'], ...pushed, countNumber: 1 },
          action: expire,
        },
      ],
      images: [image('dev', ['dev'], 9), image('dev-1', ['dev-1'], 9), image('qa-1', ['qa-1'], 9)],
      acts: { dev: 'expire by rule 1', 'qa-1': 'expire by rule 2' },
    },
    {
      name: 'nothing for an image whose time is not known',
      rules: [
        { rulePriority: 1, selection: { tagStatus: 'any', ...pushed, countNumber: 7 }, action: expire },
      ],
      images: [image('unknown', ['a'], 0, { pushedAt: 0 })],
      acts: {},
    },
  ])('$name', ({ rules, images, acts }) => {
    expect(Object.fromEntries(decide(rules, images))).toEqual(acts);
    expect(Object.fromEntries(evaluateNaively(rules, images, NOW))).toEqual(
      images.some(({ pushedAt }) => pushedAt === 0) ? expect.anything() : acts,
    );
  });

  it('as a naive evaluator does, whatever the rules and images', () => {
    const selection = fc.oneof(
      fc.constantFrom({ tagStatus: 'any' }, { tagStatus: 'untagged' }),
      fc
        .uniqueArray(fc.constantFrom('a*', '*b', 'a*b', '*', 'ab', 'c*'), { minLength: 1, maxLength: 2 })
        .map((tagPatternList) => ({ tagStatus: 'tagged', tagPatternList })),
      fc
        .uniqueArray(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 2 })
        .map((tagPrefixList) => ({ tagStatus: 'tagged', tagPrefixList })),
    );
    const count = fc.oneof(
      fc.integer({ min: 1, max: 4 }).map((countNumber) => ({
        of: { countType: 'imageCountMoreThan', countNumber },
        action: expire,
      })),
      fc
        .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(expire, archive))
        .map(([countNumber, action]) => ({ of: { ...pushed, countNumber }, action })),
      fc
        .integer({ min: 1, max: 6 })
        .map((countNumber) => ({ of: { ...pulled, countNumber }, action: archive })),
      fc.integer({ min: 90, max: 92 }).map((countNumber) => ({
        of: {
          storageClass: 'archive',
          countType: 'sinceImageTransitioned',
          countUnit: 'days',
          countNumber,
        },
        action: expire,
      })),
    );
    const rules = fc.array(fc.tuple(selection, count), { minLength: 1, maxLength: 5 }).map((pairs) => {
      const seen = new Set<string>();
      const unique = pairs.filter(([tags, { of }]) => {
        const key = JSON.stringify([tags.tagStatus, Object.values(tags).flat().sort(), 'storageClass' in of]);
        return !seen.has(key) && seen.add(key);
      });
      const anyLast = unique.toSorted(
        ([a], [b]) => Number(a.tagStatus === 'any') - Number(b.tagStatus === 'any'),
      );
      return anyLast.map(
        ([tags, { of, action }], index): RawRule => ({
          rulePriority: index * 3 + 1,
          selection: { ...tags, ...of },
          action,
        }),
      );
    });
    const days = fc.integer({ min: 0, max: 8 });
    const images = fc.array(
      fc.record({
        tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'ab', 'axb', 'c1', 'd'), { maxLength: 3 }),
        pushed: days,
        pulled: fc.option(days, { nil: undefined }),
        activated: fc.option(days, { nil: undefined }),
        archived: fc.option(fc.integer({ min: 88, max: 94 }), { nil: undefined }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(rules, images, (someRules, entries) => {
        const some = entries.map((entry, index) =>
          image(`i${index}`, entry.tags.toSorted(), entry.pushed, {
            pulledAt: entry.pulled === undefined ? undefined : NOW - entry.pulled * DAY,
            activatedAt: entry.activated === undefined ? undefined : NOW - entry.activated * DAY,
            archivedAt: entry.archived === undefined ? undefined : NOW - entry.archived * DAY,
            storageClass: entry.archived === undefined ? 'standard' : 'archive',
          }),
        );
        expect(decide(someRules, some)).toEqual(evaluateNaively(someRules, some, NOW));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a pattern of ECR', () => {
  it.each([
    { pattern: '*prod*', fits: ['repo-production', 'prod'], not: ['team-stage'] },
    { pattern: 'a*a', fits: ['aa', 'aba'], not: ['a', 'ab'] },
    { pattern: 'a*b*c', fits: ['abc', 'axbxc', 'abbc'], not: ['acb', 'abcx'] },
    { pattern: '**', fits: ['', 'x'], not: [] },
    { pattern: 'v1.2?', fits: ['v1.2?'], not: ['v1.20', 'v1x2?'] },
  ])('$pattern has only the star as a wildcard', ({ pattern, fits, not }) => {
    const matches = compileEcrPattern(pattern);
    expect(fits.filter((tag) => !matches(tag))).toEqual([]);
    expect(not.filter(matches)).toEqual([]);
  });
});
