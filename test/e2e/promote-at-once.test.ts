import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  errorOf,
  expectedSuccess,
  openRoad,
  RECORD_TYPE,
  type Road,
  statementsAbout,
} from '../support/road.ts';

describe('two promotions into one environment at the same time', () => {
  let road: Road;
  const digests: string[] = [];
  beforeEach(async () => {
    road = await openRoad();
    await road.writePolicy({
      production: {
        repository: road.at('acme/api'),
        tags: 'git-sha',
        channels: ['latest'],
        gates: { platforms: ['linux/amd64'] },
      },
    });
    digests.length = 0;
    for (const commit of ['aaaa000', 'bbbb000']) {
      digests.push((await road.build('acme/build', { commit: commitOf(commit) })).digest);
    }
  });
  afterEach(() => road.workplace.close());

  const promote = (commit: string) =>
    road.promote({ source: `${road.at('acme/build')}:${commit}`, to: 'production' });
  const HEAD = '/v2/acme/api/manifests/artifact-lifecycle.production';

  it.each([
    { name: 'after the first has looked', match: { method: 'HEAD', path: HEAD, nth: 2 } },
    {
      name: 'before the first writes its record',
      match: { method: 'POST', path: /acme\/api\/blobs/, nth: 1 },
    },
    { name: 'before the first looks a last time', match: { method: 'HEAD', path: HEAD, nth: 4 } },
  ])(
    'the second one that comes in $name makes the first one stale',
    async ({ match }) => {
      const fault = road.registry.faults.add(
        { ...match, times: 1 },
        {
          kind: 'hook',
          run: async () => expectedSuccess(await promote('bbbb000')),
        },
      );
      const first = await promote('aaaa000');
      fault.remove();
      expect(errorOf(first).code).toBe('PLAN_STALE');
      expect(road.registry.defects).toEqual([]);
      expect(road.tag('acme/api', 'latest')).toBe(digests[1]);
      expect(road.tag('acme/api', 'aaaa000')).toBeUndefined();
      expect((await road.history('production')).entries[0]).toMatchObject({ digest: digests[1] });
    },
    30_000,
  );

  it('where no registry can tell, the history shows the fork', async () => {
    // Between the last look and the write of the first head nothing can be known.
    const fault = road.registry.faults.add(
      { method: 'PUT', path: HEAD, nth: 1 },
      { kind: 'hook', run: async () => expectedSuccess(await promote('bbbb000')) },
    );
    const first = await promote('aaaa000');
    fault.remove();
    const { remarks } = await road.history('production');
    expect({ code: errorOf(first).code, remarks: remarks.map(({ kind }) => kind) }).toEqual({
      code: 'PLAN_STALE',
      remarks: ['unchained', 'fork'],
    });
    const found = await statementsAbout(road.registry, 'acme/api', digests[1] ?? '');
    expect(found.filter(({ type }) => type === RECORD_TYPE)).toHaveLength(1);
  }, 30_000);

  it('are both seen, however they interleave', async () => {
    const results = await Promise.all([promote('aaaa000'), promote('bbbb000')]);
    const done = results.filter(({ exitCode }) => exitCode === 0).length;
    const { remarks, entries } = await road.history('production');
    for (const result of results) expect(['PLAN_STALE', undefined]).toContain(errorOf(result).code);
    // Whoever succeeded is in the history; who is in no chain, or beside another one, is told of.
    expect(entries.length).toBeGreaterThanOrEqual(done);
    const unchained = entries.filter(
      (one, index) => one.recordManifest !== (entries[index - 1]?.previous ?? one.recordManifest),
    );
    if (unchained.length > 0) expect(remarks.map(({ kind }) => kind)).toContain('fork');
  }, 30_000);
});
