import { Readable } from 'node:stream';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type FaultAction,
  type RegistryOptions,
  randomLayer,
  startRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseLocation } from '../../src/name/reference.ts';
import type { BlobSource } from '../../src/registry.ts';
import { blobOf, descriptorOf, refusalOf, sourceOf, startWorld } from './world.ts';

const BLOB = blobOf(300_000);
const DESCRIPTOR = descriptorOf(BLOB);
const UPLOADS = '/v2/acme/app/blobs/uploads/';
const POST = { method: 'POST', path: UPLOADS };
const PUT = { method: 'PUT', path: /\/blobs\/uploads\// };

const never: BlobSource = async () => {
  throw new Error('The source was opened.');
};

describe('a blob that is there', () => {
  it('is found by one HEAD, and its source left alone', async () => {
    const { server, open } = await startWorld();
    await server.store.putBlob('acme/app', BLOB.open());
    expect(await open().pushBlob(DESCRIPTOR, never)).toBe('present');
    expect(server.log.lines()).toEqual([`HEAD /v2/acme/app/blobs/${DESCRIPTOR.digest} 200`]);
  });
});

describe('a new blob', () => {
  it('is uploaded by one POST and one PUT of known length', async () => {
    const { server, open } = await startWorld({ requireContentLength: true });
    const source = sourceOf(BLOB);
    const counts: number[] = [];
    expect(await open().pushBlob(DESCRIPTOR, source, { onBytes: (count) => counts.push(count) })).toBe(
      'uploaded',
    );
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT']);
    expect(server.log.requests[2]?.headers['content-length']).toBe('300000');
    expect(server.log.requests[2]?.headers['transfer-encoding']).toBeUndefined();
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)?.size).toBe(300_000);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300_000);
    expect(source.opened()).toBe(1);
  });

  it.each([0, 1, 65_535, 65_536, 1_000_000])('of %i bytes is uploaded', async (size) => {
    const { server, open } = await startWorld();
    const blob = blobOf(size);
    expect(await open().pushBlob(descriptorOf(blob), sourceOf(blob))).toBe('uploaded');
    expect(server.store.blob('acme/app', blob.descriptor.digest)?.size).toBe(size);
  });

  it('of a sha512 digest is uploaded, and the registry told', async () => {
    const { server, open } = await startWorld();
    const { makeBlob } = await import('@artifact-lifecycle/testing');
    const blob = makeBlob('content', undefined, {}, 'sha512');
    expect(await open().pushBlob(descriptorOf(blob), sourceOf(blob))).toBe('uploaded');
    expect(server.store.blob('acme/app', blob.descriptor.digest)?.size).toBe(7);
    expect(server.log.requests[1]?.query.get('digest-algorithm')).toBe('sha512');
  });

  it.each<[string, RegistryOptions]>([
    ['relative', { uploadLocation: 'relative' }],
    ['absolute', { uploadLocation: 'absolute' }],
    ['good for one request', { uploadLocation: 'rotating' }],
  ])('goes where the registry says, with its query: %s', async (_name, options) => {
    const { server, open } = await startWorld(options);
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB))).toBe('uploaded');
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)).toBeDefined();
  });

  it('goes to another host without the credentials of this one, its query untouched', async () => {
    const { server, open } = await startWorld({
      auth: { kind: 'basic', users: [{ name: 'me', password: 'pw' }] },
      credentials: { username: 'me', password: 'pw' },
    });
    const storage = await startRegistry();
    storage.faults.add({}, { kind: 'answer', status: 201 });
    server.faults.add(POST, {
      kind: 'rewrite',
      headers: { location: `${storage.url}/put/here?sig=a%2Fb%3D&x=%20y` },
    });
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB))).toBe('uploaded');
    const [request] = storage.log.requests;
    expect(request?.scheme).toBeUndefined();
    expect([...(request?.query ?? [])]).toEqual([
      ['sig', 'a/b='],
      ['x', ' y'],
      ['digest', DESCRIPTOR.digest],
    ]);
    await storage.close();
  });

  it('is sent on by a redirect, and its bytes counted once', async () => {
    const { server, open } = await startWorld();
    server.faults.add(
      { ...PUT, nth: 1 },
      { kind: 'redirect', status: 307, location: ({ path, query }) => `${path}?${query}` },
    );
    let counted = 0;
    const source = sourceOf(BLOB);
    expect(await open().pushBlob(DESCRIPTOR, source, { onBytes: (count) => (counted += count) })).toBe(
      'uploaded',
    );
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)).toBeDefined();
    expect(source.opened()).toBe(2);
    expect(counted).toBe(300_000);
  });

  it.each<[string, string, RegExp]>([
    ['nowhere', '', /without a Location/],
    ['into a file', 'file:///tmp/x', /file:/],
  ])('is not sent %s', async (_name, location, message) => {
    const { server, open } = await startWorld();
    server.faults.add(POST, { kind: 'rewrite', headers: { location } });
    const error = await refusalOf(open().pushBlob(DESCRIPTOR, never));
    expect(error.code).toBe('PROTOCOL_INVALID');
    expect(error.message).toMatch(message);
  });

  it.each([401, 403, 405])('is uploaded though HEAD is answered %i', async (status) => {
    const { server, open } = await startWorld();
    server.faults.add({ method: 'HEAD' }, { kind: 'answer', status });
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB))).toBe('uploaded');
  });
});

