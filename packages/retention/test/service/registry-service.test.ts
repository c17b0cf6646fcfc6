import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseDigest, parseRepository } from '@artifact-lifecycle/registry';
import {
  makeImage,
  makeIndex,
  makeReferrer,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistryService } from '../../src/service/registry-service.ts';

const image = (architecture: string, created: string) =>
  makeImage({ platform: { os: 'linux', architecture }, config: { created } });

const old = makeIndex([image('amd64', '2025-01-01T00:00:00Z'), image('arm64', '2025-01-01T00:00:00Z')]);
const young = image('amd64', '2026-01-01T00:00:00Z');
const sbom = makeReferrer({ subject: old, artifactType: 'application/vnd.cyclonedx+json' });

const openService = (server: TestRegistry) => {
  const http = createHttpClient({ userAgent: 'test' });
  const connections = createConnections({ http, credentials: [] });
  const registry = connections.open(parseRepository(`${server.host}/acme/app`, 'test'));
  return { http, registry, service: new RegistryService(registry) };
};

describe('any registry, by its tags', () => {
  let server: TestRegistry;
  let service: RegistryService;
  let close: () => void;
  beforeEach(async () => {
    server = await startRegistry();
    await seed(server, 'acme/app', old, { tags: ['1.0', 'stable'] });
    await seed(server, 'acme/app', sbom);
    await seed(server, 'acme/app', young, { tags: ['2.0'] });
    const http = createHttpClient({ userAgent: 'test' });
    close = () => http.close();
    const connections = createConnections({ http, credentials: [] });
    service = new RegistryService(connections.open(parseRepository(`${server.host}/acme/app`, 'test')));
  });
  afterEach(async () => {
    close();
    expect(server.defects).toEqual([]);
    await server.close();
  });

  it('lists tagged images, their platforms, and what refers to them', async () => {
    const images = await service.list();
    const byId = new Map(images.map((one) => [one.id, one]));
    expect(byId.get(old.digest)).toMatchObject({ tags: ['1.0', 'stable'], pushedAt: Date.UTC(2025, 0, 1) });
    expect(byId.get(young.digest)).toMatchObject({ tags: ['2.0'], pushedAt: Date.UTC(2026, 0, 1) });
    expect(byId.get(sbom.digest)).toMatchObject({
      tags: [],
      subject: old.digest,
      pushedAt: Date.UTC(2025, 0, 1),
    });
    for (const { digest } of old.children) expect(byId.has(digest)).toBe(true);
    expect(images).toHaveLength(5);
  });

  it('reads no manifest twice, though what is listed is looked at and read afterwards', async () => {
    for (const { id } of await service.list()) {
      await service.look({ id });
      await service.fetchManifest(parseDigest(id, 'test'));
    }
    const reads = server.log.requests.filter(
      ({ method, path }) => method === 'GET' && path.includes('/manifests/'),
    );
    expect(reads.map(({ path }) => path.replace(/.*\//, '')).toSorted()).toEqual(
      [old, ...old.children, young, sbom].map(({ digest }) => digest).toSorted(),
    );
  });

  it('looks at one as it is now', async () => {
    expect(await service.look({ id: old.digest })).toMatchObject({ tags: ['1.0', 'stable'] });
    await service.untag((await service.look({ id: old.digest })) ?? fail(), 'stable');
    expect(await service.look({ id: old.digest })).toMatchObject({ tags: ['1.0'] });
    expect(await service.look({ id: `sha256:${'0'.repeat(64)}` })).toBeUndefined();
  });

  it('deletes an image with its tags, and says when it is gone already', async () => {
    const [found] = (await service.list()).filter(({ id }) => id === young.digest);
    if (found === undefined) fail();
    expect(await service.delete(found)).toBe('deleted');
    expect(await service.look({ id: young.digest })).toBeUndefined();
    expect([...server.store.tags('acme/app').keys()].sort()).toEqual(['1.0', 'stable']);
    expect(await service.delete(found)).toBe('gone');
  });

  it('brings nothing back', async () => {
    await expect(service.restore()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});

describe('a registry without the referrers API, whose lists of referrers are tags', () => {
  let server: TestRegistry;
  let opened: ReturnType<typeof openService>;
  const listTag = old.digest.replace(':', '-');
  beforeEach(async () => {
    server = await startRegistry({ referrers: 'none' });
    opened = openService(server);
    await seed(server, 'acme/app', old, { tags: ['1.0'] });
    await seed(server, 'acme/app', makeIndex([sbom]), { tags: [listTag] });
  });
  afterEach(async () => {
    opened.http.close();
    await server.close();
  });
  const list = (): string | undefined => server.store.manifest('acme/app', listTag)?.digest;
  const deleteNow = async (digest: string): Promise<void> => {
    const image = await opened.service.look({ id: digest });
    if (image === undefined) fail();
    expect(await opened.service.delete(image)).toBe('deleted');
  };

  it('leaves the list as it was planned to go, once its subject is gone, and looks at it with nothing left in it', async () => {
    const before = list() ?? fail();
    await deleteNow(old.digest);
    await deleteNow(sbom.digest);
    expect(list()).toBe(before);
    expect(await opened.service.look({ id: before })).toMatchObject({ tags: [listTag] });
    expect((await opened.service.list()).map(({ id }) => id)).toContain(before);
    await deleteNow(before);
    expect([...server.store.tags('acme/app')]).toEqual([]);
  });

  it('takes a referrer out of the list while its subject stays', async () => {
    await deleteNow(sbom.digest);
    const { manifests } = JSON.parse(
      Buffer.from(server.store.manifest('acme/app', listTag)?.bytes ?? fail()).toString(),
    );
    expect(manifests).toEqual([]);
  });
});

function fail(): never {
  throw new Error('it is not there');
}
