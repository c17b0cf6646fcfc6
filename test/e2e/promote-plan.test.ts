import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestContent } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  errorOf,
  expectedSuccess,
  openRoad,
  type Road,
  type ToldHistory,
} from '../support/road.ts';
import { jsonOf } from '../support/stage.ts';

const PLAN = 'promotion-plan.json';
const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];

interface PlanJson {
  readonly version: number;
  readonly promotions: {
    digest: string;
    version: string | null;
    environment: string | null;
    destinations: { destination: string; head: string | null; tags: { tag: string; outcome: string }[] }[];
  }[];
}

describe('a plan', () => {
  let road: Road;
  let image: ManifestContent;
  beforeEach(async () => {
    road = await openRoad();
    await road.writePolicy({
      staging: { repository: road.at('acme/staging'), tags: 'git-sha' },
      production: {
        repository: [road.at('eu/api'), road.at('us/api')],
        'promote-from': 'staging',
        tags: ['semver', 'combined'],
        channels: ['2', 'latest'],
        gates: { platforms: ['linux/amd64'] },
      },
      edge: {
        repository: road.at('acme/edge'),
        'promote-from': 'staging',
        gates: { platforms: ['linux/amd64'] },
      },
    });
    image = await deliver('a1b2c3d', '2.1.0');
  }, 30_000);
  afterEach(() => road.workplace.close());

  const deliver = async (commit: string, version: string): Promise<ManifestContent> => {
    const built = await road.build('acme/build', { commit: commitOf(commit), version });
    const source = `${road.at('acme/build')}:${commit}`;
    expectedSuccess(
      await road.promote({ source, to: 'staging', 'require-gates': 'false', 'plan-file': 'none.json' }),
    );
    return built;
  };
  const plan = (more: Readonly<Record<string, string>> = {}) =>
    road.promote({ mode: 'plan', from: 'staging', to: 'production', version: 'a1b2c3d', ...more });
  const readPlan = async (): Promise<PlanJson> =>
    JSON.parse(await readFile(join(road.directory, 'workspace', PLAN), 'utf8'));
  const regions = async (): Promise<readonly ToldHistory[]> => {
    const result = await road.run('promote', { mode: 'history', to: 'production' });
    return JSON.parse(result.outputs.get('history') ?? '[]');
  };

  it('writes nothing but itself, and is carried out exactly', async () => {
    road.registry.log.clear();
    const planned = await plan();
    expectedSuccess(planned);
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    expect(Object.fromEntries(planned.outputs)).toMatchObject({ promoted: 'false', 'plan-file': PLAN });
    expect(await readPlan()).toMatchObject({
      version: 1,
      promotions: [{ environment: 'production', digest: image.digest, version: '2.1.0' }],
    });
    const done = await road.promote({});
    expectedSuccess(done);
    expect(done.outputs.get('promoted')).toBe('true');
    expect(done.outputs.get('references')).toBe(planned.outputs.get('references'));
    expect(done.outputs.get('digest')).toBe(image.digest);
    expect((await regions())[0]?.entries[0]).toMatchObject({
      from: 'staging',
      source: { name: road.at('acme/staging'), tag: 'a1b2c3d', digest: image.digest },
    });
  }, 30_000);

  it('is of several environments, each named in its own way', async () => {
    expectedSuccess(await plan({ to: 'production, edge' }));
    const done = await road.promote({});
    expectedSuccess(done);
    expect(road.tags('acme/edge')).toEqual(['a1b2c3d']);
    expect(road.tags('eu/api')).toEqual(['2', '2.1.0', '2.1.0-a1b2c3d', 'latest']);
  }, 30_000);

  it('is a matrix whose jobs promote one region each, at the same time', async () => {
    const planned = await plan();
    const { include } = JSON.parse(planned.outputs.get('matrix') ?? '{}');
    expect(include).toEqual(
      ['eu/api', 'us/api'].map((name) => ({
        environment: 'production',
        destination: road.at(name),
        digest: image.digest,
      })),
    );
    const done = await Promise.all(
      include.map(({ destination }: { destination: string }) => road.promote({ destination })),
    );
    for (const one of done) expectedSuccess(one);
    for (const name of ['eu/api', 'us/api']) {
      expect(road.tags(name)).toEqual(['2', '2.1.0', '2.1.0-a1b2c3d', 'latest']);
    }
    for (const { entries, remarks } of await regions()) {
      expect({ remarks, count: entries.length }).toEqual({ remarks: [], count: 1 });
    }
    // Each region knows of its own only: it is one promotion a job.
    const again = await road.promote({ destination: road.at('eu/api') });
    expectedSuccess(again);
  }, 30_000);

  it.each([
    {
      name: 'a version tag was published by somebody else',
      change: async () => {
        const other = await road.build('eu/api', { commit: commitOf('bad'), tags: ['2.1.0'] });
        expect(other.digest).not.toBe(image.digest);
      },
      difference: /already points to/,
    },
    {
      name: 'a channel was moved',
      change: () => road.build('us/api', { commit: commitOf('bad'), tags: ['latest'] }),
      difference: /tags at .*us\/api were to be .*latest created, and are .*latest moved from/,
    },
    {
      name: 'another promotion came in between',
      change: async () => {
        await deliver('ccc0000', '1.0.0');
        const inputs = { from: 'staging', to: 'production', version: 'ccc0000' };
        expectedSuccess(await road.promote({ ...inputs, 'plan-file': 'none.json' }));
      },
      difference: /something has come into .*eu\/api since/,
    },
  ])(
    'is stale where $name',
    async ({ change, difference }) => {
      expectedSuccess(await plan());
      await change();
      road.registry.log.clear();
      const result = await road.promote({});
      expect(errorOf(result)).toMatchObject({
        code: 'PLAN_STALE',
        message: expect.stringMatching(difference),
      });
      expect(result.outputs.get('promoted')).toBe('false');
      expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    },
    30_000,
  );

  it('is stale where the image that is named is another by now', async () => {
    expectedSuccess(await plan());
    const other = await deliver('ddd0000', '2.1.0');
    await road.registry.store.putTag('acme/staging', 'a1b2c3d', other.digest);
    road.registry.log.clear();
    const named = await road.promote({ from: 'staging', to: 'production', version: 'a1b2c3d' });
    expect(errorOf(named)).toMatchObject({
      code: 'PLAN_STALE',
      message: expect.stringContaining(`it promotes no ${other.digest}`),
    });
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    // What the plan says is what is promoted.
    expectedSuccess(await road.promote({}));
    expect(road.tag('eu/api', '2.1.0')).toBe(image.digest);
  }, 30_000);

  it.each([
    {
      name: 'another digest',
      forge: (json: PlanJson, other: string) => {
        for (const one of json.promotions) one.digest = other;
      },
      code: 'GATE_FAILED',
    },
    {
      name: 'another version',
      forge: (json: PlanJson) => {
        for (const one of json.promotions) one.version = '9.9.9';
      },
      code: 'INPUT_INVALID',
    },
    {
      name: 'other tags',
      forge: (json: PlanJson) => {
        for (const { destinations } of json.promotions) {
          for (const { tags } of destinations)
            tags.splice(0, 1, { ...tags[0], tag: 'v9', outcome: 'created' });
        }
      },
      code: 'PLAN_STALE',
    },
    {
      name: 'another repository',
      forge: (json: PlanJson) => {
        for (const { destinations } of json.promotions) {
          for (const one of destinations) one.destination = one.destination.replace('/api', '/other');
        }
      },
      code: 'INPUT_INVALID',
    },
    {
      name: 'another head',
      forge: (json: PlanJson) => {
        for (const { destinations } of json.promotions) {
          for (const one of destinations) one.head = `sha256:${'0'.repeat(64)}`;
        }
      },
      code: 'PLAN_STALE',
    },
    {
      name: 'nothing',
      forge: (json: PlanJson) => {
        json.promotions.length = 0;
      },
      code: 'INPUT_INVALID',
    },
    {
      name: 'what no plan says',
      forge: (json: PlanJson) => {
        for (const one of json.promotions) one.destinations = [];
        Object.assign(json, { version: 2 });
      },
      code: 'CONTENT_INVALID',
    },
  ])(
    'that says $name does not get past what holds without it',
    async ({ forge, code }) => {
      expectedSuccess(await plan());
      // Into staging it came by no promotion.
      const other = await road.build('acme/staging', {
        commit: commitOf('bad'),
        version: '2.1.0',
        tags: ['bad'],
      });
      const json = await readPlan();
      forge(json, other.digest);
      await road.write(PLAN, json);
      road.registry.log.clear();
      const result = await road.promote({});
      expect(errorOf(result).code).toBe(code);
      expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    },
    30_000,
  );

  it('is not made in a dry run', async () => {
    expectedSuccess(await plan({ 'dry-run': 'true' }));
    await expect(readPlan()).rejects.toThrow('ENOENT');
  }, 30_000);

  it('that failed in one region names where the other one stands, and is finished by the next run', async () => {
    expectedSuccess(await plan());
    const fault = road.registry.faults.add(
      { method: 'PUT', path: /^\/v2\/us\/api\/manifests\/2\.1\.0$/ },
      { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
    );
    const failed = await road.promote({});
    fault.remove();
    expect(failed.exitCode).toBe(1);
    expect(failed.outputs.get('promoted')).toBe('false');
    const { tags, promotions } = jsonOf(failed) as {
      tags: readonly { reference: string; outcome: string }[];
      promotions: readonly { state: string; records: readonly string[] }[];
    };
    expect(promotions).toMatchObject([{ state: 'failed' }]);
    expect(promotions[0]?.records).toHaveLength(2);
    const outcomes = new Map(tags.map(({ reference, outcome }) => [reference, outcome]));
    expect(outcomes.get(`${road.at('eu/api')}:2.1.0`)).toBe('created');
    expect(outcomes.get(`${road.at('us/api')}:2.1.0`)).toBe('unset');
    expect(outcomes.get(`${road.at('us/api')}:latest`)).toBe('unset');
    expect(failed.summary).toContain('eu/api');
    expect(errorOf(failed).message).toContain(road.at('us/api'));

    const again = await road.promote({});
    expectedSuccess(again);
    expect(road.tags('us/api')).toEqual(['2', '2.1.0', '2.1.0-a1b2c3d', 'latest']);
  }, 30_000);
});
