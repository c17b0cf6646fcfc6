import { makeImage, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { executePlan } from '../../src/copy/copy.ts';
import { planCopy } from '../../src/copy/plan.ts';
import { CopyError } from '../../src/copy/report.ts';
import { parseDigest } from '../../src/name/digest.ts';
import { startWorld, tag, type World, type WorldOptions } from '../remote/world.ts';

const IMAGE = makeImage();
const OTHER = makeImage({ layers: ['other'] });
const VERSIONS = ['1.2.3', '1.2.3-a', '1.2.3-b'];
const CHANNELS = ['1.2', '1', 'latest'];

/** A repository with an image that has no tag, and what sets tags to it there. */
async function openRepository(options: WorldOptions = {}) {
  const world = await startWorld({ tagParameters: true, ...options });
  for (const image of [IMAGE, OTHER]) await seed(world.server, 'acme/app', image);
  const plan = (tags: readonly string[]) => {
    const registry = world.open();
    return planCopy({
      source: registry,
      reference: { location: registry.location, tag: undefined, digest: parseDigest(IMAGE.digest, 'test') },
      referrers: 'none',
      destinations: [{ registry, tags: tags.map(tag), isChannel: (one) => CHANNELS.includes(one) }],
    });
  };
  const set = async (tags: readonly string[]) => executePlan(await plan(tags), { clock: world.clock });
  return { ...world, plan, set };
}

/** What each PUT set, in order. */
function puts({ server }: Pick<World, 'server'>): readonly string[] {
  return server.log
    .filter({ method: 'PUT' })
    .map(({ path, query }) =>
      path.includes('sha256:') ? query.getAll('tag').join(' ') : (path.split('/').at(-1) ?? ''),
    );
}

describe('several tags of a copy', () => {
  it('are set by one request a phase: versions, then channels', async () => {
    const it = await openRepository();
    const report = await it.set([...CHANNELS, ...VERSIONS]);
    expect(puts(it)).toEqual([VERSIONS.join(' '), CHANNELS.join(' ')]);
    expect(report.destinations[0]?.tags.map(({ outcome }) => outcome)).toEqual(Array(6).fill('created'));
    for (const name of [...CHANNELS, ...VERSIONS]) {
      expect(it.server.store.manifest('acme/app', name)?.digest).toBe(IMAGE.digest);
    }
  });

  it('by two where the registry is known to, by as many as there are where it was never asked', async () => {
    const it = await openRepository();
    await it.set(['a', 'b']);
    await it.set(['c', 'd', 'e']);
    await it.set(['f', 'g']);
    expect(puts(it)).toEqual(['a', 'b', 'c d e', 'f g']);
  });

  it('are set one by one by a registry that does not know how, which is asked once', async () => {
    const it = await openRepository({ tagParameters: false });
    await it.set(VERSIONS);
    await it.set(CHANNELS);
    expect(puts(it)).toEqual([VERSIONS.join(' '), ...VERSIONS, ...CHANNELS]);
  });

  it('are set one by one by services that do not say that they know how', async () => {
    const it = await openRepository({ kind: 'harbor' });
    await it.set(VERSIONS);
    expect(puts(it)).toEqual(VERSIONS);
  });

  it.each([414, 431, 400, 405])('are set one by one where they are answered %i', async (status) => {
    const it = await openRepository();
    it.server.faults.add(
      { method: 'PUT', when: ({ query }) => query.has('tag') },
      { kind: 'answer', status },
    );
    const report = await it.set(VERSIONS);
    expect(puts(it)).toEqual([VERSIONS.join(' '), ...VERSIONS]);
    expect(report.destinations[0]?.tags.map(({ outcome }) => outcome)).toEqual(Array(3).fill('created'));
  });

  it('go ten at a time', async () => {
    const it = await openRepository();
    const tags = Array.from({ length: 12 }, (_, at) => `t${at}`);
    await it.set(tags);
    expect(puts(it)).toEqual([tags.slice(0, 10).join(' '), tags.slice(10).join(' ')]);
  });

  it('that were left out of the answer are looked at by themselves', async () => {
    const it = await openRepository();
    it.server.faults.add(
      { method: 'PUT', when: ({ query }) => query.has('tag') },
      { kind: 'rewrite', headers: { 'oci-tag': '1.2.3, 1.2.3-b' } },
    );
    const report = await it.set(VERSIONS);
    expect(puts(it)).toEqual([VERSIONS.join(' ')]);
    expect(report.destinations[0]?.tags.map(({ outcome }) => outcome)).toEqual([
      'created',
      'same',
      'created',
    ]);
  });

  it('that are there already are not set again', async () => {
    const it = await openRepository();
    await seed(it.server, 'acme/app', IMAGE, { tags: ['1.2.3-a'] });
    await it.set([...VERSIONS, 'more', 'most']);
    expect(puts(it)).toEqual(['1.2.3 1.2.3-b more most']);
  });

  it('are none of them set where one was published meanwhile', async () => {
    const it = await openRepository();
    const plan = await it.plan(VERSIONS);
    await seed(it.server, 'acme/app', OTHER, { tags: ['1.2.3-b'] });
    await expect(executePlan(plan, { clock: it.clock })).rejects.toMatchObject({ code: 'TAG_EXISTS' });
    expect(puts(it)).toEqual([]);
  });

  it('name the one that the registry keeps from moving, and no channel moves', async () => {
    const it = await openRepository({
      immutableTags: { matches: (_repository, name) => name === '1.2.3-b', refusal: 'harbor' },
    });
    const plan = await it.plan([...VERSIONS, ...CHANNELS]);
    it.server.faults.add(
      { method: 'PUT', nth: 1 },
      { kind: 'hook', run: () => seed(it.server, 'acme/app', OTHER, { tags: ['1.2.3-b'] }) },
    );
    const error = await executePlan(plan, { clock: it.clock }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TAG_EXISTS', message: expect.stringContaining('1.2.3-b') });
    const tags = error instanceof CopyError ? error.report.destinations[0]?.tags : undefined;
    expect(tags?.map(({ outcome }) => outcome)).toEqual(['created', 'created', ...Array(4).fill('unset')]);
  });

  it('are found out where somebody moves one right after', async () => {
    const it = await openRepository();
    it.server.faults.add(
      { method: 'PUT', nth: 1 },
      { kind: 'hook', at: 'answer', run: () => seed(it.server, 'acme/app', OTHER, { tags: ['latest'] }) },
    );
    const error = await it.set(CHANNELS).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PLAN_STALE', message: expect.stringContaining(OTHER.digest) });
    const tags = error instanceof CopyError ? error.report.destinations[0]?.tags : undefined;
    expect(tags?.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'unset']);
  });
});
