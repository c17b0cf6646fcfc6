import { makeImage, makeLatch, randomBytesOf, seed } from '@artifact-lifecycle/testing';
import { expect, it } from '@jest/globals';
import { ask } from './support/ask.ts';
import { askPath, beginUpload, openRegistry } from './support/registry.ts';

it('writes down method, path, query, status and bytes, in order', async () => {
  const registry = await openRegistry();
  const image = makeImage();
  await seed(registry, 'a', image, { tags: ['t'] });
  await askPath(registry, '/v2/a/manifests/t');
  await askPath(registry, '/v2/a/manifests/t', { method: 'HEAD' });
  await askPath(registry, '/v2/a/tags/list?n=1&last=a');
  await askPath(registry, '/v2/a/manifests/none', { method: 'DELETE' });
  expect(registry.log.lines()).toEqual([
    'GET /v2/a/manifests/t 200',
    'HEAD /v2/a/manifests/t 200',
    'GET /v2/a/tags/list?n=1&last=a 200',
    'DELETE /v2/a/manifests/none 404',
  ]);
  expect(registry.log.requests.map(({ started, ended }) => [started, ended])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
  expect(registry.log.bytes({ path: /manifests\/t$/ })).toEqual({ in: 0, out: image.bytes.length });
});

it('counts the bytes of what was sent and of what was read', async () => {
  const registry = await openRegistry();
  const blob = randomBytesOf(1, 200_000);
  const { digest } = await registry.store.putBlob('a', blob);
  const location = await beginUpload(registry, 'b');
  await ask(`${location}&digest=${digest}`, { method: 'PUT', body: blob });
  await askPath(registry, `/v2/b/blobs/${digest}`, { headers: { range: 'bytes=100-' } });
  expect(registry.log.bytes()).toEqual({ in: 200_000, out: 199_900 });
  expect(registry.log.bytes({ method: 'PUT' })).toEqual({ in: 200_000, out: 0 });
});

it('filters and counts', async () => {
  const registry = await openRegistry();
  for (const path of ['/v2/', '/v2/a/tags/list', '/v2/']) await askPath(registry, path);
  await askPath(registry, '/v2/', { method: 'HEAD' });
  expect(registry.log.count()).toBe(4);
  expect(registry.log.count({ method: 'HEAD' })).toBe(1);
  expect(registry.log.count({ method: ['GET', 'HEAD'], path: '/v2/' })).toBe(3);
  expect(registry.log.count({ path: /tags/, status: 404 })).toBe(1);
  expect(registry.log.count({ when: (request) => request.started > 2 })).toBe(2);
  registry.log.clear();
  expect(registry.log.requests).toEqual([]);
});

it('knows how many requests ran at the same time, and which ended first', async () => {
  const registry = await openRegistry();
  const latch = makeLatch();
  registry.faults.add({ path: '/v2/', nth: 1 }, { kind: 'delay', until: latch.until });
  const slow = askPath(registry, '/v2/');
  const fast = await askPath(registry, '/v2/_catalog');
  latch.release();
  await slow;
  expect(fast.status).toBe(200);
  expect(registry.log.peak).toBe(2);
  expect(registry.log.requests.map((request) => [request.path, request.ended])).toEqual([
    ['/v2/', 2],
    ['/v2/_catalog', 1],
  ]);
});

it('says when a client went away', async () => {
  const registry = await openRegistry();
  const location = await beginUpload(registry);
  const begun = makeLatch();
  registry.faults.add({ method: 'PATCH' }, { kind: 'hook', run: () => begun.release() });
  const gone = ask(location, {
    method: 'PATCH',
    headers: { 'content-length': 1000 },
    write: (request) => {
      request.write('x'.repeat(500));
      void begun.until.then(() => request.destroy());
    },
  });
  await expect(gone).rejects.toThrow();
  // Asking for the upload's state waits for nothing: only the log says when the server has noticed.
  while (registry.log.requests.at(-1)?.ended === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(registry.log.requests.at(-1)).toMatchObject({ method: 'PATCH', broken: true, status: 0 });
  expect((await ask(location)).status).toBe(204);
});
