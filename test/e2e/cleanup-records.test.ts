import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeImage, makeIndex, seed } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { commitOf, expectedSuccess, makeKeys, openRoad, type Road } from '../support/road.ts';
import { jsonOf } from '../support/stage.ts';

const DAY = 86_400_000;

/** Whatever a tag says, it lets its image go after a month. */
const RETENTION = { classes: { all: { match: { tags: ['*'] }, keep: '30d' } } };

interface Row {
  readonly digest?: string;
  readonly tags: readonly string[];
  readonly rule: string;
  readonly reason: string;
}

describe('cleaning up where environments keep images by their records', () => {
  let road: Road;
  const digests = new Map<string, string>();
  const writePolicy = (production: object, more: object = { records: { key: 'records.pub' } }) =>
    road.writePolicy(
      {
        dev: { repository: road.at('acme/app'), tags: 'git-sha' },
        production: {
          ...{ repository: road.at('acme/app'), tags: 'semver', 'promote-from': 'dev' },
          ...production,
        },
      },
      { ...more, retention: RETENTION },
    );

  beforeAll(async () => {
    road = await openRoad();
    await writePolicy({});
    await road.write('stranger.pub', makeKeys().publicKey);
    for (const [at, version] of ['1.0.0', '1.1.0', '1.2.0'].entries()) {
      const commit = commitOf(`${at}abcdef`);
      const created = new Date(Date.now() - (100 - at) * DAY).toISOString();
      const labels = {
        'org.opencontainers.image.revision': commit,
        'org.opencontainers.image.version': version,
      };
      const image = makeIndex([makeImage({ config: { config: { Labels: labels } }, layers: [version] })], {
        annotations: { 'org.opencontainers.image.created': created },
      });
      await seed(road.registry, 'acme/build', image, { tags: [version] });
      digests.set(version, image.digest);
      const source = `${road.at('acme/build')}:${version}`;
      expectedSuccess(await road.promote({ source, to: 'dev', 'require-gates': 'false' }));
      expectedSuccess(
        await road.promote({
          ...{ from: 'dev', to: 'production', version: commit.slice(0, 7), 'require-gates': 'false' },
        }),
      );
    }
  });
  afterAll(() => road.workplace.close());

  const cleanUp = (inputs: Readonly<Record<string, string>> = {}): Promise<StepResult> =>
    road.run('cleanup', {
      ...{ targets: road.at('acme/app'), 'protect-deployed': 'false', 'max-percent': '100' },
      ...inputs,
    });
  const planOf = async (): Promise<{ delete: readonly Row[]; keep: readonly Row[]; problems: string[] }> =>
    JSON.parse(await readFile(join(road.directory, 'workspace', 'retention-plan.json'), 'utf8'));
  const images = (rows: readonly Row[]): readonly string[] =>
    rows.flatMap(({ digest }) => [...digests].flatMap(([version, one]) => (one === digest ? [version] : [])));
  const heads = (): readonly string[] =>
    [...road.registry.store.tags('acme/app').keys()].filter((tag) => tag.startsWith('artifact-lifecycle.'));

  it('keeps all that carries a record where nobody is named whose records count, and says so', async () => {
    await writePolicy({}, {});
    const result = await cleanUp();
    expectedSuccess(result);
    expect(result.outputs.get('planned')).toBe('0');
    expect(result.log).toContain('Promotion records cannot be verified: The policy names nobody');
    expect((await planOf()).problems).toEqual([expect.stringContaining('So what carries one is kept')]);
  });

  it('takes no record of somebody else for one, keeps what heads point to, and tells of both', async () => {
    await writePolicy({ retention: { keep: 'forever' } }, { records: { key: 'stranger.pub' } });
    const result = await cleanUp();
    expectedSuccess(result);
    const plan = await planOf();
    expect([...images(plan.delete)].sort()).toEqual(['1.0.0', '1.1.0']);
    expect(plan.problems.filter((one) => one.includes('counts as no record'))).toHaveLength(2);
    expect(result.log).toMatch(/claims to be a promotion record and keeps nothing/);
    expect(result.summary).toContain('claims to be a promotion record and keeps nothing');
    expect(JSON.stringify(jsonOf(result))).toContain('claims to be a promotion record and keeps nothing');
  });

  it('keeps by the retention of the environment what the class of every tag lets go', async () => {
    await writePolicy({ retention: { keep: 'forever' } });
    const result = await cleanUp();
    expectedSuccess(result);
    const { keep, problems } = await planOf();
    expect(result.outputs.get('planned')).toBe('0');
    expect(problems).toEqual([]);
    const first = keep.find(({ digest }) => digest === digests.get('1.0.0'));
    expect(first).toMatchObject({
      rule: 'environment production',
      reason: expect.stringMatching(
        /^The environment production keeps it: record sha256:[0-9a-f]{64}\. What came in there is kept forever\.$/,
      ),
    });
    expect(result.summary).toContain('The environment production keeps it: record sha256:');
  });

  it('keeps what a rollback goes back to, which it then does, and lets the rest go', async () => {
    await writePolicy({});
    await cleanUp();
    expect(images((await planOf()).delete)).toEqual(['1.0.0']);
    const result = await cleanUp({ mode: 'apply' });
    expectedSuccess(result);
    const { store } = road.registry;
    const there = [...digests].filter(([, digest]) => store.manifest('acme/app', digest) !== undefined);
    expect(there.map(([version]) => version)).toEqual(['1.1.0', '1.2.0']);
    expect([...heads()].sort()).toEqual(['artifact-lifecycle.dev', 'artifact-lifecycle.production']);
    expectedSuccess(await road.promote({ mode: 'rollback', to: 'production' }));
    const { entries } = await road.history('production');
    expect(entries[0]).toMatchObject({ event: 'rollback', digest: digests.get('1.1.0') });
  });
});
