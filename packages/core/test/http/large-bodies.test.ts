import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readBounded } from '../../src/http/body.ts';
import type { HttpClientOptions } from '../../src/http/client.ts';
import { LARGE_BODY_BYTES } from '../../src/http/limits.ts';
import type { HttpClient, HttpResponse } from '../../src/http/types.ts';
import { createAuthority, createIdentity } from './support/certificates.ts';
import { client, closeAll } from './support/client.ts';
import { closeProxies, startProxy } from './support/proxy.ts';
import { type Handler, startServer, startSocketServer, type TestServer } from './support/server.ts';
import { expectSoon } from './support/soon.ts';

afterEach(closeAll);
afterEach(closeProxies);

/** Bytes that differ all along, so that a lost, doubled or overwritten piece shows. */
function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
}

const bytes = patterned(LARGE_BODY_BYTES + 300_001);
const digest = (of: Uint8Array): string => createHash('sha256').update(of).digest('hex');

const giving: Handler = (_request, response) => {
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
};

const hashing: Handler = (request, response) => {
  const hash = createHash('sha256');
  request.on('data', (chunk: Buffer) => hash.update(chunk));
  request.once('end', () => response.writeHead(201).end(hash.digest('hex')));
};

async function text(response: HttpResponse): Promise<string> {
  return (await readBounded(response, 100_000, 'answer')).toString('utf8');
}

function get(http: HttpClient, server: TestServer, signal?: AbortSignal): Promise<HttpResponse> {
  return http.send({ method: 'GET', url: server.url('/'), signal });
}

describe('a large body', () => {
  const authority = createAuthority('Test Authority');
  const identity = createIdentity(authority, ['127.0.0.1', 'registry.test']);
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'large-bodies-'));
    writeFileSync(join(directory, 'ca.pem'), authority.cert);
  });
  afterAll(() => rm(directory, { recursive: true }));
  const trusting = (): Partial<HttpClientOptions> => ({
    certificates: { everywhere: join(directory, 'ca.pem') },
  });

  it.each([
    { name: 'plainly', secure: false },
    { name: 'by TLS', secure: true },
  ])('comes whole, and its connection serves nothing else: $name', async ({ secure }) => {
    const server = await startServer(giving, secure ? identity : undefined);
    const http = client(trusting());
    for (let count = 1; count <= 2; count += 1) {
      expect(digest(await readBounded(await get(http, server), bytes.length, 'blob'))).toBe(digest(bytes));
      expect(server.connections()).toBe(count);
      await expectSoon(() => server.open() === 0);
    }
  });

  it('comes whole through a tunnel, whose connection cannot be read past the parser', async () => {
    const server = await startServer(giving, identity);
    const proxy = await startProxy();
    const environment = { https_proxy: `http://127.0.0.1:${proxy.port}` };
    const url = new URL(`https://registry.test:${server.port}/`);
    const answer = await client({ ...trusting(), environment }).send({ method: 'GET', url });
    expect(digest(await readBounded(answer, bytes.length, 'blob'))).toBe(digest(bytes));
    expect(proxy.asked).toEqual([`CONNECT ${url.host}`]);
  });

  it.each([
    { name: 'plainly', secure: false },
    { name: 'by TLS', secure: true },
  ])('flows from one server into others through memory that is used again: $name', async ({ secure }) => {
    const source = await startServer(giving, secure ? identity : undefined);
    const sink = await startServer(hashing, secure ? identity : undefined);
    const http = client(trusting());
    // One that passes bytes on later, so that much waits between.
    const open = async (): Promise<Readable> =>
      (await get(http, source)).body.pipe(new PassThrough({ objectMode: true, highWaterMark: 8 }));
    const copies = Array.from({ length: 8 }, async () =>
      text(await http.send({ method: 'PUT', url: sink.url('/'), body: { length: bytes.length, open } })),
    );
    expect(await Promise.all(copies)).toEqual(Array(8).fill(digest(bytes)));
  });

  it('keeps what its reader keeps, while others pass by', async () => {
    const server = await startServer((request, response, count) =>
      (request.method === 'GET' ? giving : hashing)(request, response, count),
    );
    const http = client();
    const kept: Buffer[] = [];
    const { body } = await get(http, server);
    for await (const chunk of body) {
      kept.push(chunk);
      if (kept.length !== 3) continue;
      const passing = { length: bytes.length, open: async () => (await get(http, server)).body };
      await text(await http.send({ method: 'PUT', url: server.url('/'), body: passing }));
    }
    expect(digest(Buffer.concat(kept))).toBe(digest(bytes));
  });

  it('is read no faster than its reader takes it', async () => {
    let socket: Socket | undefined;
    const big = Buffer.alloc(8 * LARGE_BODY_BYTES);
    const server = await startServer((_request, response) => {
      socket = response.socket ?? undefined;
      response.writeHead(200, { 'content-length': big.length }).end(big);
    });
    const { body } = await get(client(), server);
    body.once('readable', () => {});
    let turns = 0;
    const written = (): number => (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
    for (let before = written(); turns < 500; turns = before === written() ? turns + 1 : 0) {
      before = written();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(body.readableLength).toBeLessThan(10);
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    expect(length).toBe(big.length);
  });

  it.each([
    ['by closing', (socket: Socket) => socket.end()],
    ['by a reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('that breaks off %s is an error of ours', async (_name, end) => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(1), () => end(response.socket as Socket));
    });
    await expect(
      get(client(), server).then((answer) => readBounded(answer, bytes.length, 'blob')),
    ).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} broke the connection off before all ${bytes.length} bytes were there.`,
    });
    await expectSoon(() => server.open() === 0);
  });

  it('ends where it was said to, whatever the server sends after it', async () => {
    const server = await startSocketServer((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        socket.write(Buffer.concat([bytes, Buffer.alloc(100_000, 'more')]));
      });
    });
    const answer = await get(client(), server);
    expect(digest(await readBounded(answer, bytes.length, 'blob'))).toBe(digest(bytes));
    await expectSoon(() => server.open() === 0);
  });

  it.each([
    {
      name: 'stalls',
      atHalf: (): void => {},
      expected: { code: 'UNREACHABLE', message: expect.stringContaining('sent no byte for 0.1 s') },
    },
    {
      name: 'is cancelled',
      atHalf: (control: AbortController) => control.abort(),
      expected: { code: 'CANCELLED' },
    },
  ])('that $name fails, and its connection is closed', async ({ atHalf, expected }) => {
    const half = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, LARGE_BODY_BYTES / 2));
    };
    const server = await startServer((_request, response) => half(response));
    const control = new AbortController();
    const http = client({ timeouts: { idle: 100 } });
    const { body } = await get(http, server, control.signal);
    let length = 0;
    body.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length === LARGE_BODY_BYTES / 2) atHalf(control);
    });
    const [error] = await once(body, 'error').catch((thrown: unknown) => [thrown]);
    expect(error).toMatchObject(expected);
    await expectSoon(() => server.open() === 0);
  });

  it('that nobody wants any more is not read on', async () => {
    const server = await startServer(giving);
    const { body } = await get(client(), server);
    body.destroy();
    await expectSoon(() => server.open() === 0);
  });
});
