import { parseDuration } from '@artifact-lifecycle/core/policy';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredImage } from '../../src/image/stored-image.ts';
import type { RetentionEnvironments } from '../../src/policy/classes/compiled-class.ts';
import { emitEcrPolicy } from '../../src/policy/ecr/emit-ecr-policy.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import type { RetentionWorld } from '../../src/policy/retention-decision.ts';
import { DAY, image, NOW, world } from '../support/image.ts';

const TARGET = 'ghcr.io/acme/app';
const ninetyDays = parseDuration('90d');
const environments: RetentionEnvironments = new Map([
  ['dev', { repository: ['ghcr.io/acme/app-dev'], retention: { keepLast: 1 } }],
  ['staging', { repository: [TARGET, 'eu.gcr.io/acme/app'] }],
  ['production', { repository: ['ghcr.io/acme/prod'], retention: { keep: 'forever' as const } }],
  ['hub', { repository: ['docker.io/library/app'], retention: { keepLast: 1 } }],
  ...(ninetyDays === undefined
    ? []
    : [['old', { repository: ['ghcr.io/acme/old'], retention: { keep: ninetyDays } }] as const]),
]);

function read(text: string) {
  const source = readRetention(text, { kind: 'input', name: 'retention' }, environments);
  if (source.shape !== 'classes') throw new TypeError('These are no classes.');
  return source;
}

/** What goes: `id` for a whole image, `id:tag` for a tag of one that stays; and the rule. */
function decide(
  text: string,
  images: readonly StoredImage[],
  { target = TARGET, ...more }: Partial<RetentionWorld> & { readonly target?: string } = {},
): readonly string[] {
  const decisions = retentionFor(read(text), target).decide(images, world(more));
  return images.flatMap(({ id, tags }, index) => {
    const decision = decisions[index];
    if (decision?.kind !== 'delete') return [];
    const whole = decision.tags.length === tags.length;
    return [`${id}${whole ? '' : `:${decision.tags.join('+')}`} by ${decision.rule}`];
  });
}

interface ClassCase {
  readonly name: string;
  readonly policy: string;
  readonly images: readonly StoredImage[];
  readonly world?: Partial<RetentionWorld> & { readonly target?: string };
  readonly goes: readonly string[];
}

const DEV = 'classes:\n  dev: { match: { tags: "dev-*" }, keep: 14d }';
const PULLED = 'classes:\n  c: { match: { tags: "*" }, keep: 14d, since: pulled }';
const FEATURE =
  'classes:\n  f: { match: { tags: ["feature-*", "pr-*"] }, keep: 30d, delete-when: [branch-gone, pr-closed] }';

