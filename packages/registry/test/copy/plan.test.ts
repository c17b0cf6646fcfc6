import { setImmediate } from 'node:timers/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import { openArchive } from '../../src/archive/archive-registry.ts';
import { MAX_GRAPH_DEPTH, PLAN_CONCURRENCY } from '../../src/copy/limits.ts';
import { planCopy } from '../../src/copy/plan.ts';
import { digestOf } from '../../src/name/digest.ts';
import { parseTag, referrersTag } from '../../src/name/tag.ts';
import { describeManifest, type Manifest } from '../../src/oci/manifest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { addReferrer } from '../../src/oci/referrers-index.ts';
import { blobOf, manifestOf, sampleImage, sampleIndex } from '../oci/sample.ts';
import { MemoryRegistry, World } from './memory-registry.ts';
import { amd64, arm64, multi, nothing, signed } from './samples.ts';
import { openScene, referenceTo, v1 } from './scene.ts';

const v2 = parseTag('v2', 'test');

describe('a plan', () => {
  it('writes nothing and says what a copy would do', async () => {
    const scene = await openScene(signed);
    await scene.destination.seed(amd64);
    const plan = await scene.plan();
    expect(scene.world.writes).toEqual([]);
    const [destination] = plan.destinations;
    expect(plan.root.digest).toBe(multi.root.digest);
    expect(destination?.tags).toEqual([{ tag: 'v1', isChannel: false, decision: { outcome: 'created' } }]);
    expect(destination?.cosignTags.map(({ tag, decision }) => [tag, decision.outcome])).toEqual(
      signed.cosign.map(({ tag }) => [tag, 'created']).toSorted(),
    );
    const digests = destination?.levels.flat().map(({ digest }) => digest) ?? [];
    expect(digests).not.toContain(amd64.root.digest);
    expect(digests).toHaveLength(2 + signed.attached.length + signed.cosign.length);
    expect(new Set(destination?.blobs.map(({ digest }) => digest)).size).toBe(destination?.blobs.length);
  });

  it('asks for nothing more when it has failed', async () => {
    const images = Array.from({ length: 40 }, (_, at) => sampleImage({ layers: [`${at}`] }));
    const scene = await openScene({ ...sampleIndex(images), ...nothing });
    let failed = false;
    let asked = 0;
    scene.world.before = (call) => {
      if (failed) asked += 1;
      if (call !== `destination.test/app HEAD ${images[0]?.root.digest}`) return;
      failed = true;
      throw new SuiteError('UNREACHABLE', 'down');
    };
    await expect(scene.plan()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    // Those that were under way at the time.
    expect(asked).toBeLessThan(PLAN_CONCURRENCY);
  });

  it('is the same every time', async () => {
    const scene = await openScene(signed);
    const shape = async () =>
      (await scene.plan()).destinations.map(({ levels, blobs, referrers }) => ({
        levels: levels.map((level) => level.map(({ digest }) => digest)),
        blobs,
        referrers,
      }));
    expect(await shape()).toEqual(await shape());
  });

  it.each([
    { name: 'no tag is set', tags: [v1], there: [] },
    { name: 'a tag is yet to be set', tags: [v1, v2], there: ['v1'] },
  ])('looks for every child where $name: others may have left half an image', async ({ tags, there }) => {
    const scene = await openScene({ ...multi, ...nothing });
    await scene.destination.seed(multi, ...there);
    scene.destination.manifests.delete(arm64.root.digest);
    const plan = await scene.plan({ destinations: [{ registry: scene.destination, tags }] });
    const [destination] = plan.destinations;
    expect(destination?.levels).toMatchObject([[{ digest: arm64.root.digest }]]);
  });

  it('writes a referrer again that is there and not listed', async () => {
    const sbom = sampleImage({ subject: amd64.root, layers: ['sbom'] });
    const scene = await openScene({ ...amd64, attached: [sbom], cosign: [] }, { destination: 'tag' });
    await scene.destination.seed(amd64, 'v1');
    await scene.destination.seed(sbom);
    scene.destination.tags.delete(referrersTag(amd64.root.digest));
    const [destination] = (await scene.plan()).destinations;
    expect(destination?.levels).toMatchObject([[{ digest: sbom.root.digest }]]);
  });

  it('tries each of cosign’s tags where tags cannot be listed', async () => {
    const scene = await openScene(signed);
    scene.world.before = (call) => {
      if (call.includes(' TAGS ')) throw new SuiteError('FORBIDDEN', 'No lists here.');
    };
    const [destination] = (await scene.plan()).destinations;
    expect(destination?.cosignTags).toHaveLength(signed.cosign.length);
  });
});

describe('a plan passes over, and says so,', () => {
  const dead = sampleImage({ subject: amd64.root, layers: ['dead'] });
  const stray = sampleImage({ subject: arm64.root, layers: ['stray'] });
  const plain = sampleImage({ layers: ['plain'] });

  it.each([
    { name: 'a referrer that is dead', entry: dead, seeded: false, says: 'does not have it' },
    {
      name: 'one that refers to something else',
      entry: stray,
      seeded: true,
      says: `refers to ${arm64.root.digest}`,
    },
    { name: 'one that refers to nothing', entry: plain, seeded: true, says: 'refers to nothing' },
  ])('$name', async ({ entry, seeded, says }) => {
    const scene = await openScene({ ...amd64, ...nothing }, { source: 'tag' });
    if (seeded) await scene.source.seed(entry);
    const list = addReferrer(undefined, describeManifest(entry.root));
    if (list === undefined) throw new Error('no list');
    scene.source.manifests.set(list.digest, list);
    scene.source.tags.set(referrersTag(amd64.root.digest), list.digest);
    const plan = await scene.plan();
    expect(plan.warnings).toEqual([expect.stringContaining(says)]);
    expect(plan.destinations[0]?.levels.flat()).toHaveLength(1);
  });
});

describe('a plan refuses', () => {
  const unknownChild = manifestOf({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociIndex,
    manifests: [blobOf('what is this', 'application/vnd.acme.manifest.v9+json')],
  });
  const twoSizes = manifestOf({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.ociManifest,
    config: blobOf('{}', MEDIA_TYPE.ociConfig),
    layers: [blobOf('a'), { ...blobOf('a'), size: 2 }],
  });
  const put = (registry: MemoryRegistry, manifest: Manifest) => {
    registry.manifests.set(manifest.digest, manifest);
    registry.tags.set(v1, manifest.digest);
  };

  it('an index whose child is missing, naming index, child and platform', async () => {
    const scene = await openScene({ ...multi, ...nothing });
    scene.source.manifests.delete(arm64.root.digest);
    await expect(scene.plan()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `The index ${multi.root.digest} names ${arm64.root.digest} for linux/arch1, which source.test/app does not have.`,
    });
  });

  it.each([
    { name: 'a child of an unknown type that is no blob', manifest: unknownChild, code: 'UNSUPPORTED' },
    { name: 'a blob of two sizes', manifest: twoSizes, code: 'CONTENT_INVALID' },
  ])('$name', async ({ manifest, code }) => {
    const scene = await openScene({ ...amd64, ...nothing });
    put(scene.source, manifest);
    await expect(scene.plan()).rejects.toMatchObject({ code });
  });

  it('a chain of referrers without end', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    let subject = amd64.root;
    for (let at = 0; at <= MAX_GRAPH_DEPTH; at++) {
      const next = sampleImage({ subject, layers: [`${at}`] });
      await scene.source.seed(next);
      subject = next.root;
    }
    await expect(scene.plan()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('indexes nested without end', async () => {
    let nested = sampleIndex([amd64]);
    for (let at = 0; at <= MAX_GRAPH_DEPTH; at++) nested = sampleIndex([nested]);
    const scene = await openScene({ ...nested, ...nothing });
    await expect(scene.plan()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it.each([
    { name: 'referrers', at: 'REFERRERS' },
    { name: 'tags', at: 'TAGS' },
    { name: 'children', at: `GET ${arm64.root.digest}` },
  ])('$name that cannot be read: they are never left out', async ({ at }) => {
    const scene = await openScene(signed);
    scene.world.before = (call) => {
      if (call.startsWith(`source.test/app ${at}`)) throw new SuiteError('UNREACHABLE', 'Try later.');
    };
    await expect(scene.plan()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('a destination that is the source, that stands there twice, or is an archive', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const { source, destination } = scene;
    const to = (...all: readonly MemoryRegistry[]) => all.map((registry) => ({ registry, tags: [v1] }));
    await expect(scene.plan({ destinations: to(source) })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('source.test/app:v1'),
    });
    await expect(scene.plan({ destinations: to(destination, destination) })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('destination.test/app'),
    });
    await expect(scene.plan({ destinations: [] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const archive = openArchive('/nowhere.tar');
    await expect(scene.plan({ destinations: [{ registry: archive, tags: [v1] }] })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(scene.world.calls).toEqual([]);
  });
});

describe('the source of a plan', () => {
  it('is resolved once', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const other = sampleImage({ layers: ['moved'] });
    scene.world.after = (call) => {
      if (call === 'source.test/app GET v1') void scene.source.tags.set(v1, other.root.digest);
    };
    await scene.copy();
    expect(scene.destination.tags.get(v1)).toBe(amd64.root.digest);
    expect(
      scene.world.calls.filter((call) => call.startsWith('source.test/app') && call.endsWith(' v1')),
    ).toHaveLength(1);
  });

  it('may be named by tag and digest, which must agree', async () => {
    const scene = await openScene({ ...amd64, ...nothing });
    const { digest } = amd64.root;
    const agreed = await scene.plan({ reference: referenceTo(scene.source, { tag: v1, digest }) });
    expect(agreed.root.digest).toBe(digest);
    const sha512 = digestOf(amd64.root.bytes, 'sha512');
    const other = await scene.plan({ reference: referenceTo(scene.source, { tag: v1, digest: sha512 }) });
    expect(other.root.digest).toBe(sha512);
    const wrong = digestOf(Buffer.from('wrong'));
    await expect(
      scene.plan({ reference: referenceTo(scene.source, { tag: v1, digest: wrong }) }),
    ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', message: expect.stringContaining(digest) });
  });

  it('is latest where nothing is named, and missing where it is missing', async () => {
    const world = new World();
    const source = await new MemoryRegistry(world, 'source.test/app').seed(amd64, 'latest');
    const destination = new MemoryRegistry(world, 'destination.test/app');
    const plan = (tag?: typeof v1) =>
      planCopy({
        source,
        reference: referenceTo(source, tag === undefined ? {} : { tag }),
        destinations: [{ registry: destination, tags: [v2] }],
      });
    expect((await plan()).root.digest).toBe(amd64.root.digest);
    await expect(plan(v1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
