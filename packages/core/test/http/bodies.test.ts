import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SuiteError } from '../../src/errors.ts';
import { discard, readBounded, readJson } from '../../src/http/body.ts';
import type { HttpResponse } from '../../src/http/types.ts';
import { client, closeAll } from './support/client.ts';
import { type Handler, startServer, startSocketServer } from './support/server.ts';
import { expectSoon } from './support/soon.ts';

const MEGABYTE = 1024 * 1024;
afterEach(closeAll);

/** Bytes that differ all along, so that a lost or doubled piece shows. */
function patterned(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
}

/** A stream's factory that remembers what it opened. */
interface Source {
  readonly length: number;
  readonly opened: Readable[];
  readonly open: () => Readable;
}

function streamed(bytes: Buffer, chunk = 65_536): Source {
  const opened: Readable[] = [];
  return {
    length: bytes.length,
    opened,
    open: () => {
      const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_none, index) =>
        bytes.subarray(index * chunk, (index + 1) * chunk),
      );
      const source = Readable.from(chunks);
      opened.push(source);
      return source;
    },
  };
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Answers 201 with the hash of what came. */
const hashing: Handler = (request, response) => {
  const hash = createHash('sha256');
  request.on('data', (chunk: Buffer) => hash.update(chunk));
  request.once('end', () => response.writeHead(201).end(hash.digest('hex')));
};

async function text(response: HttpResponse): Promise<string> {
  return (await readBounded(response, 100_000, 'answer')).toString('utf8');
}