describe('an upload that breaks', () => {
  it.each<[string, FaultAction]>([
    ['at once', { kind: 'drop-request', afterBytes: 0 }],
    ['in the middle', { kind: 'drop-request', afterBytes: 150_000 }],
    ['near its end', { kind: 'drop-request', afterBytes: 299_999 }],
    ['by 503', { kind: 'answer', status: 503 }],
    ['by 429', { kind: 'rate-limit', retryAfter: 1 }],
    [
      'because the registry has forgotten it',
      { kind: 'answer', status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' },
    ],
  ])('%s is made anew, and the old one given up', async (_name, action) => {
    const { server, open } = await startWorld();
    server.faults.add({ ...PUT, nth: 1 }, action);
    let counted = 0;
    const source = sourceOf(BLOB);
    const outcome = await open().pushBlob(DESCRIPTOR, source, { onBytes: (count) => (counted += count) });
    expect(outcome).toBe('uploaded');
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)?.size).toBe(300_000);
    // Where all bytes had left before it broke, it is looked whether they arrived.
    const [head, ...others] = server.log.requests.map(({ method }) => method);
    expect(head).toBe('HEAD');
    expect(others.filter((method) => method !== 'HEAD')).toEqual(['POST', 'PUT', 'DELETE', 'POST', 'PUT']);
    expect(server.store.openUploads).toBe(0);
    expect(counted).toBe(300_000);
    expect(source.opened()).toBeLessThanOrEqual(2);
  });

  it('with its answer alone is not made anew', async () => {
    const { server, open } = await startWorld();
    server.faults.add({ ...PUT, nth: 1 }, { kind: 'drop-answer' });
    let counted = 0;
    const source = sourceOf(BLOB);
    const outcome = await open().pushBlob(DESCRIPTOR, source, { onBytes: (count) => (counted += count) });
    expect(outcome).toBe('uploaded');
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT', 'HEAD']);
    expect(source.opened()).toBe(1);
    expect(counted).toBe(300_000);
  });

  it('again and again is given up', async () => {
    const { server, open, clock } = await startWorld();
    server.faults.add(PUT, { kind: 'drop-request', afterBytes: 100_000 });
    let counted = 0;
    const error = await refusalOf(
      open().pushBlob(DESCRIPTOR, sourceOf(BLOB), { onBytes: (count) => (counted += count) }),
    );
    expect(error.code).toBe('UNREACHABLE');
    expect(server.log.count(PUT)).toBe(4);
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(server.store.openUploads).toBe(0);
    expect(counted).toBe(0);
  });

  it.each<[string, FaultAction, string, RegExp]>([
    ['403', { kind: 'answer', status: 403 }, 'FORBIDDEN', /could not upload the blob/],
    [
      '413',
      {
        kind: 'answer',
        status: 413,
        headers: { 'content-type': 'text/html' },
        body: '<h1>413 Request Entity Too Large</h1>',
      },
      'LIMIT_EXCEEDED',
      /413 Request Entity Too Large/,
    ],
    [
      '400',
      { kind: 'answer', status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' },
      'DIGEST_MISMATCH',
      /DIGEST_INVALID/,
    ],
    [
      'another digest',
      { kind: 'rewrite', headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } },
      'DIGEST_MISMATCH',
      /and calls it sha256:0000/,
    ],
  ])('by %s is not made anew', async (_name, action, code, message) => {
    const { server, open } = await startWorld();
    server.faults.add(PUT, action);
    const error = await refusalOf(open().pushBlob(DESCRIPTOR, sourceOf(BLOB)));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(server.log.count(PUT)).toBe(1);
    expect(server.store.openUploads).toBe(0);
  });

  it('is given up though the registry cannot give up uploads', async () => {
    const { server, open } = await startWorld();
    server.faults.add(PUT, { kind: 'answer', status: 403 });
    server.faults.add({ method: 'DELETE' }, { kind: 'answer', status: 500 });
    expect((await refusalOf(open().pushBlob(DESCRIPTOR, sourceOf(BLOB)))).code).toBe('FORBIDDEN');
    expect(server.log.count({ method: 'DELETE' })).toBe(1);
  });
});