describe('our classes', () => {
  it.each<ClassCase>([
    {
      name: 'let go what is older than they keep, to the millisecond',
      policy: DEV,
      images: [
        image('exact', ['dev-1'], 14),
        image('older', ['dev-2'], 14, { pushedAt: NOW - 14 * DAY - 1 }),
      ],
      goes: ['older by dev'],
    },
    {
      name: 'keep what no class is for',
      policy: DEV,
      images: [image('a', ['v1'], 900), image('b', [], 900)],
      goes: [],
    },
    {
      name: 'take a tag away from an image whose other tag stays',
      policy: `${DEV}\n  release: { match: { tags: "v*" }, keep: forever }`,
      images: [image('a', ['dev-1', 'v1'], 100), image('b', ['dev-2', 'other'], 100)],
      goes: ['a:dev-1 by dev', 'b:dev-2 by dev'],
    },
    {
      name: 'decide by the first class that a tag fits',
      policy:
        'classes:\n  keep: { match: { tags: "dev-keep*" }, keep: forever }\n  dev: { match: { tags: "dev-*" }, keep: 1d }',
      images: [image('a', ['dev-keep-1'], 50), image('b', ['dev-1'], 50)],
      goes: ['b by dev'],
    },
    {
      name: 'keep the last ones however old',
      policy: 'classes:\n  dev: { match: { tags: "dev-*" }, keep: 14d, keep-last: 2 }',
      images: [image('a', ['dev-1'], 50), image('b', ['dev-2'], 60), image('c', ['dev-3'], 70)],
      goes: ['c by dev'],
    },
    {
      name: 'let go all but the last where nothing else is said',
      policy: 'classes:\n  dev: { match: { tags: "dev-*" }, keep-last: 1 }',
      images: [image('a', ['dev-1'], 1), image('b', ['dev-2'], 2), image('c', ['v1'], 3)],
      goes: ['b by dev'],
    },
    {
      name: 'have one for images without tags',
      policy: 'classes:\n  untagged: { match: { untagged: true }, keep: 7d }',
      images: [image('a', [], 8), image('b', [], 6), image('c', ['x'], 8)],
      goes: ['a by untagged'],
    },
    {
      name: 'read RE2 between slashes',
      policy: 'classes:\n  build: { match: { tags: "/[0-9a-f]{7}/" }, keep: 1d }',
      images: [image('a', ['a1b2c3d'], 9), image('b', ['a1b2c3d4'], 9)],
      goes: ['a by build'],
    },
    {
      name: 'count from the last pull where they say so',
      policy: PULLED,
      images: [image('a', ['a'], 90, { pulledAt: NOW - DAY }), image('b', ['b'], 90), image('c', ['c'], 9)],
      goes: ['b by c'],
    },
    {
      name: 'let nothing go for want of pulls where the service does not tell them',
      policy: PULLED,
      images: [image('b', ['b'], 90)],
      world: { tellsPullTime: false },
      goes: [],
    },
    {
      name: 'are silent in a repository of another environment',
      policy: 'classes:\n  s: { match: { environment: staging }, keep: 1d }',
      images: [image('a', ['a'], 9)],
      world: { target: 'ghcr.io/acme/other' },
      goes: [],
    },
    {
      name: 'speak in each repository of their environment',
      policy: 'classes:\n  s: { match: { environment: staging, untagged: true }, keep: 1d }',
      images: [image('a', ['a'], 9), image('b', [], 9)],
      world: { target: 'eu.gcr.io/acme/app' },
      goes: ['b by s'],
    },
    {
      name: "are followed by an environment's own retention",
      policy: DEV,
      images: [image('a', ['dev-1'], 1), image('b', ['x'], 2), image('c', [], 3)],
      world: { target: 'ghcr.io/acme/app-dev' },
      goes: ['c by environment dev'],
    },
    ...['docker.io/library/app', 'index.docker.io/library/app', 'docker.io/app', 'Docker.io/app'].map(
      (target): ClassCase => ({
        name: `know the repository of an environment as ${target}, too`,
        policy: DEV,
        images: [image('b', ['x'], 2), image('c', [], 3)],
        world: { target },
        goes: ['c by environment hub'],
      }),
    ),
    {
      name: 'let an image go when its branch is gone, and keep it while it may be of one that exists',
      policy: FEATURE,
      images: [
        image('gone', ['feature-login'], 1),
        image('there', ['feature-search-a1b2c3d'], 1),
        image('slash', ['feature-ui-new'], 1),
        image('old', ['feature-search'], 31),
      ],
      world: { branches: new Set(['main', 'search', 'feature/ui/new']), openPullRequests: new Set() },
      goes: ['gone by f', 'old by f'],
    },
    {
      name: 'ask a tag of a pull request for that, and not for its branch',
      policy: FEATURE,
      images: [image('open', ['pr-7'], 1), image('closed', ['pr-8-a1b2c3d'], 1)],
      world: { branches: new Set(['main']), openPullRequests: new Set([7]) },
      goes: ['closed by f'],
    },
    {
      name: 'let nothing go before its time where nobody asked about branches',
      policy: FEATURE,
      images: [image('a', ['feature-login'], 1), image('b', ['pr-8'], 1), image('c', ['pr-9'], 31)],
      goes: ['c by f'],
    },
    {
      name: 'keep the last ones also of closed pull requests',
      policy: 'classes:\n  f: { match: { tags: "pr-*" }, keep-last: 1, delete-when: pr-closed }',
      images: [image('a', ['pr-7'], 1), image('b', ['pr-8'], 2), image('c', ['pr-9'], 3)],
      world: { openPullRequests: new Set([9]) },
      goes: ['b by f'],
    },
    {
      name: 'let nothing go by age whose age is not known',
      policy: 'classes:\n  c: { match: { tags: "*" }, keep: 1d }',
      images: [image('a', ['a'], 0, { pushedAt: 0 })],
      goes: [],
    },
  ])('$name', ({ policy, images, goes, world: its }) => {
    expect(decide(policy, images, its)).toEqual(goes);
  });

  it.each([
    {
      name: 'an environment nobody knows',
      policy: 'classes:\n  a: { match: { environment: qa }, keep: 1d }',
      says: 'qa',
    },
    {
      name: 'tags of no tag',
      policy: 'classes:\n  a: { match: { tags: x, untagged: true }, keep: 1d }',
      says: 'match nothing',
    },
    {
      name: 'no RE2',
      policy: 'classes:\n  a: { match: { tags: "/(?=a)/" }, keep: 1d }',
      says: 'no RE2 expression',
    },
  ])('are refused with $name', ({ policy, says }) => {
    expect(() => retentionFor(read(policy), TARGET)).toThrow(says);
  });

  it('have a fingerprint that tells them apart', () => {
    const of = (text: string) => retentionFor(read(text), TARGET).fingerprint;
    expect(of(DEV)).toBe(of(DEV));
    expect(of(DEV)).not.toBe(of(DEV.replace('14d', '15d')));
  });
});

