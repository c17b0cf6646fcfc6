import {
  digestOf,
  type FaultAction,
  makeImage,
  makeLatch,
  randomBytesOf,
  seed,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask, errorCode } from './support/ask.ts';
import { askPath, beginUpload, openRegistry } from './support/registry.ts';

const BLOB = randomBytesOf('fault', 500_000);
const DIGEST = digestOf(BLOB);
const PATH = `/v2/a/blobs/${DIGEST}`;

async function setUp(action?: FaultAction, path: string | RegExp = PATH): Promise<TestRegistry> {
  const registry = await openRegistry();
  await registry.store.putBlob('a', BLOB);
  if (action !== undefined) registry.faults.add({ path }, action);
  return registry;
}

describe('which requests are hit', () => {
  const statuses = async (registry: TestRegistry, paths: readonly string[], method = 'GET') => {
    const found: number[] = [];
    for (const path of paths) found.push((await askPath(registry, path, { method })).status);
    return found;
  };
  const teapot: FaultAction = { kind: 'answer', status: 418 };

  it.each<[string, Parameters<TestRegistry['faults']['add']>[0], readonly number[]]>([
    ['all without conditions', {}, [418, 418, 418, 418]],
    ['by path', { path: '/v2/' }, [418, 200, 418, 200]],
    ['by expression', { path: /blobs/g }, [200, 418, 200, 418]],
    ['by method', { method: ['POST', 'PUT'] }, [200, 200, 200, 200]],
    ['by the nth', { nth: 2 }, [200, 418, 200, 200]],
    ['by several nths of what matches', { path: '/v2/', nth: [2] }, [200, 200, 418, 200]],
    ['at most so often', { times: 3 }, [418, 418, 418, 200]],
    [
      'by a predicate',
      { when: (request) => request.occurrence === 1 && request.path === PATH },
      [200, 418, 200, 200],
    ],
  ])('%s', async (_name, match, expected) => {
    const registry = await setUp();
    const fault = registry.faults.add(match, teapot);
    expect(await statuses(registry, ['/v2/', PATH, '/v2/', PATH])).toEqual(expected);
    expect(fault.hits).toBe(expected.filter((status) => status === 418).length);
  });

  it('none after a fault is removed, or all are cleared', async () => {
    const registry = await setUp();
    const first = registry.faults.add({ path: '/v2/' }, teapot);
    registry.faults.add({ path: PATH }, teapot);
    first.remove();
    expect(await statuses(registry, ['/v2/', PATH])).toEqual([200, 418]);
    registry.faults.clear();
    expect(await statuses(registry, ['/v2/', PATH])).toEqual([200, 200]);
  });
});

describe('answers in place of the true one', () => {
  it.each<[string, FaultAction, number, Record<string, string>, RegExp]>([
    [
      'status, headers and body',
      { kind: 'answer', status: 503, headers: { 'X-A': 'b' }, body: 'busy' },
      503,
      { 'x-a': 'b' },
      /^busy$/,
    ],
    [
      'a redirect',
      { kind: 'redirect', status: 307, location: 'http://127.0.0.1:1/x' },
      307,
      { location: 'http://127.0.0.1:1/x' },
      /^$/,
    ],
    [
      'a redirect by request',
      { kind: 'redirect', status: 303, location: (request) => `http://elsewhere.example${request.path}` },
      303,
      { location: `http://elsewhere.example${PATH}` },
      /^$/,
    ],
    [
      'a rate limit in seconds',
      { kind: 'rate-limit', retryAfter: 7 },
      429,
      { 'retry-after': '7' },
      /TOOMANYREQUESTS/,
    ],
    [
      'a rate limit until a date',
      { kind: 'rate-limit', retryAfter: new Date(Date.UTC(2026, 10, 23, 12)) },
      429,
      { 'retry-after': 'Mon, 23 Nov 2026 12:00:00 GMT' },
      /TOOMANYREQUESTS/,
    ],
    ['HTML', { kind: 'html' }, 200, { 'content-type': 'text/html; charset=utf-8' }, /^<!DOCTYPE html>/],
    [
      'HTML with a status',
      { kind: 'html', status: 502 },
      502,
      { 'content-type': 'text/html; charset=utf-8' },
      /<h1>/,
    ],
  ])('%s', async (_name, action, status, headers, body) => {
    const reply = await askPath(await setUp(action), PATH);
    expect(reply.status).toBe(status);
    expect(reply.headers).toMatchObject(headers);
    expect(reply.body.toString()).toMatch(body);
  });

  it('a rate limit that does not say how long', async () => {
    const reply = await askPath(await setUp({ kind: 'rate-limit' }), PATH);
    expect([reply.status, reply.headers['retry-after']]).toEqual([429, undefined]);
  });

  it('leave everything undone', async () => {
    const registry = await setUp({ kind: 'answer', status: 202 });
    await askPath(registry, PATH, { method: 'DELETE' });
    expect(registry.store.blob('a', DIGEST)).toBeDefined();
  });

  it('come before the body has been sent, on a connection that then ends', async () => {
    const registry = await setUp({ kind: 'answer', status: 401, close: true }, /uploads\/./);
    const location = await beginUpload(registry);
    const reply = await ask(`${location}&digest=${DIGEST}`, {
      method: 'PUT',
      headers: { 'content-length': BLOB.length },
      // The body never comes; only the beginning of the request does.
      write: (request) => request.flushHeaders(),
    });
    expect([reply.status, reply.headers.connection]).toEqual([401, 'close']);
  });
});

