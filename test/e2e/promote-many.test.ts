import { startGitHubGates } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commitOf, errorOf, expectedSuccess, gatesOf, openRoad, type Road } from '../support/road.ts';
import { jsonOf } from '../support/stage.ts';

const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];

describe('several images into several environments', () => {
  let road: Road;
  beforeEach(async () => {
    road = await openRoad();
    const gates = { platforms: ['linux/amd64'] };
    await road.writePolicy({
      eu: { repository: road.at('eu/apps'), tags: 'git-sha', gates },
      us: { repository: [road.at('us/apps'), road.at('us/spare')], tags: 'git-sha', gates },
    });
    await road.build('acme/build', { commit: commitOf('a1b2c3d') });
    await road.build('acme/build', { commit: commitOf('b1b2c3d') });
    await road.build('acme/build', { commit: commitOf('ccc0000'), platforms: ['arm64'] });
  });
  afterEach(() => road.workplace.close());

  const sources = (...commits: readonly string[]): string =>
    commits.map((commit) => `${road.at('acme/build')}:${commit}`).join('\n');

  it('are promoted in one call, each with its record', async () => {
    const result = await road.promote({ source: sources('a1b2c3d', 'b1b2c3d'), to: 'eu, us' });
    expectedSuccess(result);
    for (const name of ['eu/apps', 'us/apps', 'us/spare']) {
      expect(road.tags(name)).toEqual(['a1b2c3d', 'b1b2c3d']);
    }
    expect(result.outputs.get('references')?.split('\n')).toHaveLength(6);
    expect(gatesOf(result)).toHaveLength(8);
    expect(gatesOf(result)[0]).toMatchObject({ gate: 'hold', environment: 'eu' });
    const { promotions } = jsonOf(result) as { promotions: readonly { state: string; records: unknown[] }[] };
    expect(promotions.map(({ state, records }) => `${state} ${records.length}`)).toEqual([
      'promoted 1',
      'promoted 1',
      'promoted 2',
      'promoted 2',
    ]);
    for (const environment of ['eu', 'us']) {
      const { entries, remarks } = await road.history(environment);
      expect({ remarks, count: entries.length }).toEqual({ remarks: [], count: 2 });
    }
    const { include } = JSON.parse(result.outputs.get('matrix') ?? '{}');
    expect(include).toEqual([
      { environment: 'eu', destination: road.at('eu/apps') },
      { environment: 'us', destination: road.at('us/apps') },
      { environment: 'us', destination: road.at('us/spare') },
    ]);
  }, 30_000);

  it('are all kept out where a gate keeps one of them out', async () => {
    road.registry.log.clear();
    const result = await road.promote({ source: sources('a1b2c3d', 'ccc0000'), to: 'eu, us' });
    expect(errorOf(result)).toMatchObject({
      code: 'GATE_FAILED',
      message: expect.stringMatching(/^2 gates stop the promotion; nothing was copied/),
    });
    const { promotions } = jsonOf(result) as { promotions: readonly { state: string }[] };
    expect(promotions.map(({ state }) => state).toSorted()).toEqual([
      'not-started',
      'not-started',
      'refused',
      'refused',
    ]);
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
  }, 30_000);

  it('are refused where two are to have one name', async () => {
    await road.writePolicy({
      eu: {
        repository: road.at('eu/apps'),
        ...{ tags: 'git-sha', channels: ['stable'], gates: { platforms: ['linux/amd64'] } },
      },
    });
    road.registry.log.clear();
    const inputs = { source: sources('a1b2c3d', 'b1b2c3d'), to: 'eu' };
    expect(errorOf(await road.promote(inputs))).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(`are both to be ${road.at('eu/apps')}:stable`),
    });
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
  }, 30_000);

  it('are planned, and carried out by a job a destination', async () => {
    const inputs = { mode: 'plan', source: sources('a1b2c3d', 'b1b2c3d'), to: 'eu, us' };
    const planned = await road.promote(inputs);
    const { include } = JSON.parse(planned.outputs.get('matrix') ?? '{}');
    const done = await Promise.all(
      include.map(({ environment, destination }: Record<string, string>) =>
        road.promote({ to: environment ?? '', destination: destination ?? '' }),
      ),
    );
    for (const one of done) expectedSuccess(one);
    for (const name of ['eu/apps', 'us/apps', 'us/spare']) {
      expect(road.tags(name)).toEqual(['a1b2c3d', 'b1b2c3d']);
    }
  }, 30_000);

  it('leave nothing anywhere in a dry run', async () => {
    const github = await startGitHubGates();
    road.workplace.onClose(() => github.close());
    road.registry.log.clear();
    const result = await road.promote(
      {
        ...{ source: sources('a1b2c3d', 'b1b2c3d'), to: 'eu, us', 'dry-run': 'true' },
        ...{ 'github-token': 'token', 'report-file': 'report.html' },
      },
      { GITHUB_API_URL: github.url },
    );
    expectedSuccess(result);
    expect(result.outputs.get('references')?.split('\n')).toHaveLength(6);
    expect(result.outputs.get('promoted')).toBe('false');
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    expect(road.registry.store.repositories()).toEqual(['acme/build']);
    expect(github.log.lines({ method: WRITES })).toEqual([]);
  }, 30_000);

  it('stop at the first that fails, and it is told where all of them stand', async () => {
    const fault = road.registry.faults.add(
      { method: 'PUT', path: /^\/v2\/us\/spare\/manifests\/a1b2c3d$/ },
      { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
    );
    const inputs = { source: sources('a1b2c3d', 'b1b2c3d'), to: 'eu, us' };
    const result = await road.promote(inputs);
    fault.remove();
    const { promotions } = jsonOf(result) as {
      promotions: readonly { state: string; environment: string; tags: readonly unknown[] }[];
    };
    expect(promotions.map(({ environment, state }) => `${environment} ${state}`)).toEqual([
      'eu promoted',
      'eu promoted',
      'us failed',
      'us not-started',
    ]);
    expect(promotions[2]?.tags).toMatchObject([
      { reference: `${road.at('us/apps')}:a1b2c3d`, outcome: 'created' },
      { reference: `${road.at('us/spare')}:a1b2c3d`, outcome: 'unset' },
    ]);
    expect(road.tags('us/apps')).toEqual(['a1b2c3d']);
    expectedSuccess(await road.promote(inputs));
    for (const name of ['eu/apps', 'us/apps', 'us/spare']) {
      expect(road.tags(name)).toEqual(['a1b2c3d', 'b1b2c3d']);
    }
    expect((await road.history('eu')).remarks).toEqual([]);
  }, 30_000);
});