function emit(text: string, protect: readonly string[] = [], target = TARGET): string {
  return emitEcrPolicy({ ...read(text), target }, protect);
}

describe("our classes as Amazon ECR's JSON", () => {
  it('say the same of every image of at most one tag', () => {
    const entry = fc.record({
      tags: fc.constantFrom([], ['dev-1'], ['dev-keep'], ['v1'], ['pr-7'], ['x']),
      days: fc.integer({ min: 0, max: 40 }),
    });
    const policy =
      'classes:\n  keep: { match: { tags: ["{dev,pr}-keep*", "v*"] }, keep: forever }\n' +
      '  dev: { match: { tags: ["dev-**", "pr-*"] }, keep: 14d }\n' +
      '  one: { match: { tags: x }, keep-last: 1 }\n' +
      '  rest: { match: { untagged: true }, keep: 7d }';
    const ours = retentionFor(read(policy), TARGET);
    const theirs = retentionFor(readRetention(emit(policy), { kind: 'input', name: 'ecr' }), TARGET);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const images = entries.map(({ tags, days }, index) => image(String(index), tags, days));
        const goesBy = (policyOf: typeof ours) => policyOf.decide(images, world()).map(({ kind }) => kind);
        expect(goesBy(theirs)).toEqual(goesBy(ours));
      }),
    );
  });

  it('have what is protected first, and an environment last', () => {
    const { rules } = JSON.parse(emit(DEV, ['v*'], 'ghcr.io/acme/app-dev'));
    expect(rules.map((rule: { readonly description: string }) => rule.description)).toEqual([
      'protect',
      'dev',
      'environment dev',
    ]);
    expect(rules[2].selection).toEqual({ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 });
  });

  it.each([
    {
      name: 'keep-last beside keep',
      policy: 'classes:\n  a: { match: { tags: x }, keep: 1d, keep-last: 1 }',
      says: 'keep and keep-last',
    },
    {
      name: 'keep-last of two patterns',
      policy: 'classes:\n  a: { match: { tags: [x, y] }, keep-last: 1 }',
      says: 'several patterns',
    },
    { name: 'hours', policy: 'classes:\n  a: { match: { tags: x }, keep: 36h }', says: 'keep: 36h' },
    {
      name: 'RE2',
      policy: 'classes:\n  a: { match: { tags: "/x/" }, keep: 1d }',
      says: 'the regular expression /x/',
    },
    {
      name: 'single characters',
      policy: 'classes:\n  a: { match: { tags: "v?" }, keep: 1d }',
      says: 'the pattern v?',
    },
    {
      name: 'five wildcards',
      policy: 'classes:\n  a: { match: { tags: "a*b*c*d*e*" }, keep: 1d }',
      says: 'more than 4',
    },
    { name: 'branches', policy: FEATURE, says: 'delete-when: branch-gone, pr-closed' },
    { name: 'pulls', policy: PULLED, says: 'since: pulled' },
    { name: 'nothing', policy: 'classes: {}', says: 'nothing to write' },
  ])('cannot say $name, and name it', ({ policy, says }) => {
    expect(() => emit(policy)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining(says) }),
    );
  });
});