describe('a body on its way out', () => {
  const bytes = patterned(9 * MEGABYTE + 3);

  it.each([
    ['one array', bytes],
    ['a stream of small chunks', streamed(bytes, 1000)],
    ['a stream of big chunks', streamed(bytes, 3 * MEGABYTE)],
    ['an empty stream', streamed(Buffer.alloc(0))],
    ['a stream opened later', { length: bytes.length, open: async () => streamed(bytes).open() }],
  ])('arrives whole, of announced length: %s', async (_name, body) => {
    const server = await startServer(hashing);
    const answer = await client().send({ method: 'PUT', url: server.url('/'), body });
    expect(await text(answer)).toBe(digest(body.length === 0 ? Buffer.alloc(0) : bytes));
    expect(server.seen[0]?.headers).toMatchObject({ 'content-length': `${body.length}` });
    expect(server.seen[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('is read no faster than the server takes it', async () => {
    let release = (): void => {};
    const server = await startServer((request, response) => {
      release = () => {
        request.resume();
        request.once('end', () => response.end());
      };
    });
    let read = 0;
    const total = 64 * MEGABYTE;
    const chunk = Buffer.alloc(65_536);
    const open = (): Readable =>
      new Readable({
        read() {
          read += chunk.length;
          this.push(read <= total ? chunk : null);
        },
      });
    const sent = client().send({ method: 'PUT', url: server.url('/'), body: { length: total, open } });
    await expectSoon(() => server.seen.length === 1);
    let turns = 0;
    for (let before = read; turns < 500; turns = before === read ? turns + 1 : 0) {
      before = read;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What fits into the kernel's buffers on both sides, some megabytes on loopback.
    expect(read).toBeLessThan(32 * MEGABYTE);
    release();
    await text(await sent);
    expect(read).toBeGreaterThan(total);
  });

  it('is opened anew for each attempt', async () => {
    const body = streamed(patterned(MEGABYTE));
    const server = await startServer((request, response, count) => {
      request.resume();
      request.once('end', () => response.writeHead(count < 3 ? 503 : 201).end());
    });
    const answer = await client().send({ method: 'PUT', url: server.url('/'), body });
    expect([answer.status, body.opened.length]).toEqual([201, 3]);
  });

  it('is sent again when the connection is reset at 99 %', async () => {
    const body = streamed(bytes);
    const server = await startServer((request, response, count) => {
      if (count > 1) {
        hashing(request, response, count);
        return;
      }
      let seen = 0;
      request.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > bytes.length * 0.99) request.socket.resetAndDestroy();
      });
    });
    const answer = await client().send({ method: 'PUT', url: server.url('/'), body });
    expect([await text(answer), body.opened.length]).toEqual([digest(bytes), 2]);
    await expectSoon(() => body.opened.every((source) => source.destroyed));
  });

  it('is not sent again where the caller forbids it', async () => {
    const server = await startServer((request) => {
      request.once('data', () => request.socket.resetAndDestroy());
    });
    const body = streamed(bytes);
    const sent = client().send({ method: 'PUT', url: server.url('/'), body, retry: false });
    await expect(sent).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} cannot be reached: the connection was broken off.`,
    });
    expect(body.opened).toHaveLength(1);
  });

  it('is not opened for a server that cannot be reached', async () => {
    const server = await startSocketServer(() => {});
    await server.close();
    const body = streamed(bytes);
    const sent = client({ retry: { attempts: 2 } }).send({ method: 'PUT', url: server.url('/'), body });
    await expect(sent).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(body.opened).toEqual([]);
  });

  it.each([
    ['too short', MEGABYTE + 1, 'has only 1048576'],
    ['too long', MEGABYTE - 1, 'has more'],
  ])('is an error when its source is %s, at the first attempt', async (_name, length, words) => {
    const server = await startServer(hashing);
    const body = { ...streamed(patterned(MEGABYTE)), length };
    const sent = client().send({ method: 'PUT', url: server.url('/'), body });
    await expect(sent).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining(words),
    });
    expect(server.seen.length).toBeLessThanOrEqual(1);
    await expectSoon(() => server.open() === 0);
  });

  it.each([
    [
      'our error',
      () => new SuiteError('DIGEST_MISMATCH', 'It hashes to something else.'),
      'DIGEST_MISMATCH',
      1,
    ],
    ['an unreachable source', () => new SuiteError('UNREACHABLE', 'The source is away.'), 'UNREACHABLE', 3],
    ['an error of a file', () => new Error('EIO'), 'UNREACHABLE', 1],
  ])('fails with what its source fails with: %s', async (_name, fault, code, attempts) => {
    const server = await startServer(hashing);
    let opened = 0;
    const open = (): Readable => {
      opened += 1;
      return Readable.from(
        (async function* () {
          yield Buffer.alloc(1000);
          throw fault();
        })(),
      );
    };
    const sent = client({ retry: { attempts: 3 } }).send({
      method: 'PUT',
      url: server.url('/'),
      body: { length: 2000, open },
    });
    await expect(sent).rejects.toMatchObject({ code });
    expect(opened).toBe(attempts);
  });

  it('that cannot be opened is that error', async () => {
    const server = await startServer(hashing);
    const open = async (): Promise<Readable> => {
      throw new SuiteError('NOT_FOUND', 'There is no such blob.');
    };
    const sent = client().send({ method: 'PUT', url: server.url('/'), body: { length: 1, open } });
    await expect(sent).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expectSoon(() => server.open() === 0);
  });

  it('whose source closes in the middle is an error, and not waited for', async () => {
    const server = await startServer(hashing);
    const open = (): Readable => {
      const source = new Readable({ read() {} });
      source.push(Buffer.alloc(10));
      setImmediate(() => source.destroy());
      return source;
    };
    const http = client({ retry: { attempts: 1 } });
    const sent = http.send({ method: 'PUT', url: server.url('/'), body: { length: 20, open } });
    await expect(sent).rejects.toThrow('broke off after 10 of 20');
  });
});

describe('an answer before the body is sent', () => {
  const endless = (): Source => {
    const chunk = Buffer.alloc(65_536);
    const opened: Readable[] = [];
    return {
      length: 1024 * MEGABYTE,
      opened,
      open: () => {
        const source = new Readable({
          read() {
            this.push(chunk);
          },
        });
        opened.push(source);
        return source;
      },
    };
  };
  const HEAD = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\nWWW-Authenticate: Bearer x\r\n\r\nnope!';

  it.each([
    ['and hangs up', (socket: Socket) => socket.write(HEAD, () => socket.destroy())],
    ['and resets', (socket: Socket) => socket.write(HEAD, () => socket.resetAndDestroy())],
    ['and half-closes', (socket: Socket) => socket.end(HEAD, () => socket.resume())],
    ['and goes on reading', (socket: Socket) => socket.resume() && socket.write(HEAD)],
  ])('counts when the server says it %s', async (_name, answer) => {
    const server = await startSocketServer((socket) => {
      socket.once('data', () => {
        socket.pause();
        answer(socket);
      });
    });
    const http = client();
    for (let turn = 0; turn < 20; turn += 1) {
      const body = endless();
      const response = await http.send({ method: 'PUT', url: server.url('/'), body, retry: false });
      // At once, not only when its body has been read.
      expect(body.opened.map((source) => source.destroyed)).toEqual([true]);
      expect([response.status, response.headers['www-authenticate'], await text(response)]).toEqual([
        401,
        'Bearer x',
        'nope!',
      ]);
    }
    await expectSoon(() => server.open() === 0);
  });

  it('that agrees lets the rest of the body be sent', async () => {
    const bytes = patterned(8 * MEGABYTE);
    const server = await startServer((request, response) => {
      const hash = createHash('sha256');
      response.writeHead(201);
      response.write('hash: ', () => {
        request.on('data', (chunk: Buffer) => hash.update(chunk));
        request.once('end', () => response.end(hash.digest('hex')));
      });
    });
    const answer = await client().send({ method: 'PUT', url: server.url('/'), body: streamed(bytes) });
    expect(await text(answer)).toBe(`hash: ${digest(bytes)}`);
  });

  it('survives that our next write fails first', async () => {
    // On a thread of its own, the server hangs up between two of our writes.
    const server = new Worker(new URL('./support/hang-up-server.mjs', import.meta.url));
    try {
      const port = await new Promise((resolve) => server.once('message', resolve));
      const url = new URL(`http://127.0.0.1:${port}/`);
      const http = client();
      for (let turn = 0; turn < 50; turn += 1) {
        const response = await http.send({ method: 'PUT', url, body: endless(), retry: false });
        expect([response.status, await text(response)]).toEqual([401, 'nope!']);
      }
    } finally {
      await server.terminate();
    }
  });

  it.each([401, 413, 201])('counts for one array, too: %i', async (status) => {
    const server = await startServer((_request, response) => {
      response.writeHead(status, { 'content-length': 0 }).end();
    });
    const body = Buffer.alloc(64 * MEGABYTE);
    const answer = await client().send({ method: 'PUT', url: server.url('/'), body, retry: false });
    expect(answer.status).toBe(status);
    await expectSoon(() => server.open() === 0);
  });
});

