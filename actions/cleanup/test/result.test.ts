import { SuiteError } from '@artifact-lifecycle/core';
import { createSummary } from '@artifact-lifecycle/core/action';
import type {
  ExecutionReport,
  ItemOutcome,
  PlannedDeletion,
  RetentionPlan,
} from '@artifact-lifecycle/retention';
import { describe, expect, it } from '@jest/globals';
import type { Cleaning } from '../src/cleaning.ts';
import { type CleanupResult, factsOf, outputsOf } from '../src/result.ts';
import { summarise, verdictOf } from '../src/summary.ts';

const item = (id: string, action: PlannedDeletion['action'] = 'delete'): PlannedDeletion => ({
  ...{ id, tags: [`sha-${id}`], action, rule: 'builds' },
  reason: 'It is 40 days old.',
});

const planOf = (deletions: readonly PlannedDeletion[], more: Partial<RetentionPlan> = {}): RetentionPlan => ({
  ...{ version: 1, target: 'ghcr.io/acme/app', now: '2026-11-01T00:00:00.000Z', delete: deletions },
  ...{ transition: [], problems: [], freedBytes: 1_500_000, inventory: 'i', policy: 'p' },
  keep: [{ id: 'k', tags: ['v1'], rule: 'protect', reason: 'The pattern v* protects its tag v1.' }],
  roots: { total: deletions.length + 1, going: deletions.length },
  ...more,
});

const cleaningOf = (plan: RetentionPlan, outcomes?: readonly ItemOutcome[]): Cleaning => {
  const count = (kind: string): number => outcomes?.filter((one) => one.kind === kind).length ?? 0;
  const execution: ExecutionReport | undefined =
    outcomes === undefined
      ? undefined
      : {
          deletions: plan.delete.map((one, at) => ({
            item: one,
            outcome: outcomes[at] ?? { kind: 'remaining' },
          })),
          transitions: [],
          deleted: count('deleted'),
          untagged: count('untagged'),
          transitioned: 0,
          skipped: count('skipped'),
          failed: count('failed'),
          remaining: count('remaining'),
        };
  return { plan, planFile: '/work/retention-plan.json', limits: [], remarks: [], exceeded: [], execution };
};

const resultOf = (cleanings: readonly Cleaning[], isDryRun = false): CleanupResult => ({
  isDryRun,
  workspace: '/work',
  cleanings,
});

const FAILED: ItemOutcome = { kind: 'failed', error: new SuiteError('FORBIDDEN', 'The token may not.') };
const SKIPPED: ItemOutcome = { kind: 'skipped', reason: 'It has got the tag v2.' };
const TWO = planOf([item('1'), item('2')]);

describe('the verdict', () => {
  it.each([
    { name: 'a plan', result: resultOf([cleaningOf(TWO)]), says: '2 deletions are planned; 1 image stays' },
    {
      name: 'one deletion',
      result: resultOf([cleaningOf(planOf([item('1')]))]),
      says: '1 deletion is planned',
    },
    {
      name: 'a dry run',
      result: resultOf([cleaningOf(TWO)], true),
      says: 'Dry run: 2 deletions are planned',
    },
    {
      name: 'all done',
      result: resultOf([cleaningOf(TWO, [{ kind: 'deleted' }, { kind: 'deleted' }])]),
      says: 'Deleted 2 images; 1 image stays',
    },
    {
      name: 'some for the next run',
      result: resultOf([cleaningOf(TWO, [{ kind: 'deleted' }, { kind: 'remaining' }])]),
      says: 'Deleted 1 image; 1 image stays; 1 remain for the next run',
    },
    {
      name: 'refusals and what changed',
      result: resultOf([cleaningOf(TWO, [FAILED, SKIPPED])]),
      says: 'Deleted 0 images; 1 image stays; 1 of the plan stay after all; 1 were refused',
    },
    {
      name: 'a tag',
      result: resultOf([cleaningOf(planOf([item('1', 'untag')]), [{ kind: 'untagged' }])]),
      says: 'Deleted 0 images; 1 image stays; 1 image lost a tag only',
    },
  ])('tells of $name', ({ result, says }) => {
    expect(verdictOf(result)).toContain(says);
  });
});

describe('the outputs', () => {
  it('count all targets', () => {
    const result = resultOf([cleaningOf(TWO, [{ kind: 'deleted' }, { kind: 'remaining' }]), cleaningOf(TWO)]);
    expect(outputsOf(result)).toEqual({
      ...{ planned: 4, deleted: 1, kept: 2, remaining: 1, freedBytes: 3_000_000 },
      plan: 'retention-plan.json\nretention-plan.json',
    });
  });

  it('say no bytes where one target does not know, and no plan in a dry run', () => {
    const unknown = cleaningOf(planOf([], { freedBytes: undefined }));
    expect(outputsOf(resultOf([cleaningOf(TWO), unknown], true))).toMatchObject({
      freedBytes: undefined,
      plan: undefined,
    });
  });

  it('have in json what was planned and what became of it', () => {
    expect(factsOf(resultOf([cleaningOf(TWO, [SKIPPED, FAILED])]))).toMatchObject({
      dryRun: false,
      targets: [{ target: 'ghcr.io/acme/app', delete: TWO.delete, exceeded: [], skipped: 1, failed: 1 }],
    });
    expect(factsOf(resultOf([cleaningOf(TWO)]))['targets']).not.toHaveProperty('0.deleted');
  });
});

describe('the summary', () => {
  const written = (result: CleanupResult): string => {
    const summary = createSummary();
    summarise(result, summary);
    return summary.render();
  };

  it('has what goes and what stays, with the rule that decided', () => {
    const text = written(resultOf([cleaningOf(TWO)]));
    for (const part of ['✅', 'ghcr.io/acme/app', '1.5 MB', 'sha-1', 'builds', '40 days', 'v1', 'protect']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('Outcome');
  });

  it('has why something of the plan is still there', () => {
    const text = written(resultOf([cleaningOf(TWO, [SKIPPED, FAILED])]));
    for (const part of ['⚠️', 'Outcome', 'It has got the tag v2.', 'The token may not.']) {
      expect(text).toContain(part);
    }
  });

  it('warns of rails, and tells problems', () => {
    const plan = planOf([item('1')], { problems: ['x is kept: it cannot be read'] });
    const text = written(resultOf([{ ...cleaningOf(plan), exceeded: ['More than 50 % would go.'] }]));
    for (const part of ['⚠️', 'More than 50 % would go.', 'x is kept']) expect(text).toContain(part);
  });

  it('ends after a hundred rows', () => {
    const many = planOf(Array.from({ length: 130 }, (_, at) => item(`n${at}`)));
    const text = written(resultOf([cleaningOf(many)]));
    expect(text).toContain('30 more stand in the plan');
    expect(text).not.toContain('sha-n100');
  });

  it('cannot be broken out of by a name', () => {
    const evil = { ...item('1'), tags: ['a|b`</details><script>'] };
    expect(written(resultOf([cleaningOf(planOf([evil]))]))).not.toContain('<script>');
  });
});
