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

/** In the order in which they came in: 2.0.1 is a fix of the older line. */
const VERSIONS = ['1.9.0', '2.0.0', '2.1.0', '2.0.1'] as const;
type Version = (typeof VERSIONS)[number];

describe('a rollback', () => {
  let road: Road;
  let images: ReadonlyMap<Version, ManifestContent>;
  const digestOf = (version: Version): string => images.get(version)?.digest ?? '';

  beforeEach(async () => {
    road = await openRoad();
    await road.writePolicy({
      production: {
        repository: [road.at('eu/api'), road.at('us/api')],
        tags: 'semver',
        channels: ['1', '2', '2.0', '2.1', 'latest'],
        gates: { platforms: ['linux/amd64'] },
      },
    });
    const built = new Map<Version, ManifestContent>();
    for (const [index, version] of VERSIONS.entries()) {
      built.set(version, await road.build('acme/build', { commit: commitOf(`abc000${index}`), version }));
      const source = `${road.at('acme/build')}:abc000${index}`;
      expectedSuccess(await road.promote({ source, to: 'production' }));
    }
    images = built;
  }, 30_000);
  afterEach(() => road.workplace.close());

  const goBack = (to: string, more: Readonly<Record<string, string>> = {}) =>
    road.promote({ mode: 'rollback', to: 'production', 'rollback-to': to, ...more });
  const channelsOf = (repository: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      ['1', '2', '2.0', '2.1', 'latest'].map((tag) => [
        tag,
        VERSIONS.find((version) => digestOf(version) === road.tag(repository, tag)) ?? 'none',
      ]),
    );

  it('of a fix goes to the version before it, not to the newest line', async () => {
    const result = await goBack('previous');
    expectedSuccess(result);
    expect(jsonOf(result)).toMatchObject({
      rollback: ['eu/api', 'us/api'].map((name) => ({
        repository: road.at(name),
        withdrawn: [digestOf('2.0.1')],
        to: digestOf('2.0.0'),
        channels: [{ tag: '2.0', from: digestOf('2.0.1') }],
      })),
    });
    for (const name of ['eu/api', 'us/api']) {
      expect(channelsOf(name)).toEqual({
        1: '1.9.0',
        2: '2.1.0',
        '2.0': '2.0.0',
        2.1: '2.1.0',
        latest: '2.1.0',
      });
    }
  }, 30_000);

  it('to what came in last takes out what is newer, and leaves older lines alone', async () => {
    const result = await goBack('2.0.1');
    expectedSuccess(result);
    for (const name of ['eu/api', 'us/api']) {
      expect(channelsOf(name)).toEqual({
        1: '1.9.0',
        2: '2.0.1',
        '2.0': '2.0.1',
        2.1: '2.0.1',
        latest: '2.0.1',
      });
    }
    expect((await road.history('production')).entries[0]).toMatchObject({
      event: 'rollback',
      withdrawn: [digestOf('2.1.0')],
    });
    const again = await goBack('2.0.1');
    expect(errorOf(again)).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('has now'),
    });
  }, 30_000);

  it.each([
    {
      name: 'the record of one region is there',
      path: /^\/v2\/us\/api\/manifests\/artifact-lifecycle/,
      // The other one has a record to which no head ever pointed.
      remarks: [[], ['unchained', 'fork']],
    },
    {
      name: 'the records are there, and no channel is moved',
      path: /^\/v2\/eu\/api\/manifests\/2$/,
      remarks: [[], []],
    },
  ])(
    'that is killed when $name, is finished by the next run',
    async ({ path, remarks }) => {
      const running = await road.start({ mode: 'rollback', to: 'production', 'rollback-to': '2.0.1' });
      const fault = road.registry.faults.add(
        { method: 'PUT', path, nth: 1 },
        {
          kind: 'hook',
          run: async () => {
            running.kill('SIGKILL');
            await running.finished;
          },
        },
      );
      expect((await running.finished).signal).toBe('SIGKILL');
      fault.remove();
      expect(channelsOf('eu/api')['2']).toBe('2.1.0');

      expectedSuccess(await goBack('2.0.1'));
      for (const name of ['eu/api', 'us/api']) {
        expect(channelsOf(name)).toEqual({
          1: '1.9.0',
          2: '2.0.1',
          '2.0': '2.0.1',
          2.1: '2.0.1',
          latest: '2.0.1',
        });
      }
      const result = await road.run('promote', { mode: 'history', to: 'production' });
      const regions: readonly ToldHistory[] = JSON.parse(result.outputs.get('history') ?? '[]');
      expect(regions.map((region) => region.remarks.map(({ kind }) => kind))).toEqual(remarks);
      for (const { entries } of regions) expect(entries[0]?.event).toBe('rollback');
    },
    30_000,
  );

  it('writes nothing where it goes nowhere, or only would', async () => {
    road.registry.log.clear();
    expect(errorOf(await goBack('7.7.7'))).toMatchObject({ code: 'NOT_FOUND' });
    expectedSuccess(await goBack('previous', { 'dry-run': 'true' }));
    expect(errorOf(await goBack('previous', { to: 'production, staging' }))).toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(road.registry.log.lines({ method: ['PUT', 'POST', 'PATCH', 'DELETE'] })).toEqual([]);
  }, 30_000);
});
