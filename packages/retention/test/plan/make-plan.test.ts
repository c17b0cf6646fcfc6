import { type Digest, parseDigest } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { INVENTORY_ABILITIES, readInventory } from '../../src/inventory/read-inventory.ts';
import { inventoryDigest, makePlan } from '../../src/plan/make-plan.ts';
import type { RetentionPlan } from '../../src/plan/plan.ts';
import { DEFAULT_RAILS, enforceRails, findExceededRails } from '../../src/plan/rails.ts';
import { protectionOf } from '../../src/policy/protection.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import { DAY, NOW } from '../support/image.ts';
import { inventoryOf, type PaperImage, planOnPaper } from '../support/paper.ts';

const DEV = 'classes:\n  dev: { match: { tags: "dev-*" }, keep: 14d }';
const BOTH = `${DEV}\n  rest: { match: { untagged: true }, keep: 7d }`;
const going = (plan: RetentionPlan) => plan.delete.map(({ id }) => id);
const kept = (plan: RetentionPlan, id: string) => plan.keep.find((item) => item.id === id);

describe('a plan', () => {
  it.each<{
    readonly name: string;
    readonly images: readonly PaperImage[];
    readonly goes: readonly string[];
  }>([
    {
      name: 'takes an index with its children and referrers, in that order',
      images: [
        { id: 'sig', days: 40, subject: 'index' },
        { id: 'arm', days: 40 },
        { id: 'amd', days: 40 },
        { id: 'index', tags: ['dev-1'], days: 40, children: ['amd', 'arm'] },
        { id: 'sbom', days: 40, subject: 'amd' },
      ],
      goes: ['index', 'amd', 'arm', 'sig', 'sbom'],
    },
    {
      name: 'keeps a child that an index needs which stays',
      images: [
        { id: 'shared', days: 40 },
        { id: 'own', days: 40 },
        { id: 'old', tags: ['dev-1'], days: 40, children: ['shared', 'own'] },
        { id: 'new', tags: ['dev-2'], days: 1, children: ['shared'] },
      ],
      goes: ['old', 'own'],
    },
    {
      name: 'keeps what lies under an index of an index which stays',
      images: [
        { id: 'platform', days: 40 },
        { id: 'inner', days: 40, children: ['platform'] },
        { id: 'outer', tags: ['v1'], days: 40, children: ['inner'] },
        { id: 'orphan', days: 40 },
      ],
      goes: ['orphan'],
    },
    {
      name: 'takes an inner index after the outer one',
      images: [
        { id: 'platform', days: 90 },
        { id: 'inner', days: 90, children: ['platform'] },
        { id: 'outer', tags: ['dev-1'], days: 40, children: ['inner'] },
      ],
      goes: ['outer', 'inner', 'platform'],
    },
    {
      name: 'keeps referrers of referrers with what stays',
      images: [
        { id: 'v1', tags: ['v1'], days: 40 },
        { id: 'sbom', days: 40, subject: 'v1' },
        { id: 'sig', days: 40, subject: 'sbom' },
      ],
      goes: [],
    },
    {
      name: 'takes a referrer whose subject is gone as an image without a tag',
      images: [{ id: 'sig', days: 40, subject: 'gone' }],
      goes: ['sig'],
    },
    {
      name: 'keeps a tagged child of an index which stays, though its tag would go',
      images: [
        { id: 'amd', tags: ['dev-amd'], days: 40 },
        { id: 'v1', tags: ['v1'], days: 40, children: ['amd'] },
      ],
      goes: [],
    },
    {
      name: 'keeps a tagged child whose index goes',
      images: [
        { id: 'amd', tags: ['v1-amd'], days: 40 },
        { id: 'dev', tags: ['dev-1'], days: 40, children: ['amd'] },
      ],
      goes: ['dev'],
    },
    {
      name: 'keeps young images without a tag, and old ones that they hold',
      images: [
        { id: 'old', days: 40 },
        { id: 'push', days: 0.5, children: ['old'] },
      ],
      goes: [],
    },
    {
      name: 'takes a young referrer with its subject',
      images: [
        { id: 'dev', tags: ['dev-1'], days: 40 },
        { id: 'sig', days: 0.5, subject: 'dev' },
      ],
      goes: ['dev', 'sig'],
    },
    {
      name: 'keeps what the service has locked, and what it holds',
      images: [
        { id: 'child', days: 40 },
        { id: 'dev', tags: ['dev-1'], days: 40, children: ['child'], isLocked: true },
      ],
      goes: [],
    },
    {
      name: 'begins with the oldest',
      images: [
        { id: 'b', tags: ['dev-2'], days: 50 },
        { id: 'a', tags: ['dev-1'], days: 60 },
      ],
      goes: ['a', 'b'],
    },
  ])('$name', ({ images, goes }) => {
    const plan = planOnPaper(BOTH, images);
    expect(going(plan)).toEqual(goes);
    expect([...going(plan), ...plan.keep.map(({ id }) => id)].sort()).toEqual(
      images.map(({ id }) => id).sort(),
    );
  });

  const shared: readonly PaperImage[] = [{ id: 'a', tags: ['dev-1', 'v1'], days: 40 }];

  it('takes one of two tags away where the service can', () => {
    const plan = planOnPaper(DEV, shared);
    expect(plan.delete).toMatchObject([{ id: 'a', action: 'untag', tags: ['dev-1'], rule: 'dev' }]);
    expect(kept(plan, 'a')).toMatchObject({ tags: ['v1'], reason: 'Its tag v1 is not let go.' });
  });

  it('keeps the image and says why where it cannot', () => {
    const plan = planOnPaper(DEV, shared, { abilities: { untag: 'none' } });
    expect(plan.delete).toEqual([]);
    expect(kept(plan, 'a')?.reason).toBe(
      'Its tag v1 is not let go, and the service cannot take dev-1 away alone.',
    );
  });

  it('never takes a protected tag, but one beside it', () => {
    const images = [
      { id: 'a', tags: ['dev-1', 'dev-keep'], days: 40 },
      { id: 'b', tags: ['dev-keep2'], days: 40 },
    ];
    const plan = planOnPaper(DEV, images, { protect: ['dev-keep*'] });
    expect(plan.delete).toMatchObject([{ id: 'a', action: 'untag', tags: ['dev-1'] }]);
    expect(kept(plan, 'b')?.rule).toBe('protect');
  });

  it('keeps an image with a protected tag whole under an ECR policy', () => {
    const ecr = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 },
          action: { type: 'expire' },
        },
      ],
    });
    expect(planOnPaper(ecr, shared, { protect: ['v*'] }).delete).toEqual([]);
  });

  it('keeps an index with its children that is in use, and names who uses it', () => {
    const digest = (hex: string): Digest => parseDigest(`sha256:${hex.repeat(64)}`, 'digest');
    const text = {
      images: [
        { id: digest('a'), tags: ['dev-1'], pushedAt: NOW - 40 * DAY, children: [digest('b')] },
        { id: digest('b'), tags: [], pushedAt: NOW - 40 * DAY },
      ],
    };
    const { graph } = readInventory(Buffer.from(JSON.stringify(text)), 'inventory');
    const plan = makePlan({
      target: 't',
      graph,
      policy: retentionFor(readRetention(BOTH, { kind: 'input', name: 'r' }), 't'),
      protection: protectionOf({
        tags: [],
        digests: new Map([[digest('a'), 'the deployment 42 to production']]),
        minAgeUntagged: 0,
      }),
      abilities: INVENTORY_ABILITIES,
      world: { now: NOW, branches: undefined, openPullRequests: undefined },
    });
    expect(plan.delete).toEqual([]);
    expect(kept(plan, digest('a'))?.reason).toBe('It is in use: the deployment 42 to production.');
    expect(kept(plan, digest('b'))?.reason).toBe('It is part of dev-1, which stays.');
  });

  it('keeps images that refer to each other in a ring', () => {
    const images = [
      { id: 'a', days: 40, subject: 'b' },
      { id: 'b', days: 40, subject: 'a' },
    ];
    expect(planOnPaper(BOTH, images).delete).toEqual([]);
  });

  it('is the same whatever the order of the list', () => {
    const images = Array.from({ length: 30 }, (_, n) => ({
      id: `i${n}`,
      tags: n % 3 === 0 ? [`dev-${n}`] : [],
      days: 20 + n,
      ...(n % 3 === 0 ? { children: [`i${n + 1}`, `i${n + 2}`] } : {}),
    }));
    expect(planOnPaper(BOTH, images.toReversed())).toEqual(planOnPaper(BOTH, images));
  });

  it('adds up what the service says that images take', () => {
    const images = [
      { id: 'child', days: 40, size: 7 },
      { id: 'dev', tags: ['dev-1'], days: 40, children: ['child'] },
      { id: 'v1', tags: ['v1'], days: 40, size: 100 },
    ];
    expect(planOnPaper(DEV, images).freedBytes).toBe(7);
    expect(
      planOnPaper(
        DEV,
        images.map(({ size, ...image }) => image),
      ).freedBytes,
    ).toBeUndefined();
  });
});

