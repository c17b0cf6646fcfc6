import { describe, expect, it } from '@jest/globals';
import { executePlan } from '../../src/copy/copy.ts';
import { parseTag } from '../../src/name/tag.ts';
import { sampleImage } from '../oci/sample.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { amd64, nothing, tagBase } from './samples.ts';
import { instantClock, openScene, v1 } from './scene.ts';

const v2 = parseTag('v2', 'test');

describe('the tags of a copy', () => {
  const other = sampleImage({ layers: ['other'] });

  it('that exist at another digest are refused with both digests, before anything is written', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const second = await new MemoryRegistry(scene.world, 'other.test/app').seed(other, 'v1', 'v2');
    const destinations = [
      { registry: scene.destination, tags: [v1] },
      { registry: second, tags: [v1, v2] },
    ];
    const refused = await scene.plan({ destinations }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'TAG_EXISTS', remedy: expect.stringContaining('channels') });
    for (const part of [amd64.root.digest, other.root.digest, 'other.test/app:v1', 'other.test/app:v2']) {
      expect(refused).toMatchObject({ message: expect.stringContaining(part) });
    }
    expect(scene.world.writes).toEqual([]);
  });

  it('move where they are channels', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    await scene.destination.seed(other, 'v1');
    const report = await scene.copy({
      destinations: [{ registry: scene.destination, tags: [v1], isChannel: (tag) => tag === v1 }],
    });
    expect(report.destinations[0]?.tags).toEqual([
      { tag: 'v1', outcome: 'moved', previous: other.root.digest },
    ]);
    expect(scene.destination.tags.get(v1)).toBe(amd64.root.digest);
  });

  it.each([
    { name: 'a version published meanwhile', channel: false, code: 'TAG_EXISTS' },
    { name: 'a channel moved meanwhile', channel: true, code: 'PLAN_STALE' },
  ])('find out $name, and name both digests', async ({ channel, code }) => {
    const scene = await openScene({ ...amd64, ...nothing });
    const plan = await scene.plan({
      destinations: [{ registry: scene.destination, tags: [v1], isChannel: () => channel }],
    });
    await scene.destination.seed(other, 'v1');
    const failed = await executePlan(plan, { clock: instantClock }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code, message: expect.stringContaining(other.root.digest) });
    expect(failed).toMatchObject({ message: expect.stringContaining(amd64.root.digest) });
    expect(scene.destination.tags.get(v1)).toBe(other.root.digest);
  });

  it('do not move a version published meanwhile, though no content is missing', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const plan = await scene.plan({ destinations: [{ registry: scene.source, tags: [v2] }] });
    await scene.source.seed(other, 'v2');
    await expect(executePlan(plan, { clock: instantClock })).rejects.toMatchObject({ code: 'TAG_EXISTS' });
    expect(scene.source.tags.get(v2)).toBe(other.root.digest);
  });

  it('that somebody else set to the same digest meanwhile are the same', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const plan = await scene.plan();
    await scene.destination.seed(amd64, 'v1');
    const report = await executePlan(plan, { clock: instantClock });
    expect(report.destinations[0]?.tags).toEqual([{ tag: 'v1', outcome: 'same' }]);
  });

  it('are read again after they are set, and a tag that was overrun fails loudly', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    await scene.destination.seed(other);
    scene.world.after = (call) => {
      if (call === 'destination.test/app TAG v1') scene.destination.tags.set(v1, other.root.digest);
    };
    await expect(scene.copy()).rejects.toMatchObject({
      code: 'PLAN_STALE',
      message: expect.stringContaining(other.root.digest),
    });
  });

  it('bear a registry that lags behind', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    let lag = 2;
    scene.world.after = (call) => {
      if (
        call !== 'destination.test/app HEAD v1' ||
        !scene.world.calls.includes('destination.test/app TAG v1')
      )
        return;
      lag -= 1;
      scene.destination.tags[lag > 0 ? 'delete' : 'set'](v1, amd64.root.digest);
    };
    scene.destination.tags.set(v2, amd64.root.digest);
    await expect(scene.copy()).resolves.toMatchObject({ digest: amd64.root.digest });
  });
});

describe("cosign's tags", () => {
  const tag = parseTag(`${tagBase(amd64.root)}.sig`, 'test');
  const signatures = (...layers: readonly string[]) => sampleImage({ config: '{"cosign":1}', layers });
  const withSignatures = (...layers: readonly string[]) => ({
    ...amd64,
    attached: [],
    cosign: [{ tag, sample: signatures(...layers) }],
  });

  it.each([
    {
      name: 'move to a list that holds all of the present one',
      here: ['a', 'b'],
      there: ['a'],
      outcome: 'moved',
    },
    {
      name: 'stay where the present list holds all of the wanted one',
      here: ['a'],
      there: ['a', 'b'],
      outcome: 'kept',
    },
    { name: 'stay where nothing differs', here: ['a'], there: ['a'], outcome: 'same' },
  ])('$name', async ({ here, there, outcome }) => {
    const scene = await openScene(withSignatures(...here));
    await scene.destination.seed(signatures(...there), tag);
    const report = await scene.copy();
    expect(report.destinations[0]?.cosignTags).toMatchObject([{ tag, outcome }]);
    const kept = outcome === 'kept' ? there : here;
    expect(scene.destination.tags.get(tag)).toBe(signatures(...kept).root.digest);
  });

  it('are refused where each list has what the other lacks', async () => {
    const scene = await openScene(withSignatures('a', 'b'));
    await scene.destination.seed(signatures('a', 'c'), tag);
    await expect(scene.plan()).rejects.toMatchObject({
      code: 'TAG_EXISTS',
      message: expect.stringContaining(tag),
    });
    expect(scene.world.writes).toEqual([]);
  });
});
