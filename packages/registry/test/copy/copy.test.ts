import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { executePlan } from '../../src/copy/copy.ts';
import type { CopyProgress } from '../../src/copy/progress.ts';
import { CopyError } from '../../src/copy/report.ts';
import { digestOf } from '../../src/name/digest.ts';
import { parseTag, referrersTag } from '../../src/name/tag.ts';
import { sampleImage } from '../oci/sample.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { amd64, arm64, multi, nothing, shapes, signed, tagBase } from './samples.ts';
import { instantClock, openScene, referenceTo, seedAttached, v1 } from './scene.ts';

const v2 = parseTag('v2', 'test');
const latest = parseTag('latest', 'test');
const roads = [
  { source: 'api', destination: 'api' },
  { source: 'api', destination: 'tag' },
  { source: 'tag', destination: 'api' },
  { source: 'tag', destination: 'tag' },
] as const;

describe.each(roads)('a copy from referrers by $source to referrers by $destination', (road) => {
  it.each(shapes)('brings %s whole, and again brings nothing', async (_name, sample) => {
    const scene = await openScene(sample, road);
    const report = await scene.copy();
    expect(scene.destination.picture(v1)).toEqual(scene.source.picture(v1));
    expect(report.digest).toBe(sample.root.digest);
    expect(report.destinations[0]?.tags).toEqual([{ tag: 'v1', outcome: 'created' }]);
    expect(report.warnings).toEqual([]);
    const written = scene.world.calls.filter((call) => / (?:WRITE|PUT) /.test(call));
    expect(new Set(written).size).toBe(written.length);
    expect(scene.world.writes.filter((call) => call.startsWith('source.test'))).toEqual([]);
    scene.world.calls.length = 0;
    const again = await scene.copy();
    expect(scene.world.writes).toEqual([]);
    expect(again.destinations[0]?.tags).toEqual([{ tag: 'v1', outcome: 'same' }]);
    expect(again.statistics).toEqual({
      bytesCopied: 0,
      blobsCopied: 0,
      blobsMounted: 0,
      blobsSkipped: 0,
      manifestsCopied: 0,
    });
  });

  it('leaves no tag with incomplete content, wherever it is killed, and the next run completes it', async () => {
    const whole = await openScene(signed, road);
    await whole.copy();
    const wanted = whole.source.picture(v1);
    const requests = whole.world.calls.length;
    expect(requests).toBeGreaterThan(50);
    for (let nth = 1; nth <= requests; nth++) {
      for (const when of ['before', 'after'] as const) {
        const scene = await openScene(signed, road);
        scene.world.killAt(nth, when);
        await expect(scene.copy()).rejects.toMatchObject({ code: 'UNREACHABLE' });
        scene.world.heal();
        if (scene.destination.tags.has(v1)) expect(scene.destination.picture(v1)).toEqual(wanted);
        const report = await scene.copy();
        expect(scene.destination.picture(v1)).toEqual(wanted);
        expect(report.destinations[0]?.error).toBeUndefined();
      }
    }
  });

  it('survives several kills in a row, of any shape, in any order of steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...shapes.map(([, sample]) => sample)),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean()), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 8 }),
        async (sample, kills, concurrency) => {
          const scene = await openScene(sample, road);
          const wanted = scene.source.picture(v1);
          for (const [nth, before] of kills) {
            scene.world.killAt(nth, before ? 'before' : 'after');
            await scene.copy({}, { concurrency }).catch((error: unknown) => {
              expect(error).toMatchObject({ code: 'UNREACHABLE' });
            });
            scene.world.heal();
            if (scene.destination.tags.has(v1)) expect(scene.destination.picture(v1)).toEqual(wanted);
          }
          await scene.copy({}, { concurrency });
          expect(scene.destination.picture(v1)).toEqual(wanted);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the cost of a copy', () => {
  const callsTo = (calls: readonly string[], host: string) =>
    calls.filter((call) => call.startsWith(host)).map((call) => call.split(' ')[1]);

  it('again is one request a side, one a set of referrers and one list of tags', async () => {
    const scene = await openScene({ ...multi, ...nothing });
    await scene.copy();
    scene.world.calls.length = 0;
    await scene.copy();
    expect(callsTo(scene.world.calls, 'destination.test')).toEqual(['HEAD']);
    expect(callsTo(scene.world.calls, 'source.test').toSorted()).toEqual(
      ['GET', 'REFERRERS', 'REFERRERS', 'REFERRERS', 'TAGS'].toSorted(),
    );
  });

  it('again without referrers is one request a side', async () => {
    const scene = await openScene(signed);
    await scene.copy({ referrers: 'none' });
    scene.world.calls.length = 0;
    await scene.copy({ referrers: 'none' });
    expect(scene.world.calls).toEqual(['source.test/app GET v1', 'destination.test/app HEAD v1']);
  });

  it('again with things attached asks once more a set of referrers at the destination', async () => {
    const sbom = sampleImage({ subject: amd64.root, layers: ['sbom'] });
    const scene = await openScene({ ...amd64, attached: [sbom], cosign: [] });
    await scene.copy();
    scene.world.calls.length = 0;
    await scene.copy();
    expect(callsTo(scene.world.calls, 'destination.test')).toEqual(['HEAD', 'REFERRERS']);
    expect(callsTo(scene.world.calls, 'source.test')).toEqual(['GET', 'REFERRERS', 'TAGS', 'REFERRERS']);
  });

  it('within a repository is a tag and no content', async () => {
    const scene = await openScene(signed);
    const destinations = [{ registry: scene.source, tags: [v2] }];
    await scene.copy({ destinations });
    expect(scene.world.calls).toEqual([
      'source.test/app GET v1',
      'source.test/app HEAD v2',
      'source.test/app TAG v2',
      'source.test/app HEAD v2',
    ]);
    expect(scene.source.picture(v2)).toEqual(scene.source.picture(v1));
  });

  it('within a host is mounts and no bytes', async () => {
    const scene = await openScene(signed);
    const neighbour = new MemoryRegistry(scene.world, 'source.test/prod');
    const report = await scene.copy({ destinations: [{ registry: neighbour, tags: [v1] }] });
    expect(neighbour.picture(v1)).toEqual(scene.source.picture(v1));
    expect(report.statistics).toMatchObject({
      bytesCopied: 0,
      blobsCopied: 0,
      blobsMounted: neighbour.blobs.size,
    });
  });

  it('to two repositories of one host reads the source once', async () => {
    const scene = await openScene(signed);
    const second = new MemoryRegistry(scene.world, 'destination.test/second');
    const destinations = [scene.destination, second].map((registry) => ({ registry, tags: [v1] }));
    const report = await scene.copy({ destinations });
    expect(second.picture(v1)).toEqual(scene.source.picture(v1));
    expect(report.statistics.blobsMounted).toBe(report.statistics.blobsCopied);
    const reads = scene.world.calls.filter((call) => call.includes(' READ '));
    expect(reads).toHaveLength(report.statistics.blobsCopied);
  });
});

describe('a copy', () => {
  it('writes children before their index, subjects before their referrers, tags last', async () => {
    const scene = await openScene(signed);
    await scene.copy({}, { concurrency: 20 });
    const calls: readonly string[] = scene.world.calls;
    const at = (call: string) => calls.indexOf(`destination.test/app ${call}`);
    for (const [first, second] of [
      [amd64.root, multi.root],
      [arm64.root, multi.root],
      ...signed.attached.map(({ root }) => [root, root] as const),
    ] as const) {
      const subject = second.content.subject?.digest;
      expect(at(`PUT ${first.digest}`)).toBeGreaterThan(0);
      if (subject !== undefined) expect(at(`PUT ${subject}`)).toBeLessThan(at(`PUT ${second.digest}`));
      else expect(at(`PUT ${first.digest}`)).toBeLessThan(at(`PUT ${second.digest}`));
    }
    const kinds = scene.world.writes.map((call) => call.split(' ')[1]);
    expect(kinds.lastIndexOf('WRITE')).toBeLessThan(kinds.indexOf('PUT'));
    expect(kinds.lastIndexOf('PUT')).toBeLessThan(kinds.indexOf('TAG'));
    expect(scene.world.writes.at(-1)).toBe('destination.test/app TAG v1');
    const lastPut = scene.world.calls.findLastIndex((call) => call.includes(' PUT '));
    const firstTag = scene.world.calls.findIndex((call) => call.includes(' TAG '));
    const between = scene.world.calls.slice(lastPut + 1, firstTag);
    for (const { digest } of [multi.root, amd64.root, arm64.root]) {
      expect(between).toContain(`destination.test/app HEAD ${digest}`);
    }
    expect(between).toContain(`destination.test/app REFERRERS ${multi.root.digest}`);
  });

  it('never carries a tag that lists referrers', async () => {
    const scene = await openScene(signed, { source: 'tag', destination: 'api' });
    await scene.copy();
    expect(scene.source.tags.has(referrersTag(multi.root.digest))).toBe(true);
    expect([...scene.destination.tags.keys()].filter((tag) => /^sha256-[a-f0-9]{64}$/.test(tag))).toEqual([]);
  });

  it('brings referrers that were attached after the first copy', async () => {
    const scene = await openScene({ ...multi, ...nothing });
    await scene.copy();
    await seedAttached(scene.source, signed, 'v1');
    const report = await scene.copy();
    expect(scene.destination.picture(v1)).toEqual(scene.source.picture(v1));
    expect(report.destinations[0]).toMatchObject({ tags: [{ outcome: 'same' }], manifests: { length: 6 } });
    expect(report.destinations[0]?.referrers.map(({ isNew }) => isNew)).toEqual([true, true, true]);
  });

  it('tells its progress, and ends with all bytes done', async () => {
    const scene = await openScene(signed);
    await scene.destination.seed(amd64);
    const steps: CopyProgress[] = [];
    const report = await scene.copy({}, { onProgress: (step) => steps.push(step) });
    const last = steps.at(-1);
    expect(last).toMatchObject({
      doneBytes: report.statistics.bytesCopied,
      totalBytes: report.statistics.bytesCopied,
    });
    expect(last?.doneBlobs).toBe(last?.totalBlobs);
    // The base layer and amd64's manifest were there; of the latter nothing is looked at any more.
    expect(last?.skipped).toBe(1);
  });

  it('by digest needs no tag at the source', async () => {
    const scene = await openScene(signed);
    scene.source.tags.delete(v1);
    await scene.copy({ reference: referenceTo(scene.source, { digest: multi.root.digest }) });
    expect(scene.destination.picture(v1)).toEqual(scene.source.picture(multi.root.digest));
  });

  it('of a sha512 digest finds its tag the same under sha256', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const sha512 = digestOf(amd64.root.bytes, 'sha512');
    scene.source.manifests.set(sha512, { ...amd64.root, digest: sha512 });
    await scene.destination.seed(amd64, 'v1');
    const report = await scene.copy({ reference: referenceTo(scene.source, { digest: sha512 }) });
    expect(report.destinations[0]?.tags).toEqual([{ tag: 'v1', outcome: 'same' }]);
  });

  it('stops when it is cancelled, and says so', async () => {
    const scene = await openScene(signed);
    const stopping = new AbortController();
    scene.world.before = (call) => {
      if (call.includes(' WRITE ')) stopping.abort();
    };
    const failed = scene.copy({}, { signal: stopping.signal });
    await expect(failed).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(scene.world.calls.filter((call) => / (?:PUT|TAG) /.test(call))).toEqual([]);
    const plan = scene.plan({ signal: stopping.signal });
    await expect(plan).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a copy to several destinations', () => {
  it('of which one fails sets no tag anywhere, and reports each', async () => {
    const scene = await openScene(signed);
    const other = new MemoryRegistry(scene.world, 'other.test/app');
    const destinations = [other, scene.destination].map((registry) => ({ registry, tags: [v1] }));
    scene.world.before = (call) => {
      if (call === `other.test/app PUT ${multi.root.digest}`)
        throw new SuiteError('FORBIDDEN', 'Not for you.');
    };
    const failure = await scene.copy({ destinations }).catch((error: unknown) => error);
    if (!(failure instanceof CopyError)) throw failure;
    expect(failure).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('other.test/app') });
    expect(failure.report.destinations).toMatchObject([
      { error: { code: 'FORBIDDEN' }, tags: [{ outcome: 'unset' }] },
      { error: undefined, tags: [{ outcome: 'unset' }] },
    ]);
    expect(failure.report.destinations[1]?.manifests).toContain(multi.root.digest);
    expect([...other.tags.keys(), ...scene.destination.tags.keys()]).toEqual([]);
    scene.world.heal();
    const report = await scene.copy({ destinations });
    expect(report.destinations).toMatchObject([
      { tags: [{ outcome: 'created' }] },
      { tags: [{ outcome: 'created' }] },
    ]);
    expect(other.picture(v1)).toEqual(scene.source.picture(v1));
  });

  it('moves no channel where a version could not be published', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const other = new MemoryRegistry(scene.world, 'other.test/app');
    const isChannel = (tag: string) => tag === 'latest';
    const tags = [latest, v1];
    const destinations = [other, scene.destination].map((registry) => ({ registry, tags, isChannel }));
    scene.world.before = (call) => {
      if (call === 'other.test/app TAG v1') throw new SuiteError('UNREACHABLE', 'Gone.');
    };
    await expect(scene.copy({ destinations })).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect([...other.tags.keys()]).toEqual([]);
    expect([...scene.destination.tags.keys()]).toEqual([v1]);
  });
});

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