describe('a body on its way in', () => {
  const bytes = patterned(5 * MEGABYTE + 1);

  it('comes whole', async () => {
    const server = await startServer((_request, response) => response.end(bytes));
    const answer = await client().send({ method: 'GET', url: server.url('/') });
    expect(digest(await readBounded(answer, bytes.length, 'blob'))).toBe(digest(bytes));
  });

  it('flows from one server into another', async () => {
    const source = await startServer((_request, response) => response.end(bytes));
    const sink = await startServer(hashing);
    const http = client();
    const body = {
      length: bytes.length,
      open: async () => (await http.send({ method: 'GET', url: source.url('/') })).body,
    };
    const copies = Array.from({ length: 12 }, async () =>
      text(await http.send({ method: 'PUT', url: sink.url('/'), body })),
    );
    expect(await Promise.all(copies)).toEqual(Array(12).fill(digest(bytes)));
  });

  it('flows from a host to itself, though its window is one', async () => {
    const server = await startServer((request, response, count) =>
      request.method === 'GET' ? response.end(bytes) : hashing(request, response, count),
    );
    const http = client({ concurrency: { start: 1, max: 1 } });
    const body = {
      length: bytes.length,
      open: async () => (await http.send({ method: 'GET', url: server.url('/') })).body,
    };
    const copies = Array.from({ length: 4 }, async () =>
      text(await http.send({ method: 'PUT', url: server.url('/'), body })),
    );
    expect(await Promise.all(copies)).toEqual(Array(4).fill(digest(bytes)));
  });

  it.each([
    ['by closing', (socket: Socket) => socket.end()],
    ['by a reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('that breaks off at 99 %% %s is an error of ours, however it is read', async (_name, end) => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write(Buffer.alloc(990), () => end(response.socket as Socket));
    });
    const http = client();
    const get = () => http.send({ method: 'GET', url: server.url('/') });
    const expected = {
      name: 'SuiteError',
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} broke the connection off before all 1000 bytes were there.`,
    };
    await expect(get().then(text)).rejects.toMatchObject(expected);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await expect(get().then(({ body }) => pipeline(body, nowhere))).rejects.toMatchObject(expected);
    const late = await get();
    await expectSoon(() => late.body.destroyed || late.body.readableLength === 990);
    await expect(text(late)).rejects.toMatchObject(expected);
  });

  it('without a length is whole only with its last chunk', async () => {
    const server = await startServer((_request, response) => {
      response.write('half', () => response.socket?.destroy());
    });
    const answer = await client().send({ method: 'GET', url: server.url('/') });
    await expect(text(answer)).rejects.toThrow('before the end of its answer');
  });

  it('is read no further than its limit', async () => {
    const server = await startServer((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': 5000 });
      for (let part = 0; part < 50; part += 1) response.write(Buffer.alloc(100));
      response.end();
    });
    const read = async (path: string) =>
      readBounded(await client().send({ method: 'GET', url: server.url(path) }), 4999, 'tag list of h/a');
    await expect(read('/announced')).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'The tag list of h/a has 5000 bytes, more than the 4999 allowed.',
    });
    await expect(read('/chunked')).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'The tag list of h/a has more than the 4999 bytes allowed.',
    });
    await expectSoon(() => server.open() === 0);
  });

  it('is read as JSON, and refused when it is HTML', async () => {
    const server = await startServer((request, response) => {
      response.end(request.url === '/json' ? '{"tags":["1.0"]}' : '<html>Log in</html>');
    });
    const get = async (path: string) =>
      readJson(await client().send({ method: 'GET', url: server.url(path) }), 1000, 'tag list of h/a');
    expect(await get('/json')).toEqual({ tags: ['1.0'] });
    await expect(get('/html')).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });
});

describe('an answer nobody wants', () => {
  it.each([
    ['short', (response: ServerResponse) => response.end('x'.repeat(60_000)), 1],
    ['long', (response: ServerResponse) => response.end(Buffer.alloc(100_000)), 2],
    [
      'long without saying so',
      (response: ServerResponse) => {
        response.write(Buffer.alloc(50_000));
        response.end(Buffer.alloc(50_000));
      },
      2,
    ],
  ])('is discarded: when %s', async (_name, answer, connections) => {
    const server = await startServer((_request, response) => {
      answer(response);
    });
    const http = client();
    for (let turn = 0; turn < 2; turn += 1) {
      await discard(await http.send({ method: 'GET', url: server.url('/') }));
    }
    expect(server.connections()).toBe(connections);
  });

  it('is cut off when it dawdles', async () => {
    const server = await startServer((_request, response) => {
      response.write('x');
    });
    await discard(await client().send({ method: 'GET', url: server.url('/') }));
    await expectSoon(() => server.open() === 0);
  });

  it('may break, be read or destroyed before, and is still discarded', async () => {
    const server = await startServer((request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      if (request.url === '/breaks') response.write('x', () => response.socket?.destroy());
      else response.end('0123456789');
    });
    const http = client();
    const get = (path: string) => http.send({ method: 'GET', url: server.url(path) });
    await discard(await get('/breaks'));
    const read = await get('/whole');
    await text(read);
    await discard(read);
    const destroyed = await get('/whole');
    destroyed.body.destroy();
    await discard(destroyed);
    expect(server.seen).toHaveLength(3);
  });
});
