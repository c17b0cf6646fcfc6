import { digestOf, type FaultAction, randomBytesOf, type TestRegistry } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask } from './support/ask.ts';
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

describe('broken connections', () => {
  it.each([0, 1, 65_536, 123_456, 499_999])('after %s bytes of a request', async (afterBytes) => {
    const registry = await setUp({ kind: 'drop-request', afterBytes }, /uploads\/./);
    const location = await beginUpload(registry, 'b');
    await expect(ask(`${location}&digest=${DIGEST}`, { method: 'PUT', body: BLOB })).rejects.toThrow(
      /reset|hang up|EPIPE/i,
    );
    expect(registry.log.requests.at(-1)).toMatchObject({ status: 0, broken: true, bytesIn: afterBytes });
    expect(registry.store.blob('b', DIGEST)).toBeUndefined();
  });

  it('not at all when the request is shorter', async () => {
    const registry = await setUp({ kind: 'drop-request', afterBytes: BLOB.length + 1 }, /uploads\/./);
    const location = await beginUpload(registry, 'b');
    expect((await ask(`${location}&digest=${DIGEST}`, { method: 'PUT', body: BLOB })).status).toBe(201);
  });

  it('after the work, before the answer', async () => {
    const registry = await setUp({ kind: 'drop-answer' }, /uploads\/./);
    const location = await beginUpload(registry, 'b');
    await expect(ask(`${location}&digest=${DIGEST}`, { method: 'PUT', body: BLOB })).rejects.toThrow(
      /hang up|reset/i,
    );
    expect(registry.store.blob('b', DIGEST)).toBeDefined();
  });

  it.each([0, 1, 70_000, 499_999])('after %s bytes of an answer', async (afterBytes) => {
    const registry = await setUp({ kind: 'drop-body', afterBytes });
    const reply = await askPath(registry, PATH);
    expect(reply.headers['content-length']).toBe('500000');
    expect([reply.status, reply.cut]).toEqual([200, true]);
    expect(reply.body.equals(BLOB.subarray(0, afterBytes))).toBe(true);
    expect(registry.log.requests.at(-1)).toMatchObject({ bytesOut: afterBytes, broken: true });
  });

  it('not at all when the answer is shorter', async () => {
    const reply = await askPath(await setUp({ kind: 'drop-body', afterBytes: BLOB.length }), PATH);
    expect([reply.cut, reply.body.length]).toEqual([false, BLOB.length]);
  });
});