describe('a copy with a choice of referrers', () => {
  const sigs = signed.attached.filter(({ root }) => root.content.artifactType === 'application/sig');

  it('leaves out all, and cosign’s tags with them', async () => {
    const scene = await openScene(signed);
    await scene.copy({ referrers: 'none' });
    expect([...scene.destination.manifests.keys()].toSorted()).toEqual(
      multi.manifests.map(({ digest }) => digest).toSorted(),
    );
    expect([...scene.destination.tags.keys()]).toEqual([v1]);
  });

  it('brings those of the types that are listed, by what their manifests say', async () => {
    const scene = await openScene(signed);
    const report = await scene.copy({ referrers: ['application/sig'] });
    // The signature of the SBOM goes with the SBOM, which was left out.
    expect(report.destinations[0]?.referrers.map(({ digest }) => digest)).toEqual(
      sigs.slice(0, 1).map(({ root }) => root.digest),
    );
    expect([...scene.destination.tags.keys()]).toEqual([v1]);
  });

  it('finds what is under cosign’s tags by the types of its layers', async () => {
    const scene = await openScene(signed);
    await scene.copy({ referrers: ['application/vnd.oci.image.layer.v1.tar'] });
    expect([...scene.destination.tags.keys()].toSorted()).toEqual(
      [v1, ...signed.cosign.map((one) => one.tag)].toSorted(),
    );
  });
});
