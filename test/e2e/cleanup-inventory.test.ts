import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { runAction } from '../support/runner.ts';

interface EcrCase {
  readonly n: number;
  readonly name: string;
  readonly now: string;
  readonly images: readonly unknown[];
  readonly policy: unknown;
  readonly expected: { readonly expired: readonly string[]; readonly transitioned: readonly string[] };
}

interface InvalidPolicy {
  readonly name: string;
  readonly policy: unknown;
  readonly error: string;
}

interface Planned {
  readonly id: string;
}

const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
const truth: { readonly cases: readonly EcrCase[]; readonly invalidPolicies: readonly InvalidPolicy[] } =
  data === undefined
    ? { cases: [], invalidPolicies: [] }
    : JSON.parse(readFileSync(join(data, 'ecr-lifecycle-cases.json'), 'utf8'));

describe('policies tried on paper, as the runner sees it', () => {
  let workplace: Workplace;
  let workspace: string;
  let directory: string;

  beforeAll(async () => {
    workplace = await openWorkplace('e2e');
    directory = await workplace.place('job');
    workspace = join(directory, 'workspace');
    await mkdir(workspace, { recursive: true });
  });
  afterAll(() => workplace.close());

  const tryPolicy = async (
    inventory: unknown,
    retention: string,
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<StepResult> => {
    await writeFile(join(workspace, 'inventory.json'), JSON.stringify(inventory));
    return runAction('cleanup', {
      directory,
      inputs: { inventory: 'inventory.json', retention, 'github-token': '', ...inputs },
    });
  };
  const readPlan = async (): Promise<{
    readonly delete: readonly Planned[];
    readonly transition: readonly Planned[];
  }> => JSON.parse(await readFile(join(workspace, 'retention-plan.json'), 'utf8'));

  it('takes a policy of ours from a file, and gives it as Amazon ECR’s', async () => {
    const day = (number: number): string => `2026-10-0${number}T12:00:00Z`;
    await writeFile(
      join(workspace, 'retention.yml'),
      'classes:\n  dev: { match: { tags: ["dev-*"] }, keep: 30d }\n',
    );
    const inventory = {
      now: '2026-11-02T00:00:00Z',
      images: [
        { id: 'A', tags: ['dev-1'], pushedAt: day(1) },
        { id: 'B', tags: ['dev-2'], pushedAt: day(9) },
        { id: 'C', tags: ['v1'], pushedAt: day(1) },
      ],
    };
    const { exitCode, log } = await tryPolicy(inventory, 'retention.yml', { emit: 'ecr' });
    expect(exitCode === 0 ? '' : log).toBe('');
    expect((await readPlan()).delete).toEqual([
      expect.objectContaining({ id: 'A', action: 'delete', rule: 'dev', reason: expect.any(String) }),
    ]);
    const emitted = JSON.parse(await readFile(join(workspace, 'retention-plan.ecr.json'), 'utf8'));
    expect(emitted.rules[0]).toMatchObject({
      selection: {
        tagStatus: 'tagged',
        tagPatternList: ['dev-*'],
        countType: 'sinceImagePushed',
        countNumber: 30,
      },
      action: { type: 'expire' },
    });
  });

  it('has nothing to apply to', async () => {
    const { outputs } = await tryPolicy({ images: [] }, 'retention.yml', { mode: 'apply' });
    expect(outputs.get('error-code')).toBe('INPUT_INVALID');
  });

  const withData = data === undefined ? describe.skip : describe;
  withData("Amazon ECR's own examples", () => {
    it.each([...truth.cases])('$n: $name', async ({ now, images, policy, expected }) => {
      const { exitCode, log } = await tryPolicy({ now, images }, JSON.stringify(policy));
      expect(exitCode === 0 ? '' : log).toBe('');
      const plan = await readPlan();
      expect(plan.delete.map(({ id }) => id).sort()).toEqual(expected.expired);
      expect(plan.transition.map(({ id }) => id).sort()).toEqual(expected.transitioned);
    });

    it.each([...truth.invalidPolicies])('refuses $name', async ({ policy, error }) => {
      const { exitCode, log } = await tryPolicy({ images: [] }, JSON.stringify(policy));
      expect(exitCode).toBe(1);
      expect(log).toContain(error);
    });
  });
});