describe('a blob that is too long for the way there', () => {
  const LARGE = randomLayer(1, 9_000_000);
  const HUGE = randomLayer(1, 40_000_000);
  const LARGE_DESCRIPTOR = descriptorOf(LARGE);
  const inOnePiece = {
    ...PUT,
    when: ({ headers }: { readonly headers: Readonly<Record<string, string>> }) =>
      Number(headers['content-length']) > 8_500_000,
  };
  const tooLong: FaultAction = { kind: 'answer', status: 413, close: true };

  it.each<[string, RegistryOptions]>([
    ['by a registry that keeps its Location', {}],
    ['by one that changes it with each answer', { uploadLocation: 'rotating' }],
    ['by one that wants larger chunks', { chunkMinLength: 8_500_000 }],
  ])('is taken in chunks %s', async (_name, options) => {
    const { server, open } = await startWorld(options);
    server.faults.add(inOnePiece, tooLong);
    let counted = 0;
    const outcome = await open().pushBlob(LARGE_DESCRIPTOR, sourceOf(LARGE), {
      onBytes: (count) => (counted += count),
    });
    expect(outcome).toBe('uploaded');
    expect(server.log.requests.map(({ method }) => method)).toEqual([
      'HEAD',
      'POST',
      'PUT',
      'DELETE',
      'POST',
      'PATCH',
      'PATCH',
      'PUT',
    ]);
    expect(server.store.blob('acme/app', LARGE_DESCRIPTOR.digest)?.size).toBe(9_000_000);
    expect(server.store.openUploads).toBe(0);
    expect(counted).toBe(9_000_000);
  });

  it('is taken in chunks after two connections broke', async () => {
    const { server, open, clock } = await startWorld();
    server.faults.add(inOnePiece, { kind: 'drop-request', afterBytes: 1_000_000 });
    expect(await open().pushBlob(LARGE_DESCRIPTOR, sourceOf(LARGE))).toBe('uploaded');
    expect(server.log.count(inOnePiece)).toBe(2);
    expect(server.log.count({ method: 'PATCH' })).toBe(2);
    expect(clock.waits).toEqual([1000, 2000]);
  });

  it('is taken in one piece where it was its source that broke', async () => {
    const { server, open } = await startWorld();
    const whole = sourceOf(LARGE);
    let attempts = 0;
    const source: BlobSource = async (offset, signal) => {
      attempts += 1;
      if (attempts > 2) return whole(offset, signal);
      throw new SuiteError('UNREACHABLE', 'The source is away.');
    };
    expect(await open().pushBlob(LARGE_DESCRIPTOR, source)).toBe('uploaded');
    expect(server.log.count({ method: 'PATCH' })).toBe(0);
  });

  it('though a chunk is answered 201 and counted wrongly (ECR)', async () => {
    const { server, open } = await startWorld();
    server.faults.add(inOnePiece, tooLong);
    server.faults.add({ method: 'PATCH' }, { kind: 'rewrite', status: 201, headers: { range: '0-0' } });
    expect(await open().pushBlob(LARGE_DESCRIPTOR, sourceOf(LARGE))).toBe('uploaded');
  });

  it.each<[string, readonly FaultAction[], readonly string[]]>([
    [
      'in its middle: the rest of it goes',
      [{ kind: 'drop-request', afterBytes: 3_000_000 }],
      ['PATCH', 'PATCH', 'GET', 'PATCH', 'PUT'],
    ],
    [
      'before a byte came',
      [{ kind: 'drop-request', afterBytes: 0 }],
      ['PATCH', 'PATCH', 'GET', 'PATCH', 'PUT'],
    ],
    ['with its answer: nothing goes again', [{ kind: 'drop-answer' }], ['PATCH', 'PATCH', 'GET', 'PUT']],
    ['by 500', [{ kind: 'answer', status: 500 }], ['PATCH', 'PATCH', 'GET', 'PATCH', 'PUT']],
    [
      'by 416 though all was well',
      [{ kind: 'answer', status: 416 }],
      ['PATCH', 'PATCH', 'GET', 'PATCH', 'PUT'],
    ],
    [
      'twice',
      [
        { kind: 'drop-request', afterBytes: 3_000_000 },
        { kind: 'drop-request', afterBytes: 2_000_000 },
      ],
      ['PATCH', 'PATCH', 'GET', 'PATCH', 'GET', 'PATCH', 'PUT'],
    ],
  ])('goes on by what the registry has where a chunk breaks %s', async (_name, faults, methods) => {
    const { server, open } = await startWorld({ kind: 'acr' });
    const blob = randomLayer(1, 24_000_000);
    faults.forEach((fault, at) => {
      server.faults.add({ method: 'PATCH', nth: 2 + at }, fault);
    });
    let counted = 0;
    const source = sourceOf(blob);
    const outcome = await open().pushBlob(descriptorOf(blob), source, {
      onBytes: (count) => (counted += count),
    });
    expect(outcome).toBe('uploaded');
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', ...methods]);
    expect(source.opened()).toBe(1);
    expect(counted).toBe(24_000_000);
  });

  it.each<[string, FaultAction, number]>([
    ['does not know the upload any more', { kind: 'answer', status: 404 }, 5],
    ['does not say what it has', { kind: 'rewrite', headers: { range: undefined } }, 5],
    ['has less than it took', { kind: 'rewrite', headers: { range: '0-99' } }, 5],
    ['has more than was sent', { kind: 'rewrite', headers: { range: '0-39999999' } }, 5],
    ['counts in another way', { kind: 'rewrite', headers: { range: 'items=0-5' } }, 5],
    ['miscounts the chunk as taken', { kind: 'rewrite', headers: { range: '0-33554431' } }, 9],
  ])('is sent anew where a chunk breaks and the registry %s', async (_name, said, patches) => {
    const { server, open } = await startWorld({ kind: 'acr' });
    server.faults.add({ method: 'PATCH', nth: 2 }, { kind: 'drop-request', afterBytes: 3_000_000 });
    server.faults.add({ method: 'GET', path: /\/uploads\// }, said);
    const source = sourceOf(HUGE);
    expect(await open().pushBlob(descriptorOf(HUGE), source)).toBe('uploaded');
    expect(server.log.count({ method: 'PATCH' })).toBe(patches);
    expect(server.log.count({ method: 'DELETE' })).toBe(1);
    expect(source.opened()).toBe(2);
    expect(server.store.openUploads).toBe(0);
  });

  it('is sent anew where the registry miscounts the last chunk as taken', async () => {
    const { server, open } = await startWorld({ kind: 'acr' });
    server.faults.add({ method: 'PATCH', nth: 3 }, { kind: 'drop-request', afterBytes: 3_000_000 });
    server.faults.add(
      { method: 'GET', path: /\/uploads\// },
      { kind: 'rewrite', headers: { range: '0-39999999' } },
    );
    expect(await open().pushBlob(descriptorOf(HUGE), sourceOf(HUGE))).toBe('uploaded');
    expect(server.log.filter({ method: 'PUT' }).map(({ status }) => status)).toEqual([400, 201]);
  });

  it('is sent anew where the registry refuses the rest of a chunk', async () => {
    const { server, open } = await startWorld({ kind: 'acr' });
    const blob = randomLayer(1, 24_000_000);
    server.faults.add({ method: 'PATCH', nth: 2 }, { kind: 'drop-request', afterBytes: 3_000_000 });
    server.faults.add({ method: 'PATCH', nth: 3 }, { kind: 'answer', status: 400 });
    expect(await open().pushBlob(descriptorOf(blob), sourceOf(blob))).toBe('uploaded');
    expect(server.log.count({ method: 'PATCH' })).toBe(5);
    expect(server.store.openUploads).toBe(0);
  });

  it('is given up where a chunk breaks for ever', async () => {
    const { server, open, clock } = await startWorld({ kind: 'acr' });
    const blob = randomLayer(1, 24_000_000);
    server.faults.add({ method: 'PATCH' }, { kind: 'answer', status: 500 });
    expect((await refusalOf(open().pushBlob(descriptorOf(blob), sourceOf(blob)))).code).toBe('UNREACHABLE');
    expect(clock.waits.length).toBeLessThan(20);
    expect(server.store.openUploads).toBe(0);
  });

  it('keeps its place in the chunks where the token ends in the middle', async () => {
    const { server, open } = await startWorld({
      kind: 'acr',
      auth: { kind: 'bearer', users: [{ name: 'me', password: 'pw' }] },
      credentials: { username: 'me', password: 'pw' },
    });
    let chunks = 0;
    server.faults.add(
      { method: 'PATCH' },
      {
        kind: 'hook',
        run: () => {
          chunks += 1;
          if (chunks === 2) server.tokens?.revokeAll();
        },
      },
    );
    const source = sourceOf(HUGE);
    expect(await open().pushBlob(descriptorOf(HUGE), source)).toBe('uploaded');
    expect(source.opened()).toBe(1);
    expect(server.log.filter({ method: 'PATCH' }).map(({ status }) => status)).toEqual([202, 401, 202, 202]);
  });

  it('is refused where its chunks are, too', async () => {
    const { server, open } = await startWorld();
    server.faults.add({ method: ['PUT', 'PATCH'] }, tooLong);
    const error = await refusalOf(open().pushBlob(LARGE_DESCRIPTOR, sourceOf(LARGE)));
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(server.log.count({ method: 'PATCH' })).toBe(1);
    expect(server.store.openUploads).toBe(0);
  });

  it('never becomes a blob with other bytes', async () => {
    const { server, open } = await startWorld();
    server.faults.add(inOnePiece, tooLong);
    const error = await refusalOf(open().pushBlob(LARGE_DESCRIPTOR, sourceOf(randomLayer(2, 9_000_000))));
    expect(error.code).toBe('DIGEST_MISMATCH');
    expect(server.store.blobs('acme/app')).toEqual([]);
    expect(server.store.openUploads).toBe(0);
  });
});

describe('a source', () => {
  const bytesOf =
    (blob: typeof BLOB, change: (bytes: Buffer) => Buffer): BlobSource =>
    async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of blob.open()) chunks.push(chunk);
      return Readable.from([change(Buffer.concat(chunks))], { objectMode: false });
    };

  it.each<[string, BlobSource, RegExp]>([
    [
      'of other bytes',
      bytesOf(BLOB, (bytes) => Buffer.from(bytes.map((byte) => byte ^ 1))),
      /has other content/,
    ],
    ['of too few bytes', bytesOf(BLOB, (bytes) => bytes.subarray(1)), /ended after 299999/],
    ['of too many bytes', bytesOf(BLOB, (bytes) => Buffer.concat([bytes, bytes])), /more arrived/],
  ])('%s never becomes a blob', async (_name, source, message) => {
    const { server, open } = await startWorld();
    const error = await refusalOf(open().pushBlob(DESCRIPTOR, source));
    expect(error.code).toBe('DIGEST_MISMATCH');
    expect(error.message).toMatch(message);
    expect(server.store.blobs('acme/app')).toEqual([]);
    expect(server.store.openUploads).toBe(0);
    expect(server.log.count(POST)).toBe(1);
  });

  it('that cannot be opened says why', async () => {
    const { server, open } = await startWorld();
    const source: BlobSource = async () => {
      throw new SuiteError('NOT_FOUND', 'The blob is gone at its source.');
    };
    expect((await refusalOf(open().pushBlob(DESCRIPTOR, source))).message).toBe(
      'The blob is gone at its source.',
    );
    expect(server.store.openUploads).toBe(0);
  });

  it('that breaks for good says why', async () => {
    const { server, open } = await startWorld();
    const source: BlobSource = async () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(1000);
          throw new SuiteError('FORBIDDEN', 'The source has changed its mind.');
        })(),
        { objectMode: false },
      );
    expect((await refusalOf(open().pushBlob(DESCRIPTOR, source))).code).toBe('FORBIDDEN');
    expect(server.log.count(POST)).toBe(1);
    expect(server.store.openUploads).toBe(0);
  });

  it('that breaks for now is read again', async () => {
    const { server, open } = await startWorld();
    const whole = sourceOf(BLOB);
    let attempts = 0;
    const source: BlobSource = async (offset, signal) => {
      attempts += 1;
      if (attempts > 1) return whole(offset, signal);
      return Readable.from(
        (async function* () {
          yield Buffer.alloc(1000);
          throw new SuiteError('UNREACHABLE', 'The source is away.');
        })(),
        { objectMode: false },
      );
    };
    expect(await open().pushBlob(DESCRIPTOR, source)).toBe('uploaded');
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)).toBeDefined();
  });
});

