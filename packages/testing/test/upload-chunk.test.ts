import { Agent } from 'node:http';
import { digestOf, type RegistryOptions, randomBytesOf } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask, errorCode } from './support/ask.ts';
import { askPath, beginUpload, locationOf, openRegistry } from './support/registry.ts';

const BLOB = randomBytesOf('upload', 300_000);
const DIGEST = digestOf(BLOB);

describe('chunks', () => {
  it.each<[string, string, number, number, string]>([
    ['ahead of what has come', '20-29', 10, 416, 'RANGE_INVALID'],
    ['behind what has come', '0-9', 10, 416, 'RANGE_INVALID'],
    ['of another length than announced', '10-29', 10, 400, 'SIZE_INVALID'],
    ['that end before they begin', '10-5', 10, 400, 'SIZE_INVALID'],
    ['in the form of an answer', 'bytes 10-19/100', 10, 400, 'BLOB_UPLOAD_INVALID'],
  ])('refuses chunks %s', async (_name, range, length, status, code) => {
    const registry = await openRegistry();
    const location = await beginUpload(registry);
    await ask(location, { method: 'PATCH', headers: { 'content-range': '0-9' }, body: BLOB.subarray(0, 10) });
    for (const method of ['PATCH', 'PUT']) {
      const reply = await ask(`${location}&digest=${DIGEST}`, {
        method,
        headers: { 'content-range': range },
        body: BLOB.subarray(0, length),
      });
      expect([reply.status, errorCode(reply)]).toEqual([status, code]);
      if (status === 416) expect(reply.headers).toMatchObject({ range: '0-9', location: expect.any(String) });
    }
    expect((await ask(location)).headers['range']).toBe('0-9');
  });

  it('demands the least length of every chunk but the last', async () => {
    const registry = await openRegistry({ chunkMinLength: 100 });
    const post = await askPath(registry, '/v2/a/blobs/uploads/', { method: 'POST' });
    expect(post.headers['oci-chunk-min-length']).toBe('100');
    const location = locationOf(registry, post);
    const patch = (body: Uint8Array) => ask(location, { method: 'PATCH', body });
    expect((await patch(BLOB.subarray(0, 100))).status).toBe(202);
    expect((await patch(BLOB.subarray(100, 150))).status).toBe(202);
    const third = await patch(BLOB.subarray(150, 400));
    expect([third.status, errorCode(third)]).toEqual([400, 'SIZE_INVALID']);
    const put = await ask(`${location}&digest=${digestOf(BLOB.subarray(0, 150))}`, { method: 'PUT' });
    expect(put.status).toBe(201);
  });

  it('serves two requests for one upload one after the other', async () => {
    const registry = await openRegistry();
    const location = await beginUpload(registry);
    const halves = [BLOB.subarray(0, 150_000), BLOB.subarray(150_000)] as const;
    const replies = await Promise.all(
      halves.map((body, index) => {
        const first = index === 0 ? 0 : 150_000;
        const headers = { 'content-range': `${first}-${first + body.length - 1}` };
        return ask(location, { method: 'PATCH', headers, body });
      }),
    );
    // Whichever came first is served alone: the second half is taken only after the first.
    expect(replies[0]?.status).toBe(202);
    expect([202, 416]).toContain(replies[1]?.status);
  });
});

describe('locations', () => {
  it.each<['relative' | 'absolute' | 'rotating', RegExp]>([
    ['relative', /^\/v2\/a\/blobs\/uploads\/[^?]+\?_state=/],
    ['absolute', /^http:\/\/127\.0\.0\.1:\d+\/v2\/a\/blobs\/uploads\/[^?]+\?_state=/],
    ['rotating', /^\/v2\/a\/blobs\/uploads\/[^?]+\?_state=/],
  ])('are %s', async (uploadLocation, form) => {
    const registry = await openRegistry({ uploadLocation });
    const post = await askPath(registry, '/v2/a/blobs/uploads/', { method: 'POST' });
    expect(post.headers.location).toMatch(form);
    const first = locationOf(registry, post);
    const patch = await ask(first, { method: 'PATCH', body: BLOB });
    const second = locationOf(registry, patch);
    expect(second === first).toBe(uploadLocation !== 'rotating');
    expect((await ask(first)).status).toBe(uploadLocation === 'rotating' ? 404 : 204);
  });

  it('are on another host where the test says so', async () => {
    const port: string[] = [];
    const registry = await openRegistry({ uploadLocation: (path) => `http://localhost:${port[0]}${path}` });
    port.push(new URL(registry.url).port);
    expect(await beginUpload(registry)).toMatch(/^http:\/\/localhost:\d+\/v2\/a\/blobs\/uploads\//);
  });

  it.each([
    ['without its query', (location: string) => location.slice(0, location.indexOf('?'))],
    ['with another state', (location: string) => `${location}0`],
    ['of another repository', (location: string) => location.replace('/v2/a/', '/v2/b/')],
  ])('are unknown %s', async (_name, change) => {
    const registry = await openRegistry();
    const reply = await ask(change(await beginUpload(registry)), { method: 'PATCH', body: 'x' });
    expect([reply.status, errorCode(reply)]).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
  });
});

describe('mounting', () => {
  const mount = async (options: RegistryOptions, query: string) => {
    const registry = await openRegistry(options);
    await registry.store.putBlob('team/source', BLOB);
    const reply = await askPath(registry, `/v2/team/target/blobs/uploads/?mount=${DIGEST}${query}`, {
      method: 'POST',
    });
    return { reply, isThere: registry.store.blob('team/target', DIGEST) !== undefined };
  };

  it.each<[string, RegistryOptions, string, number]>([
    ['mounts from the named repository', {}, '&from=team/source', 201],
    ['mounts from anywhere without a name', {}, '', 201],
    ['opens an upload where the source lacks the blob', {}, '&from=team/other', 202],
    ['opens an upload where mounts are refused', { mount: 'refused' }, '&from=team/source', 202],
    ['opens an upload without a name where a name is wanted', { mount: 'named' }, '', 202],
    ['mounts with a name where a name is wanted', { mount: 'named' }, '&from=team/source', 201],
  ])('%s', async (_name, options, query, status) => {
    const { reply, isThere } = await mount(options, query);
    expect([reply.status, isThere]).toEqual([status, status === 201]);
    expect(reply.headers.location).toMatch(status === 201 ? /\/blobs\/sha256:/ : /\/uploads\//);
  });

  it('keeps the bytes until no repository holds them', async () => {
    const registry = await openRegistry();
    await registry.store.putBlob('one', BLOB);
    await askPath(registry, `/v2/two/blobs/uploads/?mount=${DIGEST}&from=one`, { method: 'POST' });
    expect((await askPath(registry, `/v2/one/blobs/${DIGEST}`, { method: 'DELETE' })).status).toBe(202);
    expect((await askPath(registry, `/v2/one/blobs/${DIGEST}`)).status).toBe(404);
    expect((await askPath(registry, `/v2/two/blobs/${DIGEST}`)).body.equals(BLOB)).toBe(true);
  });
});

it('keeps connections alive over many requests', async () => {
  const registry = await openRegistry();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (let round = 0; round < 5; round += 1) {
    await ask(`${registry.url}/v2/`, {
      agent,
      write: (request) => {
        request.once('socket', (socket) => socket.once('connect', () => ports.add(socket.localPort)));
        request.end();
      },
    });
  }
  expect(ports.size).toBe(1);
  agent.destroy();
});