describe('lies in the answer', () => {
  it('a body that is shorter than it should be', async () => {
    const reply = await askPath(await setUp({ kind: 'truncate', toBytes: 100_000 }), PATH);
    expect([reply.status, reply.cut, reply.headers['content-length']]).toEqual([200, false, '100000']);
    expect(reply.body.equals(BLOB.subarray(0, 100_000))).toBe(true);
  });

  it('a body that is longer than it should be', async () => {
    const reply = await askPath(await setUp({ kind: 'extend', bytes: Buffer.from('more') }), PATH);
    expect(reply.headers['content-length']).toBe('500004');
    expect(reply.body.equals(Buffer.concat([BLOB, Buffer.from('more')]))).toBe(true);
  });

  it.each([0, 65_535, 65_536, 499_999])('a bit flipped at %s, in the answer only', async (offset) => {
    const registry = await setUp({ kind: 'corrupt', offset });
    const reply = await askPath(registry, PATH);
    const spoilt = Buffer.from(BLOB);
    spoilt[offset] = (spoilt[offset] ?? 0) ^ 1;
    expect(reply.body.equals(spoilt)).toBe(true);
    expect((await registry.store.readBlob('a', DIGEST)).equals(BLOB)).toBe(true);
  });

  it('headers and status that are not true', async () => {
    const image = makeImage();
    const registry = await setUp(
      {
        kind: 'rewrite',
        status: 201,
        headers: { 'Docker-Content-Digest': DIGEST, 'content-type': undefined, link: ['<a>', '<b>'] },
      },
      /manifests/,
    );
    await seed(registry, 'a', image, { tags: ['t'] });
    const reply = await askPath(registry, '/v2/a/manifests/t');
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({ 'docker-content-digest': DIGEST, link: '<a>, <b>' });
    expect(reply.headers['content-type']).toBeUndefined();
    expect(reply.body.equals(image.bytes)).toBe(true);
  });

  it('a spoilt answer to a refusal', async () => {
    const registry = await setUp({ kind: 'rewrite', status: 200 }, /manifests/);
    const reply = await askPath(registry, '/v2/a/manifests/none');
    expect([reply.status, errorCode(reply)]).toEqual([200, 'MANIFEST_UNKNOWN']);
  });
});

describe('time', () => {
  it.each(['request', 'answer'] as const)('holds back until the test lets go (%s)', async (at) => {
    const registry = await setUp();
    const latch = makeLatch();
    const reached = makeLatch();
    registry.faults.add({ method: 'DELETE' }, { kind: 'hook', at, run: () => reached.release() });
    registry.faults.add({ method: 'DELETE' }, { kind: 'delay', at, until: latch.until });
    const asked = askPath(registry, PATH, { method: 'DELETE' });
    await reached.until;
    expect(registry.log.requests[0]).toMatchObject({ ended: 0, status: 0, faults: ['hook', 'delay'] });
    expect(registry.store.blob('a', DIGEST) === undefined).toBe(at === 'answer');
    latch.release();
    expect((await asked).status).toBe(202);
    expect(registry.store.blob('a', DIGEST)).toBeUndefined();
  });

  it('runs code of the test in between: a tag that moves between two requests', async () => {
    const [before, after] = [makeImage(), makeImage({ layers: ['after'] })];
    const registry = await setUp();
    await seed(registry, 'a', before, { tags: ['t'] });
    await seed(registry, 'a', after);
    registry.faults.add(
      { method: 'GET', path: '/v2/a/manifests/t', nth: 1 },
      { kind: 'hook', at: 'answer', run: () => registry.store.putTag('a', 't', after.digest) },
    );
    expect((await askPath(registry, '/v2/a/manifests/t')).body.equals(before.bytes)).toBe(true);
    expect((await askPath(registry, '/v2/a/manifests/t')).body.equals(after.bytes)).toBe(true);
  });

  it('applies several faults to one request, in order', async () => {
    const registry = await setUp();
    registry.faults.add({ path: PATH }, { kind: 'truncate', toBytes: 10 });
    registry.faults.add({ path: PATH }, { kind: 'extend', bytes: Buffer.from('xy') });
    registry.faults.add({ path: PATH }, { kind: 'rewrite', headers: { 'x-last': '1' } });
    const reply = await askPath(registry, PATH);
    expect(reply.body.equals(Buffer.concat([BLOB.subarray(0, 10), Buffer.from('xy')]))).toBe(true);
    expect(reply.headers['x-last']).toBe('1');
    expect(registry.log.requests[0]?.faults).toEqual(['truncate', 'extend', 'rewrite']);
  });
});

it('hits the token service as well', async () => {
  const registry = await openRegistry({ auth: { kind: 'bearer', users: [], service: 'separate' } });
  registry.faults.add({ method: 'POST', path: '/token' }, { kind: 'rate-limit', retryAfter: 1 });
  expect((await ask(registry.tokens?.realm ?? '', { method: 'POST', body: 'a=b' })).status).toBe(429);
});