describe('an upload that is stopped', () => {
  it('is cancelled at the registry', async () => {
    const { server, open } = await startWorld();
    const stop = new AbortController();
    const source: BlobSource = async () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(100_000);
          stop.abort();
          await new Promise<void>(() => {});
        })(),
        { objectMode: false },
      );
    const error = await refusalOf(open().pushBlob(DESCRIPTOR, source, { signal: stop.signal }));
    expect(error.code).toBe('CANCELLED');
    expect(server.log.requests.at(-1)?.method).toBe('DELETE');
    expect(server.store.openUploads).toBe(0);
  });

  it('while it is being opened is cancelled, too', async () => {
    const { server, open } = await startWorld();
    const stop = new AbortController();
    // The registry has opened it, and its answer is on the way.
    server.faults.add({ method: 'POST' }, { kind: 'hook', at: 'answer', run: () => stop.abort() });
    const error = await refusalOf(open().pushBlob(DESCRIPTOR, never, { signal: stop.signal }));
    expect(error.code).toBe('CANCELLED');
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'DELETE']);
    expect(server.store.openUploads).toBe(0);
  });

  it('before it began asks nothing', async () => {
    const { server, open } = await startWorld();
    expect((await refusalOf(open().pushBlob(DESCRIPTOR, never, { signal: AbortSignal.abort() }))).code).toBe(
      'CANCELLED',
    );
    expect(server.log.requests).toEqual([]);
  });
});

