import { digestOf, randomBytesOf, randomLayer } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { errorCode } from './support/ask.ts';
import { askPath, makeDirectory, openRegistry } from './support/registry.ts';

const BLOB = randomBytesOf('blob', 2048);
const DIGEST = digestOf(BLOB);
const PATH = `/v2/team/app/blobs/${DIGEST}`;

describe.each(['memory', 'disk'] as const)('blobs kept in %s', (kind) => {
  const open = async () => {
    const registry = await openRegistry(kind === 'disk' ? { root: await makeDirectory() } : {});
    await registry.store.putBlob('team/app', BLOB);
    return registry;
  };

  it.each([
    ['HEAD', 0],
    ['GET', 2048],
  ])('answers %s with length, digest and type', async (method, length) => {
    const reply = await askPath(await open(), PATH, { method });
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-length': '2048',
      'content-type': 'application/octet-stream',
      'docker-content-digest': DIGEST,
      'docker-distribution-api-version': 'registry/2.0',
    });
    expect(reply.body.length).toBe(length);
  });

  it.each([
    ['bytes=500-1499', 500, 1500],
    ['bytes=500-', 500, 2048],
    ['bytes=-500', 1548, 2048],
    ['bytes=-5000', 0, 2048],
    ['bytes=2000-5000', 2000, 2048],
    ['bytes=0-0', 0, 1],
  ])('answers a range: %s', async (range, start, end) => {
    const reply = await askPath(await open(), PATH, { headers: { range } });
    expect(reply.status).toBe(206);
    expect(reply.headers['content-range']).toBe(`bytes ${start}-${end - 1}/2048`);
    expect(reply.body.equals(BLOB.subarray(start, end))).toBe(true);
  });

  it.each(['bytes=500-0', 'bytes=2048-', 'bytes=5000-10000', 'bytes=-0'])(
    'refuses a range outside: %s',
    async (range) => {
      const reply = await askPath(await open(), PATH, { headers: { range } });
      expect([reply.status, reply.headers['content-range']]).toEqual([416, 'bytes */2048']);
    },
  );

  it.each(['bytes=0-1,5-6', 'lines=1-2', 'bytes=-', 'bytes'])(
    'passes over a range it does not know: %s',
    async (range) => {
      const reply = await askPath(await open(), PATH, { headers: { range } });
      expect([reply.status, reply.body.length]).toEqual([200, 2048]);
    },
  );

  it('deletes a blob at once', async () => {
    const registry = await open();
    expect((await askPath(registry, PATH, { method: 'DELETE' })).status).toBe(202);
    const reply = await askPath(registry, PATH);
    expect([reply.status, errorCode(reply)]).toEqual([404, 'BLOB_UNKNOWN']);
    expect((await askPath(registry, PATH, { method: 'DELETE' })).status).toBe(404);
  });

  it('streams a blob larger than any buffer, every byte in its place', async () => {
    const registry = await open();
    const layer = randomLayer(1, 9_000_001);
    const stored = await registry.store.putBlob('team/app', layer.open());
    expect(stored).toEqual({ digest: layer.descriptor.digest, size: 9_000_001 });
    const reply = await askPath(registry, `/v2/team/app/blobs/${stored.digest}`);
    expect(digestOf(reply.body)).toBe(stored.digest);
    const part = await askPath(registry, `/v2/team/app/blobs/${stored.digest}`, {
      headers: { range: 'bytes=1000000-7999999' },
    });
    expect(part.body.equals(reply.body.subarray(1_000_000, 8_000_000))).toBe(true);
  });
});

it('gives the whole blob where ranges are not supported', async () => {
  const registry = await openRegistry({ ranges: false });
  await registry.store.putBlob('team/app', BLOB);
  expect((await askPath(registry, PATH, { headers: { range: 'bytes=1-2' } })).status).toBe(200);
});

it.each([
  [400, { blobs: false, status: 400 }],
  [405, { blobs: false }],
] as const)('refuses to delete with %s where that is not supported', async (status, options) => {
  const registry = await openRegistry({ delete: options });
  await registry.store.putBlob('team/app', BLOB);
  const reply = await askPath(registry, PATH, { method: 'DELETE' });
  expect([reply.status, errorCode(reply)]).toEqual([status, 'UNSUPPORTED']);
  expect(registry.store.blob('team/app', DIGEST)).toBeDefined();
});

it.each([
  ['a digest that is none', '/v2/team/app/blobs/sha256:abc', 400, 'DIGEST_INVALID'],
  ['a digest in upper case', `/v2/team/app/blobs/${DIGEST.toUpperCase()}`, 400, 'DIGEST_INVALID'],
  ['an unknown repository', `/v2/other/blobs/${DIGEST}`, 404, 'NAME_UNKNOWN'],
  ['a repository in upper case', `/v2/Team/app/blobs/${DIGEST}`, 400, 'NAME_INVALID'],
  ['a repository with a leading hyphen', `/v2/-a/blobs/${DIGEST}`, 400, 'NAME_INVALID'],
  ['a repository with three underscores', `/v2/a___b/blobs/${DIGEST}`, 400, 'NAME_INVALID'],
  ['a repository of more than 255 characters', `/v2/${'a'.repeat(256)}/blobs/${DIGEST}`, 400, 'NAME_INVALID'],
  ['a path that climbs', `/v2/a%2F..%2Fb/blobs/${DIGEST}`, 400, 'NAME_INVALID'],
])('refuses %s', async (_name, path, status, code) => {
  const registry = await openRegistry();
  await registry.store.putBlob('team/app', BLOB);
  const reply = await askPath(registry, path);
  expect([reply.status, errorCode(reply)]).toEqual([status, code]);
});

it.each([
  ['the digest is percent-encoded', '/v2/team/app/blobs/', encodeURIComponent(DIGEST)],
  ['the repository has a component named like the API', '/v2/x/blobs/y/manifests/z/blobs/', DIGEST],
])('finds a blob where %s', async (_name, prefix, reference) => {
  const registry = await openRegistry();
  await registry.store.putBlob('team/app', BLOB);
  await registry.store.putBlob('x/blobs/y/manifests/z', BLOB);
  expect((await askPath(registry, prefix + reference)).status).toBe(200);
});

it.each([
  ['POST', PATH, 'HEAD, GET, DELETE'],
  ['PUT', '/v2/a/tags/list', 'GET'],
  ['POST', '/v2/', 'GET, HEAD'],
])('answers 405 to %s %s and says what is allowed', async (method, path, allow) => {
  const reply = await askPath(await openRegistry(), path, { method });
  expect([reply.status, reply.headers.allow]).toEqual([405, allow]);
});

it.each(['/', '/v1/', '/v2/a', '/v2/a/blobs', '/v2/%E0%A4%A/tags/list/x', '/token'])(
  'has nothing at %s',
  async (path) => {
    expect((await askPath(await openRegistry(), path)).status).toBe(404);
  },
);
