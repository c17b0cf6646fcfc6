import { type Digest, referrersTag } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPlan, parsePlan } from '../../src/plan/plan-file.ts';
import { AuditLog, apply, planFor } from '../support/cleanup.ts';
import { FakeRegistry, findBroken, Killed } from '../support/fake-registry.ts';

/** One thing that is pushed; numbers choose among what is there. */
const step = fc.record({
  kind: fc.constantFrom('image', 'image', 'index', 'index', 'referrer', 'list', 'signature', 'attested'),
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  tags: fc.uniqueArray(fc.constantFrom('dev-1', 'dev-2', 'v1', 'v2', 'old', 'pr-7'), { maxLength: 2 }),
  days: fc.integer({ min: 0, max: 60 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function build(steps: readonly Step[]): FakeRegistry {
  const registry = new FakeRegistry();
  steps.forEach(({ kind, picks, tags, days }, number) => {
    const there = [...registry.manifests.keys()];
    const chosen = [
      ...new Set(
        picks.flatMap((pick): readonly Digest[] => there.slice(pick % Math.max(1, there.length)).slice(0, 1)),
      ),
    ];
    const [first] = chosen;
    const name = `${kind} ${number}`;
    if (kind === 'image' || first === undefined)
      registry.image(name, tags, days, undefined, [`layer ${number % 3}`]);
    else if (kind === 'index') registry.index(name, chosen, tags, days);
    else if (kind === 'referrer') registry.image(name, tags, days, first);
    else if (kind === 'signature') registry.image(name, [`${referrersTag(first)}.sig`, ...tags], days);
    else if (kind === 'list') {
      const listed = chosen.slice(1).map((digest) => ({ digest, artifactType: 'test/artifact' }));
      registry.index(name, listed, [referrersTag(first)], days);
    } else {
      const attestation = registry.image(`attestation ${number}`, [], days);
      registry.index(name, [...chosen, { digest: attestation, about: first }], tags, days);
    }
  });
  return registry;
}

const DEV =
  'classes:\n  dev: { match: { tags: ["dev-*", old] }, keep: 14d }\n  rest: { match: { untagged: true }, keep: 7d }';
const KEEP_LAST = 'classes:\n  dev: { match: { tags: ["dev-*"] }, keep-last: 1 }';
const ALL =
  'classes:\n  all: { match: { tags: ["**"] }, keep: 20d }\n  rest: { match: { untagged: true }, keep: 2d }';
const ECR = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      selection: {
        tagStatus: 'tagged',
        tagPatternList: ['*e*'],
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: 10,
      },
      action: { type: 'expire' },
    },
  ],
});
const GOOGLE = JSON.stringify([
  { name: 'old', action: { type: 'Delete' }, condition: { olderThan: '5d' } },
  { name: 'release', action: { type: 'Keep' }, condition: { tagPrefixes: ['v'] } },
]);
const policy = fc.constantFrom(DEV, KEEP_LAST, ALL, ECR, GOOGLE);
const scenario = fc.tuple(fc.array(step, { minLength: 1, maxLength: 14 }), policy);

/** What random runs have found, and is mended. */
const FOUND: [[Step[], string]][] = [
  // A list of referrers that an index holds, too: half of what it waited for was gone.
  [
    [
      [
        { kind: 'image', picks: [0], tags: [], days: 6 },
        { kind: 'list', picks: [0], tags: [], days: 0 },
        { kind: 'index', picks: [1], tags: [], days: 6 },
        { kind: 'image', picks: [0], tags: [], days: 0 },
      ],
      GOOGLE,
    ],
  ],
  // An attestation whose index was gone, so that only the plan knew what it is about.
  [
    [
      [
        { kind: 'image', picks: [0], tags: ['dev-1'], days: 0 },
        { kind: 'image', picks: [0], tags: [], days: 1 },
        { kind: 'attested', picks: [1], tags: ['dev-2'], days: 1 },
      ],
      KEEP_LAST,
    ],
  ],
  // A referrer too young to be let go alone.
  [
    [
      [
        { kind: 'image', picks: [0], tags: [], days: 1 },
        { kind: 'referrer', picks: [0], tags: [], days: 0 },
        { kind: 'image', picks: [0], tags: [], days: 0 },
      ],
      ECR,
    ],
  ],
  // Lists of referrers in a ring of wishes about the order.
  [
    [
      [
        { kind: 'image', picks: [0], tags: [], days: 0 },
        { kind: 'image', picks: [0], tags: [], days: 0 },
        { kind: 'image', picks: [0], tags: [], days: 1 },
        { kind: 'image', picks: [0], tags: [], days: 0 },
        { kind: 'attested', picks: [0], tags: [], days: 1 },
        { kind: 'image', picks: [0], tags: [], days: 0 },
        { kind: 'list', picks: [1209120771, 1597908706], tags: [], days: 0 },
        { kind: 'list', picks: [1742839287, 1925215490], tags: [], days: 0 },
        { kind: 'image', picks: [0], tags: [], days: 0 },
        { kind: 'index', picks: [1444319065, 0], tags: [], days: 3 },
      ],
      ALL,
    ],
  ],
];

describe('whatever is in a registry and whatever the policy says', () => {
  it('no tag lacks a child, no subject has lost a referrer, and what was planned is what was done', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ([steps, text]) => {
        const registry = build(steps);
        const before = registry.clone();
        const plan = await planFor(registry, { policy: text });
        const report = await apply(registry, plan);
        expect(findBroken(registry, before)).toEqual([]);
        expect(report.deletions.map(({ outcome }) => outcome.kind)).toEqual(
          plan.delete.map(({ action }) => (action === 'delete' ? 'deleted' : 'untagged')),
        );
        const planned = plan.delete.flatMap(({ id, action }) => (action === 'delete' ? [id] : []));
        const left = new Set(registry.ids());
        expect(before.ids().filter((id) => !left.has(id))).toEqual(planned.sort());
        expect(plan.keep.map(({ id }) => id).sort()).toEqual([...left].sort());
        expect(parsePlan(Buffer.from(formatPlan(plan)), 'plan')).toEqual(plan);
      }),
      { numRuns: 250, examples: FOUND },
    );
  });

  it('killed after any request nothing is broken, and the next run ends what was planned', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ([steps, text]) => {
        const original = build(steps);
        const plan = await planFor(original, { policy: text });
        const whole = original.clone();
        await apply(whole, plan);
        for (let requests = 0; requests < whole.requests; requests += 1) {
          const registry = original.clone();
          const before = original.clone();
          registry.killAfter = requests;
          const audit = new AuditLog();
          await expect(apply(registry, plan, audit)).rejects.toThrow(Killed);
          expect(findBroken(registry, before)).toEqual([]);
          // Whatever is gone, the audit file says so.
          const left = new Set(registry.ids());
          const told = new Set(audit.lines.map(({ id }) => id));
          expect(before.ids().filter((id) => !left.has(id) && !told.has(id))).toEqual([]);
          registry.killAfter = Number.POSITIVE_INFINITY;
          const rest = await planFor(registry, { policy: text, approved: plan });
          await apply(registry, rest);
          expect(findBroken(registry, before)).toEqual([]);
          expect(registry.ids()).toEqual(whole.ids());
        }
      }),
      { numRuns: 60, examples: FOUND },
    );
  });
});