describe('a blob of a neighbour', () => {
  const mountFrom = (host: string) => [
    parseLocation('oci:dir', 'x'),
    parseLocation('other.example/a', 'x'),
    parseLocation(`${host}/acme/app`, 'x'),
    parseLocation(`${host}/acme/dev`, 'x'),
  ];

  it('is mounted by one POST, no byte of it sent', async () => {
    const { server, open } = await startWorld();
    await server.store.putBlob('acme/dev', BLOB.open());
    expect(await open().pushBlob(DESCRIPTOR, never, { mountFrom: mountFrom(server.host) })).toBe('mounted');
    expect(server.log.requests.map(({ method }) => method)).toEqual(['POST']);
    expect(server.log.requests[0]?.query.get('from')).toBe('acme/dev');
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)).toBeDefined();
  });

  it.each<[string, RegistryOptions]>([
    ['the registry does not mount', { mount: 'refused' }],
    ['the neighbour does not have it', {}],
  ])('is uploaded in the session that a refused mount opened, where %s', async (_name, options) => {
    const { server, open } = await startWorld(options);
    if (options.mount === 'refused') await server.store.putBlob('acme/dev', BLOB.open());
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB), { mountFrom: mountFrom(server.host) })).toBe(
      'uploaded',
    );
    expect(server.log.requests.map(({ method }) => method)).toEqual(['POST', 'HEAD', 'PUT']);
    expect(server.store.openUploads).toBe(0);
  });

  it('that is here already costs an upload to cancel where mounts are refused, once', async () => {
    const { server, open } = await startWorld({ mount: 'refused' });
    const other = blobOf(1000, 2);
    for (const blob of [BLOB, other]) await server.store.putBlob('acme/app', blob.open());
    for (const blob of [BLOB, other]) {
      const options = { mountFrom: mountFrom(server.host) };
      expect(await open().pushBlob(descriptorOf(blob), never, options)).toBe('present');
    }
    expect(server.log.requests.map(({ method }) => method)).toEqual(['POST', 'HEAD', 'DELETE', 'HEAD']);
    expect(server.store.openUploads).toBe(0);
  });

  it.each([400, 401, 403, 404, 405])('is uploaded where a mount is answered %i', async (status) => {
    const { server, open } = await startWorld();
    server.faults.add({ ...POST, when: ({ query }) => query.has('mount') }, { kind: 'answer', status });
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB), { mountFrom: mountFrom(server.host) })).toBe(
      'uploaded',
    );
    expect(server.log.requests.map(({ method }) => method)).toEqual(['POST', 'HEAD', 'POST', 'PUT']);
  });
});

