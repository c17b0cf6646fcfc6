import { describe, expect, it } from '@jest/globals';
import type { StoredImage } from '../../src/image/stored-image.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import type { RetentionWorld } from '../../src/policy/retention-decision.ts';
import { DAY, image, NOW, world } from '../support/image.ts';

function goes(
  policy: unknown,
  images: readonly StoredImage[],
  target: string,
  more: Partial<RetentionWorld> = {},
) {
  const text = JSON.stringify(policy);
  const decisions = retentionFor(readRetention(text, { kind: 'input', name: 'retention' }), target).decide(
    images,
    world(more),
  );
  return images.flatMap(({ id }, index) => (decisions[index]?.kind === 'delete' ? [id] : []));
}

describe("Google Artifact Registry's policies", () => {
  const target = 'europe-docker.pkg.dev/project/repository/web/app';
  const images = [
    image('young', ['alpha-1'], 5),
    image('old', ['alpha-0'], 40),
    image('release', ['v1'], 400),
    image('both', ['alpha-2', 'v2'], 300),
    image('untagged', [], 40),
  ];
  const remove = (condition: object) => ({ name: 'remove', action: { type: 'Delete' }, condition });

  it.each([
    {
      name: 'delete by state and age',
      rules: [remove({ tagState: 'untagged', olderThan: '30d' })],
      left: ['untagged'],
    },
    {
      name: 'delete by prefix, with all tags',
      rules: [remove({ tagPrefixes: ['alpha'], olderThan: '864000s' })],
      left: ['old', 'both'],
    },
    {
      name: 'keep what a policy keeps, whatever deletes it',
      rules: [
        remove({}),
        { name: 'k', action: { type: 'Keep' }, condition: { tagState: 'TAGGED', tagPrefixes: ['v'] } },
      ],
      left: ['young', 'old', 'untagged'],
    },
    {
      name: 'keep the most recent versions',
      rules: [
        remove({}),
        {
          name: 'k',
          action: { type: 'Keep' },
          mostRecentVersions: { keepCount: 2, packageNamePrefixes: ['web'] },
        },
      ],
      left: ['old', 'release', 'both'],
    },
    {
      name: 'leave another package alone',
      rules: [remove({ packageNamePrefixes: ['other'] })],
      left: [],
    },
    { name: 'delete what is newer', rules: [remove({ newerThan: '10d' })], left: ['young'] },
  ])('$name', ({ rules, left }) => {
    expect(goes(rules, images, target)).toEqual(left);
  });
});

describe("Harbor's policies", () => {
  const target = 'harbor.example/project/web/app';
  const images = [
    image('new', ['dev-3'], 1, { pulledAt: NOW - DAY }),
    image('mid', ['dev-2', 'v2'], 20),
    image('old', ['dev-1'], 60, { pulledAt: NOW - 2 * DAY }),
    image('untagged', [], 3),
  ];
  const rule = (template: string, number: number, tag: object = {}, repository: object = {}) => ({
    action: 'retain',
    template,
    params: template === 'always' ? {} : { [template]: number },
    tag_selectors: [
      { kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":false}', ...tag },
    ],
    scope_selectors: {
      repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', ...repository }],
    },
  });

  it.each([
    { name: 'retain the latest pushed', rules: [rule('latestPushedK', 1)], left: ['mid', 'old', 'untagged'] },
    {
      name: 'retain what any rule retains',
      rules: [rule('latestPushedK', 1), rule('always', 0, { pattern: 'v*' })],
      left: ['old', 'untagged'],
    },
    { name: 'retain the latest pulled', rules: [rule('latestPulledN', 2)], left: ['mid', 'untagged'] },
    {
      name: 'retain what was pushed within days',
      rules: [rule('nDaysSinceLastPush', 20)],
      left: ['old', 'untagged'],
    },
    {
      name: 'retain what was active within days',
      rules: [rule('lastXDays', 5, { extras: '' })],
      left: ['mid'],
    },
    {
      name: 'select what a pattern excludes',
      rules: [rule('always', 0, { decoration: 'excludes', pattern: 'dev-*' })],
      left: ['new', 'old'],
    },
    {
      name: 'leave a repository alone that no rule is for',
      rules: [rule('latestPushedK', 1, {}, { pattern: 'api/**' })],
      left: [],
    },
  ])('$name', ({ rules, left }) => {
    expect(goes({ algorithm: 'or', rules }, images, target)).toEqual(left);
  });

  it('retain everything by pulls where the service does not tell them', () => {
    expect(
      goes({ rules: [rule('latestPulledN', 1, { extras: '' })] }, images, target, { tellsPullTime: false }),
    ).toEqual([]);
  });
});