describe('an earlier plan', () => {
  const images: readonly PaperImage[] = [
    { id: 'amd', days: 40 },
    { id: 'old', tags: ['dev-1'], days: 40, children: ['amd'] },
    { id: 'other', tags: ['dev-2'], days: 40 },
  ];

  it('lets nothing go that it does not name', () => {
    const approved = planOnPaper(DEV, images.slice(0, 2));
    const plan = planOnPaper(DEV, images, { approved });
    expect(going(plan)).toEqual(['old', 'amd']);
    expect(kept(plan, 'other')?.reason).toBe('The plan does not name it.');
  });

  it('leaves out what has changed, with what belongs to it, and says so', () => {
    const approved = planOnPaper(DEV, images);
    const retagged = images.map((image) =>
      image.id === 'old' ? { ...image, tags: ['dev-1', 'v1'] } : image,
    );
    const plan = planOnPaper(DEV, retagged, { approved });
    expect(going(plan)).toEqual(['other']);
    expect(plan.problems).toEqual(
      [
        expect.stringContaining('was to go and stays: It is part of dev-1'),
        'dev-1 was to go and stays: It has changed since the plan was made.',
      ].sort(),
    );
  });

  it('leaves out a child that a new index needs', () => {
    const approved = planOnPaper(DEV, images);
    const plan = planOnPaper(DEV, [...images, { id: 'new', tags: ['v2'], days: 0, children: ['amd'] }], {
      approved,
    });
    expect(going(plan).sort()).toEqual(['old', 'other']);
  });

  it('ends what a run before has begun', () => {
    const approved = planOnPaper(DEV, images);
    const plan = planOnPaper(
      DEV,
      images.filter(({ id }) => id !== 'old'),
      { approved },
    );
    expect(going(plan)).toEqual(['amd', 'other']);
  });

  it('lets no release go for what it says that it hung on', () => {
    const release = { id: 'release', tags: ['v1'], days: 40 };
    const approved = planOnPaper(DEV, [...images, release]);
    const gone = { id: 'gone', tags: [], action: 'delete', rule: 'dev', reason: 'forged' } as const;
    const forged = { ...gone, id: 'release', tags: ['v1'], after: ['gone'] };
    const plan = planOnPaper(DEV, [...images, release], {
      approved: { ...approved, delete: [gone, forged, ...approved.delete] },
    });
    expect(going(plan)).toEqual(going(approved));
    expect(kept(plan, 'release')).toBeDefined();
  });

  it.each([
    { name: 'of another target', target: 'ghcr.io/acme/other', policy: DEV, protect: [] },
    { name: 'of another policy', policy: DEV.replace('14d', '15d'), protect: [] },
    { name: 'of other protection', policy: DEV, protect: ['x'] },
  ])('$name is stale', ({ policy, ...options }) => {
    const approved = planOnPaper(DEV, images);
    expect(() => planOnPaper(policy, images, { approved, ...options })).toThrow(
      expect.objectContaining({ code: 'PLAN_STALE' }),
    );
  });
});

