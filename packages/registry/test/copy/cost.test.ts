import { describe, expect, it } from '@jest/globals';
import { parseTag } from '../../src/name/tag.ts';
import { sampleImage } from '../oci/sample.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { amd64, multi, nothing, signed } from './samples.ts';
import { openScene, v1 } from './scene.ts';

const v2 = parseTag('v2', 'test');

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
    expect(callsTo(scene.world.calls, 'source.test')).toEqual(['GET', 'TAGS', 'REFERRERS', 'REFERRERS']);
  });

  it('within a repository is a tag and no content', async () => {
    const scene = await openScene(signed);
    const destinations = [{ registry: scene.source, tags: [v2] }];
    await scene.copy({ destinations });
    expect(scene.world.calls).toEqual([
      'source.test/app GET v1',
      'source.test/app HEAD v2',
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
