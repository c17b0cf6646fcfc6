import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isSuiteError } from '@artifact-lifecycle/core';
import {
  type BlobContent,
  type FaultAction,
  makeLatch,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { blobOf, descriptorOf, refusalOf, startWorld } from './world.ts';

const BLOB = blobOf(300_000);
const DESCRIPTOR = descriptorOf(BLOB);
const GET = { method: 'GET', path: /\/blobs\// };

async function put(server: TestRegistry, blob: BlobContent, name = 'acme/app'): Promise<void> {
  await server.store.putBlob(name, blob.open());
}

describe('a blob is looked for', () => {
  it('by one HEAD', async () => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    expect(await open().hasBlob(DESCRIPTOR)).toBe(true);
    expect(await open('acme/none').hasBlob(DESCRIPTOR)).toBe(false);
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it.each<[string, string | undefined, boolean]>([
    ['no length', undefined, true],
    ['a length of 0', '0', true],
    ['another length', '299999', false],
  ])('and judged by its size: %s', async (_name, length, there) => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    server.faults.add({}, { kind: 'rewrite', headers: { 'content-length': length } });
    expect(await open().hasBlob(DESCRIPTOR)).toBe(there);
  });

  it.each([401, 403, 405, 503])('and is no answer where the registry says %i', async (status) => {
    const { server, open } = await startWorld();
    server.faults.add({}, { kind: 'answer', status });
    await expect(open().hasBlob(DESCRIPTOR)).rejects.toThrow(/could not look for the blob/);
  });
});

describe('a blob is read', () => {
  it.each([
    ['from its start', 0],
    ['from the middle', 123_456],
    ['from its last byte', 299_999],
    ['from its end', 300_000],
  ])('%s', async (_name, offset) => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    const bytes = await buffer(await open().openBlob(DESCRIPTOR, offset));
    expect(bytes.equals((await buffer(BLOB.open())).subarray(offset))).toBe(true);
    expect(server.log.requests).toHaveLength(offset === 300_000 ? 0 : 1);
  });

  it('though it is empty', async () => {
    const { server, open } = await startWorld();
    const empty = blobOf(0);
    await put(server, empty);
    expect(await buffer(await open().openBlob(descriptorOf(empty)))).toHaveLength(0);
  });

  it.each<[string, readonly FaultAction[], { readonly ranges?: boolean }, number]>([
    ['that breaks once', [{ kind: 'drop-body', afterBytes: 100_000 }], {}, 2],
    ['that breaks before its first byte', [{ kind: 'drop-body', afterBytes: 0 }], {}, 2],
    ['that breaks at its last byte', [{ kind: 'drop-body', afterBytes: 299_999 }], {}, 2],
    [
      'that breaks three times',
      [
        { kind: 'drop-body', afterBytes: 70_000 },
        { kind: 'drop-body', afterBytes: 70_000 },
        { kind: 'drop-body', afterBytes: 70_000 },
      ],
      {},
      4,
    ],
    [
      'that breaks where there are no ranges',
      [{ kind: 'drop-body', afterBytes: 200_000 }],
      { ranges: false },
      2,
    ],
    [
      'that goes on at a wrong place',
      [
        { kind: 'drop-body', afterBytes: 100_000 },
        { kind: 'rewrite', headers: { 'content-range': 'bytes 5-299999/300000' } },
      ],
      {},
      3,
    ],
    [
      'that goes on without saying where',
      [
        { kind: 'drop-body', afterBytes: 100_000 },
        { kind: 'rewrite', headers: { 'content-range': undefined } },
      ],
      {},
      3,
    ],
    [
      'that goes on in another blob',
      [
        { kind: 'drop-body', afterBytes: 100_000 },
        { kind: 'rewrite', headers: { 'content-range': 'bytes 100000-299999/300001' } },
      ],
      {},
      3,
    ],
    [
      'whose range is refused',
      [
        { kind: 'drop-body', afterBytes: 100_000 },
        { kind: 'answer', status: 416 },
      ],
      {},
      3,
    ],
  ])('over a connection %s', async (_name, actions, options, requests) => {
    const { server, open } = await startWorld(options);
    await put(server, BLOB);
    for (const [index, action] of actions.entries()) server.faults.add({ ...GET, nth: index + 1 }, action);
    const bytes = await buffer(await open().openBlob(DESCRIPTOR));
    expect(bytes.equals(await buffer(BLOB.open()))).toBe(true);
    expect(server.log.requests).toHaveLength(requests);
  });

  it('and what is known already is not sent again', async () => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    server.faults.add({ ...GET, nth: 1 }, { kind: 'drop-body', afterBytes: 200_000 });
    await buffer(await open().openBlob(DESCRIPTOR));
    expect(server.log.requests[1]?.headers['range']).toMatch(/^bytes=[1-9]\d*-$/);
    expect(server.log.bytes().out).toBeLessThanOrEqual(300_000 + 200_000);
    expect(server.log.requests[1]?.status).toBe(206);
  });

  it('over a connection that breaks very often, as long as each brings something', async () => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    server.faults.add({ ...GET, nth: 1 }, { kind: 'drop-body', afterBytes: 0 });
    server.faults.add({ ...GET, nth: 2 }, { kind: 'drop-body', afterBytes: 100_000 });
    server.faults.add(
      { ...GET, when: ({ headers }) => headers['range'] !== undefined },
      { kind: 'truncate', toBytes: 20_000 },
    );
    const bytes = await buffer(await open().openBlob(DESCRIPTOR));
    expect(bytes.equals(await buffer(BLOB.open()))).toBe(true);
    expect(server.log.count({ status: 206 })).toBeGreaterThan(8);
  });

  it('until the connection has broken too often without a byte', async () => {
    const { server, open, clock } = await startWorld();
    await put(server, BLOB);
    server.faults.add(GET, { kind: 'drop-body', afterBytes: 0 });
    const error = await refusalOf(open().openBlob(DESCRIPTOR).then(buffer));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toMatch(/breaks off after 0 of 300000 bytes/);
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(server.log.requests).toHaveLength(4);
  });

  it.each<[string, FaultAction, string, RegExp]>([
    [
      'shorter',
      { kind: 'truncate', toBytes: 1000 },
      'DIGEST_MISMATCH',
      /should have 300000 bytes, and has 1000 bytes there/,
    ],
    ['longer', { kind: 'extend', bytes: Buffer.from('x') }, 'DIGEST_MISMATCH', /has 300001 bytes there/],
    [
      'packed by a proxy',
      { kind: 'rewrite', headers: { 'content-encoding': 'gzip' } },
      'DIGEST_MISMATCH',
      /encoding gzip/,
    ],
    [
      'missing',
      { kind: 'answer', status: 404, body: '{"errors":[{"code":"BLOB_UNKNOWN"}]}' },
      'NOT_FOUND',
      /could not read the blob sha256:.* 404 BLOB_UNKNOWN/,
    ],
    [
      'refused behind a redirect',
      {
        kind: 'answer',
        status: 403,
        body: '<Error><Code>AccessDenied</Code></Error>',
        headers: { 'content-type': 'application/xml' },
      },
      'FORBIDDEN',
      /application\/xml: <Error>/,
    ],
  ])('or not, where it is %s', async (_name, action, code, message) => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    server.faults.add(GET, action);
    const error = await refusalOf(open().openBlob(DESCRIPTOR));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it('or not past its size, where no length was named', async () => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    const endless = createServer((_request, response) => {
      const more = (): unknown => response.destroyed || response.write(Buffer.alloc(64 * 1024), more);
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const address = endless.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    server.faults.add(GET, { kind: 'redirect', status: 307, location: `http://127.0.0.1:${port}/` });
    const error = await refusalOf(open().openBlob(DESCRIPTOR).then(buffer));
    expect(error.code).toBe('DIGEST_MISMATCH');
    expect(error.message).toMatch(/sends more than 300000/);
    endless.closeAllConnections();
    endless.close();
  });

  it.each<[string, (stream: Readable) => Promise<unknown>]>([
    ['before its first byte', async () => {}],
    ['while it waits for more', (stream) => once(stream, 'data')],
  ])('and lets go of its connection when it is given up %s', async (_name, readSome) => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    const gone = makeLatch();
    const slow = createServer((_request, response) => {
      response.once('close', () => gone.release());
      response.writeHead(200, { 'content-length': DESCRIPTOR.size }).write(Buffer.alloc(100_000));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const address = slow.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    server.faults.add(GET, { kind: 'redirect', status: 307, location: `http://127.0.0.1:${port}/` });
    try {
      const stream = await open().openBlob(DESCRIPTOR);
      await readSome(stream);
      stream.destroy();
      await gone.until;
      expect(server.log.filter(GET)).toHaveLength(1);
    } finally {
      slow.closeAllConnections();
      slow.close();
    }
  });

  it('from another host without the credentials of this one', async () => {
    const { server, open } = await startWorld({
      auth: { kind: 'basic', users: [{ name: 'me', password: 'pw' }] },
      credentials: { username: 'me', password: 'pw' },
    });
    const storage = await startRegistry();
    await put(server, BLOB);
    await put(storage, BLOB, 'bucket');
    server.faults.add(GET, {
      kind: 'redirect',
      status: 307,
      location: `${storage.url}/v2/bucket/blobs/${DESCRIPTOR.digest}`,
    });
    const repository = open();
    await expect(repository.hasBlob(DESCRIPTOR)).resolves.toBe(true);
    const bytes = await buffer(await repository.openBlob(DESCRIPTOR));
    expect(bytes).toHaveLength(300_000);
    expect(server.log.requests.at(-1)?.scheme).toBe('basic');
    expect(storage.log.requests.map(({ scheme }) => scheme)).toEqual([undefined]);
    await storage.close();
  });

  it('until somebody stops it', async () => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    const stop = new AbortController();
    server.faults.add(GET, { kind: 'drop-body', afterBytes: 1000 });
    const stream = await open().openBlob(DESCRIPTOR, 0, { signal: stop.signal });
    stop.abort();
    const error = await buffer(stream).catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'CANCELLED')).toBe(true);
    expect(server.log.requests).toHaveLength(1);
  });

  it('until its reader has enough', async () => {
    const { server, open } = await startWorld();
    await put(server, BLOB);
    const stream = await open().openBlob(DESCRIPTOR);
    for await (const chunk of stream) {
      expect(chunk).toBeInstanceOf(Buffer);
      break;
    }
    expect(stream.destroyed).toBe(true);
    expect(server.log.requests).toHaveLength(1);
  });
});
