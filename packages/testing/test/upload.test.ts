import { digestOf, type RegistryOptions, randomBytesOf } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask, errorCode } from './support/ask.ts';
import { askPath, beginUpload, locationOf, makeDirectory, openRegistry } from './support/registry.ts';

const BLOB = randomBytesOf('upload', 300_000);
const DIGEST = digestOf(BLOB);
const DIGEST_512 = digestOf(BLOB, 'sha512');

describe.each(['memory', 'disk'] as const)('uploads kept in %s', (kind) => {
  const open = async (options: RegistryOptions = {}) =>
    openRegistry(kind === 'disk' ? { ...options, root: await makeDirectory() } : options);

  it.each([
    ['sha256', DIGEST],
    ['sha512', DIGEST_512],
  ])('takes a blob by one PUT and gives it back (%s)', async (_name, digest) => {
    const registry = await open();
    const location = await beginUpload(registry);
    const put = await ask(`${location}&digest=${digest}`, { method: 'PUT', body: BLOB });
    expect(put.status).toBe(201);
    expect(put.headers['docker-content-digest']).toBe(digest);
    const got = await ask(locationOf(registry, put));
    expect(got.body.equals(BLOB)).toBe(true);
    expect(registry.store.blobs('a')).toEqual([{ digest, size: BLOB.length }]);
    expect(registry.store.openUploads).toBe(0);
  });

  it.each([
    ['sha256', DIGEST],
    ['sha512', DIGEST_512],
  ])('takes a blob in chunks, the last with the PUT (%s)', async (_name, digest) => {
    const registry = await open();
    let location = await beginUpload(registry);
    for (const [first, last] of [
      [0, 99_999],
      [100_000, 199_999],
    ] as const) {
      const patch = await ask(location, {
        method: 'PATCH',
        headers: { 'content-range': `${first}-${last}` },
        body: BLOB.subarray(first, last + 1),
      });
      expect([patch.status, patch.headers['range']]).toEqual([202, `0-${last}`]);
      location = locationOf(registry, patch);
    }
    const put = await ask(`${location}&digest=${digest}`, {
      method: 'PUT',
      headers: { 'content-range': `200000-${BLOB.length - 1}` },
      body: BLOB.subarray(200_000),
    });
    expect(put.status).toBe(201);
    expect((await registry.store.readBlob('a', digest)).equals(BLOB)).toBe(true);
  });

  it('takes a streamed PATCH and an empty closing PUT', async () => {
    const registry = await open();
    const location = await beginUpload(registry);
    const patch = await ask(location, {
      method: 'PATCH',
      write: (request) => {
        request.write(BLOB.subarray(0, 1000));
        request.end(BLOB.subarray(1000));
      },
    });
    expect(patch.status).toBe(202);
    const put = await ask(`${locationOf(registry, patch)}&digest=${DIGEST}`, { method: 'PUT' });
    expect(put.status).toBe(201);
  });

  it('hashes by sha512 from the beginning when the POST says so', async () => {
    const registry = await open();
    const location = await beginUpload(registry, 'a', '?digest-algorithm=sha512');
    await ask(location, { method: 'PATCH', body: BLOB });
    const put = await ask(`${location}&digest=${DIGEST_512}`, { method: 'PUT' });
    expect(put.status).toBe(201);
  });

  it('takes an empty blob', async () => {
    const registry = await open();
    const digest = digestOf('');
    const location = await beginUpload(registry);
    expect((await ask(`${location}&digest=${digest}`, { method: 'PUT' })).status).toBe(201);
    const got = await askPath(registry, `/v2/a/blobs/${digest}`);
    expect([got.status, got.headers['content-length'], got.body.length]).toEqual([200, '0', 0]);
  });

  it('throws away what has another digest, and its upload', async () => {
    const registry = await open();
    const location = await beginUpload(registry);
    const put = await ask(`${location}&digest=${digestOf('other')}`, { method: 'PUT', body: BLOB });
    expect([put.status, errorCode(put)]).toEqual([400, 'DIGEST_INVALID']);
    expect(registry.store.blobs('a')).toEqual([]);
    expect(registry.store.openUploads).toBe(0);
    expect((await ask(location)).status).toBe(404);
  });

  it('keeps what came before the connection broke, so that the client can go on', async () => {
    const registry = await open();
    const fault = registry.faults.add({ method: 'PATCH' }, { kind: 'drop-request', afterBytes: 123_456 });
    const location = await beginUpload(registry);
    await expect(ask(location, { method: 'PATCH', body: BLOB })).rejects.toThrow();
    fault.remove();
    const status = await ask(location);
    expect([status.status, status.headers['range']]).toEqual([204, '0-123455']);
    const patch = await ask(location, {
      method: 'PATCH',
      headers: { 'content-range': `123456-${BLOB.length - 1}` },
      body: BLOB.subarray(123_456),
    });
    expect(patch.status).toBe(202);
    expect((await ask(`${location}&digest=${DIGEST}`, { method: 'PUT' })).status).toBe(201);
  });

  it('cancels an upload', async () => {
    const registry = await open();
    const location = await beginUpload(registry);
    await ask(location, { method: 'PATCH', body: BLOB });
    expect(registry.store.openUploads).toBe(1);
    expect((await ask(location, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(location)).status).toBe(404);
    expect(registry.store.openUploads).toBe(0);
  });
});

describe('beginning an upload', () => {
  it('takes a whole blob with the POST', async () => {
    const registry = await openRegistry();
    const path = `/v2/a/blobs/uploads/?digest=${DIGEST}`;
    expect((await askPath(registry, path, { method: 'POST', body: BLOB })).status).toBe(201);
    expect(registry.store.blob('a', DIGEST)).toEqual({ digest: DIGEST, size: BLOB.length });
  });

  it.each<[string, RegistryOptions, string, number, string]>([
    ['a digest that is none', {}, '?digest=sha256:12', 400, 'DIGEST_INVALID'],
    ['a mount of what is no digest', {}, '?mount=latest&from=b', 400, 'DIGEST_INVALID'],
    ['an unknown algorithm', {}, '?digest-algorithm=md5', 400, 'DIGEST_INVALID'],
    [
      'an unknown repository where pushing does not create it',
      { createRepositories: false },
      '',
      404,
      'NAME_UNKNOWN',
    ],
  ])('refuses %s', async (_name, options, query, status, code) => {
    const registry = await openRegistry(options);
    const reply = await askPath(registry, `/v2/a/blobs/uploads/${query}`, { method: 'POST' });
    expect([reply.status, errorCode(reply)]).toEqual([status, code]);
    expect(registry.store.openUploads).toBe(0);
  });

  it('goes on with an upload where the POST takes no blob', async () => {
    const registry = await openRegistry({ monolithicPost: false });
    const path = `/v2/a/blobs/uploads/?digest=${DIGEST}`;
    const post = await askPath(registry, path, { method: 'POST', body: BLOB });
    expect(post.status).toBe(202);
    const put = await ask(`${locationOf(registry, post)}&digest=${DIGEST}`, { method: 'PUT', body: BLOB });
    expect(put.status).toBe(201);
  });

  it('demands Content-Length where it is told to', async () => {
    const registry = await openRegistry({ requireContentLength: true });
    const location = await beginUpload(registry);
    const put = await ask(`${location}&digest=${DIGEST}`, {
      method: 'PUT',
      write: (request) => {
        request.write(BLOB);
        request.end();
      },
    });
    expect(put.status).toBe(411);
  });

  it('takes a body that is asked for by "Expect: 100-continue"', async () => {
    const registry = await openRegistry();
    const location = await beginUpload(registry);
    const put = await ask(`${location}&digest=${DIGEST}`, {
      method: 'PUT',
      headers: { expect: '100-continue', 'content-length': BLOB.length },
      write: (request) => {
        request.once('continue', () => request.end(BLOB));
        request.flushHeaders();
      },
    });
    expect(put.status).toBe(201);
  });
});