describe('rails', () => {
  const images = Array.from({ length: 10 }, (_, n) => ({
    id: `i${n}`,
    tags: [`dev-${n}`],
    days: n < 6 ? 40 : 1,
  }));
  const plan = planOnPaper(DEV, images);

  it.each([
    { name: 'max-percent', rails: { ...DEFAULT_RAILS, maxPercent: 59 }, says: '6 of 10 images (60.0 %)' },
    { name: 'max-deletes', rails: { ...DEFAULT_RAILS, maxPercent: 60, maxDeletes: 5 }, says: '6 deletions' },
    {
      name: 'keep-at-least',
      rails: { ...DEFAULT_RAILS, maxPercent: 60, keepAtLeast: 5 },
      says: 'keeps 4 of 10',
    },
  ])('stop a plan past $name', ({ rails, says }) => {
    expect(() => enforceRails(plan, rails)).toThrow(
      expect.objectContaining({ code: 'RAIL_EXCEEDED', message: expect.stringContaining(says) }),
    );
  });

  it('let a plan pass that reaches them', () => {
    expect(findExceededRails(plan, { maxDeletes: 6, maxPercent: 60, keepAtLeast: 4 })).toEqual([]);
  });
});

it('the digest of an inventory does not depend on its order', () => {
  const { images } = inventoryOf([
    { id: 'a', tags: ['x'], days: 1 },
    { id: 'b', days: 2 },
  ]);
  expect(inventoryDigest(images.toReversed())).toBe(inventoryDigest(images));
  expect(inventoryDigest(images.slice(1))).not.toBe(inventoryDigest(images));
});

