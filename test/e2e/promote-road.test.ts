import type { ManifestContent } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  expectedSuccess,
  gatesOf,
  openRoad,
  RECORD_TYPE,
  type Road,
  statementsAbout,
  VSA_TYPE,
  verdictsOf,
} from '../support/road.ts';
import { jsonOf, writesOf } from '../support/stage.ts';

/** The road of the contract: named by commit, by commit, by version. */
const ROAD = (road: Road) => ({
  dev: { repository: road.at('acme/dev'), tags: 'git-sha' },
  staging: {
    repository: road.at('acme/staging'),
    'promote-from': 'dev',
    tags: 'git-sha',
    gates: { platforms: ['linux/amd64', 'linux/arm64'] },
  },
  production: {
    repository: road.at('acme/api'),
    'promote-from': 'staging',
    tags: ['semver', 'combined'],
    channels: ['2', '2.0', '2.1', 'latest'],
    gates: { platforms: ['linux/amd64', 'linux/arm64'] },
  },
});

describe('the road from dev to production', () => {
  let road: Road;
  const images = new Map<string, ManifestContent>();
  const digestOf = (version: string): string => images.get(version)?.digest ?? '';

  beforeAll(async () => {
    road = await openRoad();
    await road.writePolicy(ROAD(road));
    for (const [version, commit] of [
      ['2.0.0', 'aaaaaa0'],
      ['2.1.0', 'a1b2c3d'],
      ['2.0.1', 'bbbbbb0'],
    ] as const) {
      images.set(version, await road.build('acme/build', { commit: commitOf(commit), version }));
    }
  });
  afterAll(() => road.workplace.close());

  /** Takes an image from where it was built into dev, staging and production. */
  const deliver = async (commit: string, version: string): Promise<void> => {
    expectedSuccess(
      await road.promote({
        source: `${road.at('acme/build')}:${commit}`,
        to: 'dev',
        'require-gates': 'false',
      }),
    );
    expectedSuccess(await road.promote({ from: 'dev', to: 'staging', version: commit }));
    expectedSuccess(await road.promote({ from: 'staging', to: 'production', version: commit }));
    expect(road.tag('acme/api', version)).toBe(digestOf(version));
  };

  it('names an image by the strategies of each environment, and records every step before its tags', async () => {
    await deliver('aaaaaa0', '2.0.0');
    expect(road.tags('acme/dev')).toEqual(['aaaaaa0']);
    expect(road.tags('acme/staging')).toEqual(['aaaaaa0']);
    expect(road.tags('acme/api')).toEqual(['2', '2.0', '2.0.0', '2.0.0-aaaaaa0', 'latest']);
    for (const [environment, repository] of [
      ['dev', 'acme/dev'],
      ['staging', 'acme/staging'],
      ['production', 'acme/api'],
    ] as const) {
      const found = await statementsAbout(road.registry, repository, digestOf('2.0.0'));
      const own = found.filter(({ predicate }) => predicate['environment'] === environment);
      expect(own.map(({ type }) => type)).toEqual([RECORD_TYPE]);
      const summaries = found.filter(({ type }) => type === VSA_TYPE).map(({ predicate }) => predicate);
      expect(summaries.map(({ resourceUri }) => resourceUri)).toContain(
        `${road.at(repository)}@${digestOf('2.0.0')}`,
      );
      expect(road.tag(repository, `artifact-lifecycle.${environment}`)).toBe(own[0]?.manifest);
      const writes = road.registry.log.lines({
        method: 'PUT',
        path: new RegExp(`^/v2/${repository}/manifests/`),
        status: 201,
      });
      const order = writes.map((line) => line.split('/').at(-1)?.split(' ')[0] ?? '');
      const at = (name: string): number => order.indexOf(name);
      expect(at(own[0]?.manifest ?? '')).toBeLessThan(at(`artifact-lifecycle.${environment}`));
      for (const tag of road.tags(repository)) {
        expect(at(tag)).toBeGreaterThan(at(`artifact-lifecycle.${environment}`));
      }
    }
  }, 60_000);

  it('moves the channels of a version, and those of a newer line stay where they are', async () => {
    await deliver('a1b2c3d', '2.1.0');
    for (const tag of ['2', '2.1', '2.1.0', '2.1.0-a1b2c3d', 'latest']) {
      expect(`${tag} ${road.tag('acme/api', tag)}`).toBe(`${tag} ${digestOf('2.1.0')}`);
    }
    expect(road.tag('acme/api', '2.0')).toBe(digestOf('2.0.0'));

    await deliver('bbbbbb0', '2.0.1');
    expect(road.tag('acme/api', '2.0')).toBe(digestOf('2.0.1'));
    for (const tag of ['2', '2.1', 'latest']) {
      expect(`${tag} ${road.tag('acme/api', tag)}`).toBe(`${tag} ${digestOf('2.1.0')}`);
    }
  }, 60_000);

  it.each([
    { name: 'a tag, whatever commit the event has', version: 'a1b2c3d', event: 'bbbbbb0', wanted: '2.1.0' },
    { name: "the event's commit", version: '', event: 'bbbbbb0', wanted: '2.0.1' },
    { name: 'a digest', version: 'digest', event: 'bbbbbb0', wanted: '2.0.0' },
  ])('finds an image by $name', async ({ version, event, wanted }) => {
    const result = await road.promote(
      {
        ...{ from: 'staging', to: 'production', 'dry-run': 'true' },
        version: version === 'digest' ? digestOf(wanted) : version,
      },
      { GITHUB_SHA: commitOf(event) },
    );
    expectedSuccess(result);
    expect(result.outputs.get('digest')).toBe(digestOf(wanted));
  });

  it('lists what an environment has had, the newest first, as JSON and table', async () => {
    const result = await road.run('promote', { mode: 'history' });
    expectedSuccess(result);
    const history: readonly {
      environment: string;
      entries: readonly Record<string, unknown>[];
      remarks: readonly unknown[];
    }[] = JSON.parse(result.outputs.get('history') ?? '[]');
    expect(history.map(({ environment, remarks }) => ({ environment, remarks }))).toEqual(
      ['dev', 'staging', 'production'].map((environment) => ({ environment, remarks: [] })),
    );
    const production = history[2]?.entries ?? [];
    expect(production.map((entry) => [entry['version'], entry['digest'], entry['event']])).toEqual(
      ['2.0.1', '2.1.0', '2.0.0'].map((version) => [version, digestOf(version), 'promotion']),
    );
    expect(production.map((entry) => entry['previous'])).toEqual([
      production[1]?.['recordManifest'],
      production[2]?.['recordManifest'],
      null,
    ]);
    expect(production[0]).toMatchObject({
      from: 'staging',
      source: { name: road.at('acme/staging'), tag: 'bbbbbb0' },
      destination: { tags: expect.arrayContaining([{ tag: '2.0.1', previous: null }]) },
      run: { actor: 'octocat', attempt: 1 },
      policy: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      gates: [
        { gate: 'promote-from', verdict: 'pass' },
        { gate: 'hold', verdict: 'pass' },
        { gate: 'platforms', verdict: 'pass' },
      ],
    });
    expect(result.summary).toContain('| When | What | Version |');
    expect(result.summary).toContain(digestOf('2.1.0'));
    expect(jsonOf(result)).toMatchObject({ history });
  }, 30_000);

  it('leaves records and summaries that verify accepts', async () => {
    for (const require of ['vsa', RECORD_TYPE, `vsa, ${RECORD_TYPE}`]) {
      const result = await road.run('verify', {
        subject: `${road.at('acme/api')}:2.1.0`,
        key: 'records.pub',
        require,
        recursive: 'false',
      });
      expectedSuccess(result);
      expect(result.outputs.get('verified')).toBe('true');
    }
  }, 30_000);

  it('goes back, holds what it took out, and lets it in again when it is released', async () => {
    const back = await road.promote({ mode: 'rollback', to: 'production', 'rollback-to': '2.0.0' });
    expectedSuccess(back);
    // The newest record is that of 2.0.1, and only its own channel pointed to it.
    expect(back.outputs.get('digest')).toBe(digestOf('2.0.0'));
    expect(road.tag('acme/api', '2.0')).toBe(digestOf('2.0.0'));
    expect(road.tag('acme/api', '2')).toBe(digestOf('2.1.0'));
    expect(road.tag('acme/api', '2.0.1')).toBe(digestOf('2.0.1'));
    expect((await road.history('production')).entries[0]).toMatchObject({
      event: 'rollback',
      digest: digestOf('2.0.0'),
      withdrawn: [digestOf('2.0.1')],
    });

    road.registry.log.clear();
    const again = await road.promote({ from: 'staging', to: 'production', version: 'bbbbbb0' });
    expect(again.outputs.get('error-code')).toBe('GATE_FAILED');
    expect(verdictsOf(again)).toEqual(['promote-from pass', 'hold fail', 'platforms pass']);
    expect(writesOf(road.registry)).toEqual([]);

    const released = await road.promote({
      from: 'staging',
      to: 'production',
      version: 'bbbbbb0',
      'release-withdrawn': 'true',
    });
    expectedSuccess(released);
    expect(gatesOf(released)[1]).toMatchObject({ gate: 'hold', evidence: { released: true } });
    expect(road.tag('acme/api', '2.0')).toBe(digestOf('2.0.1'));
    expect((await road.history('production')).entries[0]).toMatchObject({
      event: 'promotion',
      digest: digestOf('2.0.1'),
      withdrawn: [],
    });
  }, 60_000);

  it.each([
    { name: 'what was there before', to: 'previous', wanted: '2.0.0' },
    { name: 'a digest', to: 'digest', wanted: '2.1.0' },
  ])(
    'goes back to $name',
    async ({ to, wanted }) => {
      const rollbackTo = to === 'digest' ? digestOf(wanted) : to;
      const dry = await road.promote({
        mode: 'rollback',
        to: 'production',
        'rollback-to': rollbackTo,
        'dry-run': 'true',
      });
      expectedSuccess(dry);
      expect(dry.outputs.get('promoted')).toBe('false');
      const result = await road.promote({ mode: 'rollback', to: 'production', 'rollback-to': rollbackTo });
      expectedSuccess(result);
      expect(result.outputs.get('digest')).toBe(digestOf(wanted));
      expect(result.outputs.get('references')).toBe(dry.outputs.get('references'));
      expect((await road.history('production')).remarks).toEqual([]);
    },
    60_000,
  );
});
