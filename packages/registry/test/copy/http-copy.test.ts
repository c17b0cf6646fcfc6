import {
  cosignTag,
  fallbackTag,
  type ManifestContent,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeReferrer,
  type RegistryOptions,
  randomLayer,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { executePlan } from '../../src/copy/copy.ts';
import { type CopyRequest, planCopy } from '../../src/copy/plan.ts';
import { parseDigest } from '../../src/name/digest.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { startWorld, tag, type World } from '../remote/world.ts';

const image = (platform: string): ManifestContent =>
  makeImage({
    platform: { os: 'linux', architecture: platform },
    layers: [randomLayer('base', 200_000), randomLayer(platform, 100_000)],
  });
const amd64 = image('amd64');
const index = makeIndex([amd64, image('arm64')]);
const sbom = makeReferrer({ subject: amd64, artifactType: 'application/vnd.cyclonedx+json' });
const signature = makeReferrer({
  subject: index,
  artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
});
const cosign = makeImage({ layers: ['a signature'], annotations: { cosign: 'yes' } });

/** Two registries with an image in the first, and what is attached to it where that is wanted. */
async function openRoad(
  options: {
    readonly attached?: boolean;
    readonly source?: RegistryOptions;
    readonly destination?: RegistryOptions;
  } = {},
) {
  const from = await startWorld(options.source);
  const to = await startWorld(options.destination);
  await seed(from.server, 'acme/app', index, { tags: ['v1'] });
  if (options.attached) {
    for (const [subject, referrer] of [
      [amd64, sbom],
      [index, signature],
    ] as const) {
      await seed(from.server, 'acme/app', referrer);
      if (options.source?.referrers !== 'none') continue;
      await seed(from.server, 'acme/app', makeFallbackIndex([referrer]), {
        tags: [fallbackTag(subject.digest)],
      });
    }
    await seed(from.server, 'acme/app', cosign, { tags: [cosignTag(index.digest, 'sig')] });
  }
  const plan = (to_: World, repository: string, change: Partial<CopyRequest> = {}) => {
    const source = from.open();
    return planCopy({
      source,
      reference: { location: source.location, tag: tag('v1'), digest: undefined },
      destinations: [{ registry: to_.open(repository), tags: [tag('v1')] }],
      ...change,
    });
  };
  const copy = async (change: Partial<CopyRequest> = {}, repository = 'prod/app', world = to) =>
    executePlan(await plan(world, repository, change), { clock: world.clock });
  const forget = () => {
    from.server.log.clear();
    to.server.log.clear();
  };
  return { from, to, plan, copy, forget };
}

const withoutDigests = (lines: readonly string[]) =>
  lines.map((line) => line.replaceAll(/sha256[:-][a-f0-9]{64}/g, 'D')).toSorted();

describe('a copy between registries', () => {
  it('costs a HEAD and two requests for a new blob, and three for a new manifest', async () => {
    const road = await openRoad();
    const report = await road.copy({ referrers: 'none' });
    const blobs = road.to.server.store.blobs('prod/app').length;
    expect(report.statistics).toMatchObject({ blobsCopied: blobs, manifestsCopied: 3, blobsSkipped: 0 });
    const { log } = road.to.server;
    expect(log.count({ method: 'HEAD', path: /\/blobs\// })).toBe(blobs);
    expect(log.count({ method: 'POST' })).toBe(blobs);
    expect(log.count({ method: 'PUT', path: /\/blobs\// })).toBe(blobs);
    // Looked for, written, read back.
    expect(log.count({ path: /\/manifests\/sha256:/ })).toBe(3 * 3);
    // Looked at, looked at again, set, read again.
    expect(log.count({ path: /\/manifests\/v1$/ })).toBe(4);
    expect(road.from.server.log.count({ path: /\/manifests\// })).toBe(3);
    expect(road.from.server.log.count({ path: /\/blobs\// })).toBe(blobs);
  });

  it('again costs two requests, one for each set of referrers, and one for the list of tags', async () => {
    const road = await openRoad();
    await road.copy();
    road.forget();
    const report = await road.copy();
    expect(withoutDigests(road.to.server.log.lines())).toEqual(['HEAD /v2/prod/app/manifests/v1 200']);
    expect(withoutDigests(road.from.server.log.lines())).toEqual([
      'GET /v2/acme/app/manifests/v1 200',
      'GET /v2/acme/app/referrers/D 200',
      'GET /v2/acme/app/referrers/D 200',
      'GET /v2/acme/app/referrers/D 200',
      'GET /v2/acme/app/tags/list?n=1000 200',
    ]);
    expect(report.statistics).toMatchObject({ bytesCopied: 0, manifestsCopied: 0 });
  });

  it('again costs two requests, one to learn that there is no referrers API, and one for the list of tags', async () => {
    const road = await openRoad({ source: { referrers: 'none' }, destination: { referrers: 'none' } });
    await road.copy();
    // What a run knows by the way is no more than that run's.
    const [from, to] = [road.from.connect({}), road.to.connect({})];
    road.forget();
    const source = from.open(parseRepository(`${road.from.server.host}/acme/app`, 'test'));
    const registry = to.open(parseRepository(`${road.to.server.host}/prod/app`, 'test'));
    await road.copy({
      source,
      reference: { location: source.location, tag: tag('v1'), digest: undefined },
      destinations: [{ registry, tags: [tag('v1')] }],
    });
    expect(withoutDigests(road.to.server.log.lines())).toEqual(['HEAD /v2/prod/app/manifests/v1 200']);
    expect(withoutDigests(road.from.server.log.lines())).toEqual([
      'GET /v2/acme/app/manifests/v1 200',
      'GET /v2/acme/app/referrers/D 404',
      'GET /v2/acme/app/tags/list?n=1000 200',
    ]);
  });

  it('within a registry costs a mount for each blob', async () => {
    const road = await openRoad();
    road.forget();
    await road.copy({ referrers: 'none' }, 'prod/app', road.from);
    const blobs = road.from.server.store.blobs('prod/app').length;
    expect(road.from.server.log.count({ path: /\/blobs\// })).toBe(blobs);
    expect(road.from.server.log.bytes({ path: /\/blobs\// })).toEqual({ in: 0, out: 0 });
  });

  it.each<[string, readonly string[]]>([
    ['a page of a round number, which may not be all', Array.from({ length: 98 }, (_, at) => `t${at}`)],
    ['a list without the tag that is copied', []],
  ])('does not believe %s to have no referrers', async (_name, tags) => {
    const road = await openRoad({
      attached: true,
      source: { referrers: 'none' },
      destination: { referrers: 'none' },
    });
    const listed = JSON.stringify({
      name: 'acme/app',
      tags: tags.length === 0 ? ['v0'] : ['v0', 'v1', ...tags],
    });
    road.from.server.faults.add(
      { path: '/v2/acme/app/tags/list' },
      { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: listed },
    );
    const report = await road.copy();
    expect(report.destinations[0]?.referrers).toHaveLength(2);
    expect(report.destinations[0]?.cosignTags).toHaveLength(1);
  });

  it.each([
    { from: 'api', to: 'api' },
    { from: 'api', to: 'none' },
    { from: 'none', to: 'api' },
    { from: 'none', to: 'none' },
  ] as const)('carries all that is attached, from $from to $to', async ({ from, to }) => {
    const road = await openRoad({
      attached: true,
      source: { referrers: from },
      destination: { referrers: to },
    });
    const report = await road.copy();
    const { store } = road.to.server;
    expect(store.manifest('prod/app', 'v1')?.digest).toBe(index.digest);
    expect(store.manifest('prod/app', cosignTag(index.digest, 'sig'))?.digest).toBe(cosign.digest);
    expect(report.destinations[0]?.referrers.map(({ digest, isNew }) => ({ digest, isNew }))).toEqual(
      [
        { subject: amd64.digest, digest: sbom.digest },
        { subject: index.digest, digest: signature.digest },
      ]
        .toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
        .map(({ digest }) => ({ digest, isNew: true })),
    );
    const registry = road.to.open('prod/app');
    const listed = await registry.listReferrers(report.digest);
    expect(listed.map(({ digest }) => digest)).toEqual([signature.digest]);
    road.forget();
    await road.copy();
    expect(road.to.server.log.filter({ method: ['PUT', 'POST', 'PATCH'] })).toEqual([]);
  });

  it('within a registry moves no bytes', async () => {
    const road = await openRoad({ attached: true });
    const report = await road.copy({}, 'prod/app', road.from);
    expect(report.statistics).toMatchObject({ bytesCopied: 0, blobsCopied: 0 });
    expect(road.from.server.log.count({ method: 'GET', path: /\/blobs\// })).toBe(0);
    expect(road.from.server.log.count({ method: 'PUT', path: /\/blobs\// })).toBe(0);
  });

  it('survives a source that breaks off in the middle of a blob', async () => {
    const road = await openRoad();
    road.from.server.faults.add(
      { method: 'GET', path: /\/blobs\//, times: 3 },
      { kind: 'drop-body', afterBytes: 50_000 },
    );
    await road.copy();
    expect(road.to.server.store.manifest('prod/app', 'v1')?.digest).toBe(index.digest);
  });

  it('never completes an upload of wrong bytes, and names no tag', async () => {
    const road = await openRoad();
    road.from.server.faults.add({ method: 'GET', path: /\/blobs\// }, { kind: 'corrupt', offset: 7 });
    await expect(road.copy()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(road.to.server.store.manifests('prod/app')).toEqual([]);
    expect(road.to.server.store.blobs('prod/app')).toEqual([]);
    expect(road.to.server.store.openUploads).toBe(0);
  });

  it('cancels its uploads when it is cancelled', async () => {
    const road = await openRoad();
    const stopping = new AbortController();
    const plan = await road.plan(road.to, 'prod/app');
    road.to.server.faults.add(
      { method: 'PUT', path: /\/blobs\/uploads\// },
      { kind: 'hook', run: () => stopping.abort() },
    );
    await expect(executePlan(plan, { signal: stopping.signal, clock: road.to.clock })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(road.to.server.log.count({ method: 'DELETE', path: /\/blobs\/uploads\// })).toBeGreaterThan(0);
    expect(road.to.server.store.openUploads).toBe(0);
    expect(road.to.server.store.manifests('prod/app')).toEqual([]);
  });

  it('carries a sha512 image', async () => {
    const road = await openRoad();
    const strong = makeImage({ algorithm: 'sha512', layers: ['strong'] });
    await seed(road.from.server, 'acme/strong', strong);
    const source = road.from.open('acme/strong');
    const plan = await planCopy({
      source,
      reference: {
        location: source.location,
        tag: undefined,
        digest: parseDigest(strong.digest, 'test'),
      },
      destinations: [{ registry: road.to.open('prod/strong'), tags: [tag('v1')] }],
    });
    const report = await executePlan(plan, { clock: road.to.clock });
    expect(report.digest).toBe(strong.digest);
    expect(road.to.server.store.manifest('prod/strong', strong.digest)?.bytes).toEqual(strong.bytes);
  });
});
