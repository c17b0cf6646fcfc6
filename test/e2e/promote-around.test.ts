import { type ManifestContent, makeIndex, seed } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  errorOf,
  expectedSuccess,
  makeKeys,
  openRoad,
  RECORD_TYPE,
  type Road,
  reasonOf,
  type Texts,
  verdictsOf,
} from '../support/road.ts';

const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];

/** Production had 1.0.0, then 2.0.0, and went back to 1.0.0. */
describe('a way around what an environment asks for', () => {
  let road: Road;
  let old: ManifestContent;
  let withdrawn: ManifestContent;
  beforeAll(async () => {
    road = await openRoad();
    const gates = { platforms: ['linux/amd64'] };
    await road.writePolicy({
      staging: { repository: road.at('acme/staging'), tags: 'git-sha', gates },
      production: {
        ...{ repository: road.at('acme/api'), 'promote-from': 'staging', tags: 'semver', gates },
        ...{ channels: ['latest'], override: { actors: ['octocat'] } },
      },
      global: { repository: road.at('acme/global'), 'promote-from': 'production', tags: 'semver', gates },
    });
    old = await road.build('acme/build', { commit: commitOf('a0'), version: '1.0.0' });
    withdrawn = await road.build('acme/build', { commit: commitOf('b0'), version: '2.0.0' });
    for (const tag of ['a000000', 'b000000']) {
      expectedSuccess(await road.promote({ source: `${road.at('acme/build')}:${tag}`, to: 'staging' }));
      expectedSuccess(await road.promote({ to: 'production', version: tag }));
    }
    expectedSuccess(await road.promote({ mode: 'rollback', to: 'production' }));
    expect(road.tag('acme/api', 'latest')).toBe(old.digest);
  }, 60_000);
  afterAll(() => road.workplace.close());

  const head = (): string | undefined => road.tag('acme/api', 'artifact-lifecycle.production');
  /** Asks for something that must write nothing. */
  const refused = async (inputs: Texts, env?: Texts) => {
    const before = head();
    road.registry.log.clear();
    const result = await road.promote(inputs, env);
    expect(result.exitCode).toBe(1);
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    expect(head()).toBe(before);
    return result;
  };

  it('is no second promotion of what was withdrawn', async () => {
    const result = await refused({ to: 'production', version: 'b000000' });
    expect(reasonOf(result, 'hold')).toBe('A rollback withdrew it from production.');
  }, 30_000);

  it('is no rollback to what was withdrawn', async () => {
    const result = await refused({ mode: 'rollback', to: 'production', 'rollback-to': '2.0.0' });
    expect(errorOf(result).code).toBe('GATE_FAILED');
    expect(reasonOf(result, 'hold')).toBe('A rollback withdrew it from production.');
  }, 30_000);

  it.each([
    {
      name: 'an index around it',
      of: () => [withdrawn, ...old.children],
      reason: /withdrew sha256:\w+ in it from production/,
    },
    {
      name: 'another index of its images',
      of: () => withdrawn.children,
      reason: /withdrew all images in it with sha256:\w+ from production/,
    },
    {
      name: 'one of its images',
      of: () => undefined,
      reason: /withdrew it with sha256:\w+ from production/,
    },
  ])(
    'is not $name',
    async ({ of, reason }) => {
      const content = of();
      const image =
        content === undefined ? withdrawn.children[0] : makeIndex([...content], { annotations: { x: 'y' } });
      if (image === undefined) throw new Error('There is no image.');
      await seed(road.registry, 'acme/build', image, { tags: ['wrapped'] });
      const source = `${road.at('acme/build')}:wrapped`;
      expectedSuccess(await road.promote({ source, to: 'staging', tags: image.digest.slice(7, 14) }));
      const result = await refused({ to: 'production', version: image.digest, tags: 'wrapped' });
      expect(reasonOf(result, 'hold')).toMatch(reason);
    },
    30_000,
  );

  it('is no promotion on from where it was withdrawn, with its newest record removed', async () => {
    const inputs = { to: 'global', version: withdrawn.digest };
    expect(reasonOf(await refused(inputs), 'promote-from')).toBe('A rollback took it out of production.');
    const newest = road.registry.store.tags('acme/api').get('artifact-lifecycle.production');
    if (newest === undefined) throw new Error('There is no head.');
    await road.registry.store.deleteTag('acme/api', 'artifact-lifecycle.production');
    const result = await refused(inputs);
    await road.registry.store.putTag('acme/api', 'artifact-lifecycle.production', newest);
    expect(verdictsOf(result)).toContain('promote-from error');
    expect(reasonOf(result, 'promote-from')).toMatch(/artifact-lifecycle\.production is gone/);
  }, 30_000);

  it.each(['vsa', RECORD_TYPE])(
    'is no %s of the environment before, which travels with the image',
    async (require) => {
      const verify = (name: string) =>
        road.run('verify', {
          subject: `${road.at(name)}@${old.digest}`,
          ...{ key: 'records.pub', recursive: 'false', require },
        });
      expectedSuccess(await verify('acme/staging'));
      expectedSuccess(await verify('acme/api'));
      expectedSuccess(
        await road.promote({
          source: `${road.at('acme/staging')}:a000000`,
          destination: road.at('acme/copy'),
          record: 'false',
        }),
      );
      const copied = await verify('acme/copy');
      expect(copied.outputs.get('verified')).toBe('false');
      expect(errorOf(copied).message).toContain(`acme/staging`);
    },
    30_000,
  );

  it('is no record by another key, which would keep everything out from then on', async () => {
    await road.write('other.key', makeKeys().privateKey);
    const result = await refused({ to: 'production', version: 'a000000', key: 'other.key' });
    expect(errorOf(result)).toMatchObject({
      code: 'NOT_VERIFIED',
      message: expect.stringContaining('another key than the policy names'),
    });
  }, 30_000);

  it.each([
    { name: 'breaks the glass', inputs: { 'override-reason': 'because' } },
    { name: 'releases what was withdrawn', inputs: { 'release-withdrawn': 'true' } },
  ])(
    'is no run without a record that $name',
    async ({ inputs }) => {
      const result = await refused(
        { to: 'production', version: 'b000000', record: 'false', ...inputs },
        { GITHUB_ACTOR: 'octocat' },
      );
      expect(errorOf(result)).toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringContaining('is recorded, and "record" is false'),
      });
    },
    30_000,
  );

  it('is no repetition of a promotion that others have followed: nothing is written', async () => {
    await road.build('acme/build', { commit: commitOf('c0'), version: '3.0.0' });
    const source = `${road.at('acme/build')}:c000000`;
    expectedSuccess(await road.promote({ source, to: 'staging' }));
    expectedSuccess(await road.promote({ to: 'production', version: 'c000000' }));
    const newest = head();
    road.registry.log.clear();
    const result = await road.promote({ to: 'production', version: 'a000000' });
    expectedSuccess(result);
    expect(result.outputs.get('promoted')).toBe('true');
    expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    expect(head()).toBe(newest);
  }, 30_000);

  it('is opened by an input that says so, and the record tells', async () => {
    const inputs = {
      mode: 'rollback',
      to: 'production',
      'rollback-to': '2.0.0',
      'release-withdrawn': 'true',
    };
    expectedSuccess(await road.promote(inputs));
    const { entries } = await road.history('production');
    expect(entries[0]).toMatchObject({
      event: 'rollback',
      digest: withdrawn.digest,
      gates: [{ gate: 'hold', verdict: 'pass', evidence: { released: true } }],
    });
  }, 30_000);

  it('is found by what there is, where a name is none', async () => {
    expect(errorOf(await refused({ to: 'production', version: '1.0.0' }))).toMatchObject({
      code: 'NOT_FOUND',
      remedy: expect.stringMatching(/^It has (\w+, )*a000000, /),
    });
  }, 30_000);

  it('without a record is told of by a warning', async () => {
    const result = await road.promote({
      to: 'staging',
      source: `${road.at('acme/build')}:a000000`,
      record: 'false',
    });
    expectedSuccess(result);
    expect(result.log).toContain('::warning');
    expect(result.log).toContain('no environment behind takes it from there');
  }, 30_000);
});
