import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import type { CopyProgress } from '../../src/copy/progress.ts';
import { CopyError } from '../../src/copy/report.ts';
import { digestOf } from '../../src/name/digest.ts';
import { parseTag, referrersTag } from '../../src/name/tag.ts';
import { sampleImage } from '../oci/sample.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { amd64, arm64, multi, nothing, signed } from './samples.ts';
import { openScene, referenceTo, seedAttached, v1 } from './scene.ts';

const latest = parseTag('latest', 'test');

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

  it('lets something be done when everything is there, and before it has a name', async () => {
    const scene = await openScene(signed);
    let seen: readonly string[] = [];
    await scene.copy(
      {},
      {
        beforeTags: [
          async ({ registry }) => {
            seen = [...scene.world.writes];
            expect(await registry.resolve(v1)).toBeUndefined();
            expect(await registry.resolve(multi.root.digest)).toBeDefined();
          },
        ],
      },
    );
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.some((call) => call.includes(' TAG '))).toBe(false);
    expect(scene.world.writes.at(-1)).toBe('destination.test/app TAG v1');
  });

  it('sets no tag where what was to be done before them fails', async () => {
    const scene = await openScene(signed);
    const fails = async () => {
      throw new SuiteError('PLAN_STALE', 'Somebody else was faster.');
    };
    let isNextTaken = false;
    const next = async () => {
      isNextTaken = true;
    };
    await expect(scene.copy({}, { beforeTags: [fails, next] })).rejects.toMatchObject({
      code: 'PLAN_STALE',
      report: { destinations: [{ tags: [{ outcome: 'unset' }] }] },
    });
    expect(isNextTaken).toBe(false);
    expect(scene.destination.tags.has(v1)).toBe(false);
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

  it('fails where the destination took a manifest and does not have it, and sets no tag', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    scene.world.after = (call) => {
      if (call.includes(' PUT ')) scene.destination.manifests.clear();
    };
    await expect(scene.copy()).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
      message: expect.stringContaining(amd64.root.digest),
    });
    expect([...scene.destination.tags.keys()]).toEqual([]);
  });

  it('fails where the destination took a referrer and does not list it, and sets no tag', async () => {
    const sbom = sampleImage({ subject: amd64.root, layers: ['sbom'] });
    const scene = await openScene({ ...amd64, attached: [sbom], cosign: [] }, { destination: 'tag' });
    scene.world.after = (call) => {
      if (call.includes(' TAG sha256-')) scene.destination.tags.clear();
    };
    await expect(scene.copy()).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
      message: expect.stringContaining(sbom.root.digest),
    });
    expect([...scene.destination.tags.keys()]).toEqual([]);
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
