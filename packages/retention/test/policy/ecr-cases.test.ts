import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { INVENTORY_ABILITIES, readInventory } from '../../src/inventory/read-inventory.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readRetention, retentionFor } from '../../src/policy/read-retention.ts';
import { UNPROTECTED } from '../support/paper.ts';

interface EcrCase {
  readonly n: number;
  readonly name: string;
  readonly now: string;
  readonly images: readonly { readonly id: string }[];
  readonly policy: unknown;
  readonly expected: {
    readonly expired: readonly string[];
    readonly transitioned: readonly string[];
    readonly appliedRule: Readonly<Record<string, number>>;
  };
}

const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
const cases: readonly EcrCase[] =
  data === undefined ? [] : JSON.parse(readFileSync(join(data, 'ecr-lifecycle-cases.json'), 'utf8')).cases;

(data === undefined ? describe.skip : describe)("a plan is what Amazon ECR's own worked examples are", () => {
  it('in all of the cases', () => expect(cases).toHaveLength(18));

  it.each(cases.map((row) => ({ ...row })))('$n: $name', ({ now, images, policy, expected }) => {
    const inventory = readInventory(Buffer.from(JSON.stringify({ now, images })), 'case');
    const source = readRetention(JSON.stringify(policy), { kind: 'input', name: 'retention' });
    const plan = makePlan({
      target: 'repository',
      graph: inventory.graph,
      policy: retentionFor(source, 'repository'),
      protection: UNPROTECTED,
      abilities: INVENTORY_ABILITIES,
      world: { now: inventory.now ?? 0, branches: undefined, openPullRequests: undefined },
    });
    const rules = [...plan.delete, ...plan.transition].map(({ id, rule }) => [id, rule] as const);
    expect(plan.delete.map(({ id }) => id).sort()).toEqual(expected.expired);
    expect(plan.transition.map(({ id }) => id).sort()).toEqual(expected.transitioned);
    expect(Object.fromEntries(rules)).toEqual(
      Object.fromEntries(Object.entries(expected.appliedRule).map(([id, rule]) => [id, `rule ${rule}`])),
    );
    expect(plan.keep).toHaveLength(images.length - rules.length);
  });
});
