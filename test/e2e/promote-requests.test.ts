import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commitOf, expectedSuccess, openRoad, type Road, type Texts } from '../support/road.ts';

describe('what a gated promotion asks of registries', () => {
  let road: Road;
  beforeAll(async () => {
    road = await openRoad();
    await road.writePolicy({
      dev: { repository: road.at('acme/dev'), tags: 'git-sha' },
      staging: {
        repository: road.at('acme/staging'),
        'promote-from': 'dev',
        tags: 'git-sha',
        channels: ['2', 'latest'],
        gates: { platforms: ['linux/amd64'], window: { allow: ['Mon-Sun 00:00-24:00 UTC'] } },
      },
    });
    for (const [commit, version] of [
      ['a1b2c3d', '2.0.0'],
      ['b1b2c3d', '2.1.0'],
    ] as const) {
      await road.build('acme/build', { commit: commitOf(commit), version });
      const source = `${road.at('acme/build')}:${commit}`;
      expectedSuccess(await road.promote({ source, to: 'dev', 'require-gates': 'false' }));
    }
  });
  afterAll(() => road.workplace.close());

  /** How many requests each of two repositories gets. */
  const count = async (inputs: Texts, destination: string) => {
    road.registry.log.clear();
    const result = await road.run('promote', inputs);
    expectedSuccess(result);
    expect(JSON.parse(result.outputs.get('statistics') ?? '{}').requests).toBe(road.registry.log.count());
    const of = (name: string): number => road.registry.log.count({ path: new RegExp(`^/v2/${name}/`) });
    return { source: of('acme/dev'), destination: of(destination) };
  };

  const plainly = (version: string): Texts => ({
    source: `${road.at('acme/dev')}:${version}`,
    destination: road.at('acme/plain'),
    tags: `${version}, 2, latest`,
    channels: '2, latest',
    record: 'false',
  });
  const gated = (version: string): Texts => ({ ...road.signing, from: 'dev', to: 'staging', version });

  it.each(['a1b2c3d', 'b1b2c3d'])(
    'is what a plain copy of %s asks, and some more',
    async (version) => {
      const plain = await count(plainly(version), 'acme/plain');
      const all = await count(gated(version), 'acme/staging');
      // Labels of two platforms, the record of dev and its head, the tag again: some 10, of which a copy needs no other.
      expect(all.source - plain.source).toBeGreaterThan(0);
      expect(all.source - plain.source).toBeLessThanOrEqual(12);
      // The head three times, a record and a summary of 11 each, the channels' versions: some 33.
      expect(all.destination - plain.destination).toBeGreaterThan(0);
      expect(all.destination - plain.destination).toBeLessThanOrEqual(36);
    },
    30_000,
  );

  it('is a few looks where it is there already, and nothing is written', async () => {
    const plain = await count(plainly('b1b2c3d'), 'acme/plain');
    const all = await count(gated('b1b2c3d'), 'acme/staging');
    expect(all.source + all.destination - plain.source - plain.destination).toBeLessThanOrEqual(22);
    expect(road.registry.log.lines({ method: ['PUT', 'POST', 'PATCH', 'DELETE'] })).toEqual([]);
    expect((await road.history('staging')).entries).toHaveLength(2);
  }, 30_000);
});