describe('a blob that this run knows', () => {
  it('in the repository is not asked for again', async () => {
    const { server, open } = await startWorld();
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB))).toBe('uploaded');
    server.log.clear();
    expect(await open().pushBlob(DESCRIPTOR, never)).toBe('present');
    expect(server.log.requests).toEqual([]);
  });

  it('is looked for, and sent, by who has found it missing', async () => {
    const { server, open } = await startWorld();
    await open('acme/base').pushBlob(DESCRIPTOR, sourceOf(BLOB));
    expect(await open().pushBlob(DESCRIPTOR, never)).toBe('mounted');
    await server.store.deleteBlob('acme/app', DESCRIPTOR.digest);
    server.log.clear();
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB), { distrusts: true })).toBe('uploaded');
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT']);
  });

  it('in another repository is mounted from there', async () => {
    const { server, open } = await startWorld();
    await open('acme/base').pushBlob(DESCRIPTOR, sourceOf(BLOB));
    server.log.clear();
    expect(await open().pushBlob(DESCRIPTOR, never)).toBe('mounted');
    expect(server.log.requests.map(({ method }) => method)).toEqual(['POST']);
    expect(server.log.requests[0]?.query.get('from')).toBe('acme/base');
  });

  it('in a repository of another owner is uploaded where that does not mount', async () => {
    const { server, open } = await startWorld({ kind: 'ghcr' });
    await open('other/base').pushBlob(DESCRIPTOR, sourceOf(BLOB));
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB))).toBe('uploaded');
    expect(server.log.requests.filter(({ query }) => query.has('mount'))).toEqual([]);
  });

  it('by another size is another one', async () => {
    const { open } = await startWorld();
    await open().pushBlob(DESCRIPTOR, sourceOf(BLOB));
    const error = await refusalOf(open().pushBlob({ ...DESCRIPTOR, size: 299_999 }, sourceOf(BLOB)));
    expect(error.code).toBe('DIGEST_MISMATCH');
  });

  it('is sent once for many repositories at the same time', async () => {
    const { server, open } = await startWorld();
    const source = sourceOf(BLOB);
    const names = ['acme/a', 'acme/b', 'acme/c', 'acme/c'];
    const outcomes = await Promise.all(names.map((name) => open(name).pushBlob(DESCRIPTOR, source)));
    expect(outcomes.toSorted()).toEqual(['mounted', 'mounted', 'present', 'uploaded']);
    expect(source.opened()).toBe(1);
    expect(server.log.count(PUT)).toBe(1);
  });

  it('is sent by another one where the one that others waited for failed', async () => {
    const { server, open } = await startWorld();
    const [first, second] = await Promise.allSettled([
      open('acme/a').pushBlob(DESCRIPTOR, never),
      open('acme/b').pushBlob(DESCRIPTOR, sourceOf(BLOB)),
    ]);
    expect(first.status).toBe('rejected');
    expect(second).toEqual({ status: 'fulfilled', value: 'uploaded' });
    expect(server.store.openUploads).toBe(0);
  });

  it('is not waited for by who is cancelled', async () => {
    const { open } = await startWorld();
    const stop = new AbortController();
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const whole = sourceOf(BLOB);
    const first = open('acme/a').pushBlob(DESCRIPTOR, async (offset, signal) => {
      stop.abort();
      await gate;
      return whole(offset, signal);
    });
    const second = await refusalOf(open('acme/b').pushBlob(DESCRIPTOR, never, { signal: stop.signal }));
    expect(second.code).toBe('CANCELLED');
    go();
    expect(await first).toBe('uploaded');
  });
});