describe('a head tag, which names the records of an environment', () => {
  const ALL =
    'classes:\n  all: { match: { tags: "*" }, keep: 1d }\n  rest: { match: { untagged: true }, keep: 1d }';
  const ECR = JSON.stringify({
    rules: [
      {
        ...{ rulePriority: 1, action: { type: 'expire' } },
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
      },
    ],
  });
  const IMAGES: readonly PaperImage[] = [
    { id: 'record', tags: ['artifact-lifecycle.production'], days: 2, subject: 'there' },
    { id: 'there', tags: ['dev-2'], days: 40, children: ['amd'] },
    { id: 'amd', days: 40 },
    { id: 'old', tags: ['dev-1'], days: 50 },
  ];

  it.each([
    { name: 'classes', policy: ALL, goes: ['old'] },
    { name: "Amazon ECR's rules", policy: ECR, goes: ['old'] },
    { name: 'keep-last', policy: 'classes:\n  all: { match: { tags: "*" }, keep-last: 1 }', goes: ['old'] },
  ])('stays by $name, with what it points to and what that is about', ({ policy, goes }) => {
    const plan = planOnPaper(policy, IMAGES);
    expect(going(plan)).toEqual(goes);
    expect(kept(plan, 'record')).toMatchObject({ tags: ['artifact-lifecycle.production'], rule: 'records' });
  });

  it('is no image for the rails, whether its subject is there or not', () => {
    expect(planOnPaper(ALL, IMAGES).roots).toEqual({ total: 2, going: 1 });
    const lost = [{ id: 'record', tags: ['artifact-lifecycle.qa'], days: 90, subject: 'gone' }];
    expect(planOnPaper(ALL, lost)).toMatchObject({ delete: [], roots: { total: 0, going: 0 } });
  });

  it('is never taken away from an image, nor is any other tag beside it', () => {
    const images = [{ id: 'image', tags: ['artifact-lifecycle.production', 'dev-1', 'v1'], days: 90 }];
    const plan = planOnPaper(DEV, images);
    expect(plan.delete).toEqual([]);
  });

  it('that came after a plan was made takes its image out of it', () => {
    const before = IMAGES.slice(1);
    const approved = planOnPaper(ALL, before);
    expect(going(approved)).toContain('there');
    const plan = planOnPaper(ALL, IMAGES, { approved });
    expect(going(plan)).toEqual(['old']);
    expect(plan.problems).toEqual(
      expect.arrayContaining([expect.stringContaining('dev-2 was to go and stays')]),
    );
  });
});
