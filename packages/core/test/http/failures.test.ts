import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SuiteError } from '../../src/errors.ts';
import { readBounded } from '../../src/http/body.ts';
import { explainFailure, isLasting, isUnsent } from '../../src/http/failure.ts';
import { client, closeAll } from './support/client.ts';
import { findClosedPort, startServer, startSocketServer } from './support/server.ts';
import { expectSoon } from './support/soon.ts';
import { stoppedClock, TestClock } from './support/test-clock.ts';

afterEach(closeAll);

const here = (port: number): URL => new URL(`http://127.0.0.1:${port}/v2/?token=geheim`);

function withCode(code: string): Error {
  return Object.assign(new Error('raw words'), { code });
}

describe('a failure in words', () => {
  const place = { host: 'reg.example', proxy: undefined, attempts: 1 };

  it.each([
    ['ENOTFOUND', 'reg.example cannot be reached: its name is not known to DNS.', 'spelling', false],
    ['EAI_AGAIN', 'reg.example cannot be reached: DNS did not answer.', 'DNS', false],
    [
      'ECONNREFUSED',
      'reg.example cannot be reached: nothing listens there (connection refused).',
      'port',
      false,
    ],
    ['ECONNRESET', 'reg.example cannot be reached: the connection was broken off.', 'Run again', false],
    ['EHOSTUNREACH', 'reg.example cannot be reached: no route leads there.', 'firewall', false],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'reg.example cannot be reached: its certificate is signed by an authority that is not trusted here (SELF_SIGNED_CERT_IN_CHAIN).',
      'ca-file',
      true,
    ],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'reg.example cannot be reached: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT).',
      'ca-file',
      true,
    ],
    [
      'CERT_HAS_EXPIRED',
      'reg.example cannot be reached: its certificate has expired (CERT_HAS_EXPIRED).',
      'Renew',
      true,
    ],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'reg.example cannot be reached: it does not speak TLS there (ERR_SSL_WRONG_VERSION_NUMBER).',
      'plain-http',
      true,
    ],
    [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'reg.example cannot be reached: TLS cannot be agreed on (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION).',
      'server you mean',
      true,
    ],
    ['ESTRANGE', 'reg.example cannot be reached: the connection failed (ESTRANGE).', 'Run again', false],
  ])('%s', (code, message, remedy, lasting) => {
    const failure = { kind: 'connection', error: withCode(code), sent: false, reused: false } as const;
    const error = explainFailure(failure, place);
    expect(error).toMatchObject({ code: 'UNREACHABLE', message, remedy: expect.stringContaining(remedy) });
    expect(isLasting(failure)).toBe(lasting);
    expect(isUnsent(failure)).toBe(true);
  });

  it('counts the attempts', () => {
    const failure = { kind: 'connection', error: withCode('EAI_AGAIN'), sent: false, reused: false } as const;
    expect(explainFailure(failure, { ...place, attempts: 6 }).message).toMatch(/\(6 attempts\)\.$/);
  });
});

describe('a server', () => {
  it('that nobody runs is unreachable after all attempts', async () => {
    const clock = new TestClock();
    const port = await findClosedPort();
    const sent = client({ clock, random: () => 1 }).send({ method: 'GET', url: here(port) });
    await expect(sent).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${port} cannot be reached: nothing listens there (connection refused) (6 attempts).`,
    });
    expect(clock.sleeps).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  it('that comes up meanwhile is reached', async () => {
    let connections = 0;
    const server = await startSocketServer((socket) => {
      connections += 1;
      if (connections < 3) socket.resetAndDestroy();
      else socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    });
    const answer = await client().send({ method: 'GET', url: server.url('/') });
    expect([answer.status, connections]).toEqual([204, 3]);
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', 'PROTOCOL_INVALID', /answered with bytes that are not HTTP/],
    ['is no status', 'HTTP/1.1 abc\r\n\r\n', 'PROTOCOL_INVALID', /not HTTP/],
    [
      'has two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      'PROTOCOL_INVALID',
      /not HTTP/,
    ],
    [
      'has a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'PROTOCOL_INVALID',
      /not HTTP/,
    ],
    [
      'has headers past the limit',
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
      'LIMIT_EXCEEDED',
      /more than the 65536 bytes/,
    ],
    [
      'has many headers past the limit',
      `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(50_000)}\r\n`,
      'LIMIT_EXCEEDED',
      /more than the 65536 bytes/,
    ],
  ])('whose answer %s is not asked again', async (_name, bytes, code, message) => {
    let connections = 0;
    const server = await startSocketServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.write(bytes));
    });
    const sent = client().send({ method: 'GET', url: here(server.port) });
    await expect(sent).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(sent).rejects.toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('geheim') }),
    );
    expect(connections).toBe(1);
    await expectSoon(() => server.open() === 0);
  });

  it('may have headers of up to the limit', async () => {
    const location = `/${'x'.repeat(50_000)}`;
    const server = await startServer((_request, response) => response.writeHead(201, { location }).end());
    const answer = await client().send({ method: 'PUT', url: server.url('/') });
    expect(answer.headers['location']).toBe(location);
    answer.body.resume();
  });

  it('that switches protocols unasked is an error', async () => {
    const server = await startSocketServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
    });
    const sent = client({ retry: { attempts: 1 } }).send({ method: 'GET', url: here(server.port) });
    await expect(sent).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expectSoon(() => server.open() === 0);
  });
});

describe('a timeout', () => {
  const once = { attempts: 1 };

  it('ends a TLS handshake that goes nowhere', async () => {
    const server = await startSocketServer((socket) => socket.resume());
    const http = client({ retry: once, timeouts: { connect: 40 } });
    const sent = http.send({ method: 'GET', url: new URL(`https://127.0.0.1:${server.port}/`) });
    await expect(sent).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} cannot be reached: no connection came about within 0 s.`,
    });
    await expectSoon(() => server.open() === 0);
  });

  it.each([
    ['without a body', undefined, { headers: 100, commit: 60_000 }],
    ['with one', Buffer.from('abc'), { headers: 60_000, commit: 100 }],
  ])('ends the wait for an answer to a request %s', async (_name, body, timeouts) => {
    const server = await startServer(() => {});
    const http = client({ retry: once, timeouts });
    await expect(http.send({ method: 'PUT', url: server.url('/'), body })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} did not answer within 0.1 s.`,
    });
    await expectSoon(() => server.open() === 0);
  });

  it('is followed by the next attempt', async () => {
    const server = await startServer((_request, response, count) => {
      if (count > 1) response.end('late');
    });
    const http = client({ timeouts: { headers: 40 } });
    const answer = await http.send({ method: 'GET', url: server.url('/') });
    expect((await readBounded(answer, 100, 'x')).toString()).toBe('late');
  });

  it('ends a server that takes no more bytes', async () => {
    const server = await startSocketServer((socket) => socket.pause());
    const http = client({ retry: once, timeouts: { idle: 100 } });
    const body = Buffer.alloc(64 * 1024 * 1024);
    await expect(http.send({ method: 'PUT', url: server.url('/'), body })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} took no byte for 0.1 s while it was being sent a body.`,
    });
  });

  it('ends an answer that stalls', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
    });
    const answer = await client({ timeouts: { idle: 100 } }).send({ method: 'GET', url: server.url('/') });
    await expect(readBounded(answer, 100, 'x')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `127.0.0.1:${server.port} sent no byte for 0.1 s in the middle of an answer.`,
    });
    await expectSoon(() => server.open() === 0);
  });

  it('does not blame a server for a slow reader', async () => {
    const length = 8 * 1024 * 1024;
    const server = await startServer((_request, response) => response.end(Buffer.alloc(length)));
    const { body } = await client({ timeouts: { idle: 30 } }).send({ method: 'GET', url: server.url('/') });
    let read = 0;
    for await (const chunk of body) {
      // Longer than the timeout, at the first chunk: the server has sent all that fits and waits.
      if (read === 0) await new Promise((resolve) => setTimeout(resolve, 120));
      read += chunk.length;
    }
    expect(read).toBe(length);
  });

  it('does not blame a server for a slow source', async () => {
    const server = await startServer((request, response) => {
      request.resume();
      request.once('end', () => response.end('x'));
    });
    const open = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from('ab');
          await new Promise((resolve) => setTimeout(resolve, 120));
          yield Buffer.from('cd');
        })(),
      );
    const http = client({ retry: once, timeouts: { idle: 30 } });
    const answer = await http.send({ method: 'PUT', url: server.url('/'), body: { length: 4, open } });
    expect(answer.status).toBe(200);
    answer.body.resume();
  });
});

describe('a cancelled request', () => {
  const CANCELLED = { name: 'SuiteError', code: 'CANCELLED' };

  it('does not even begin', async () => {
    const server = await startServer((_request, response) => response.end());
    const sent = client().send({ method: 'GET', url: server.url('/'), signal: AbortSignal.abort() });
    await expect(sent).rejects.toMatchObject(CANCELLED);
    expect([server.seen.length, server.connections()]).toEqual([0, 0]);
  });

  it('ends with the reason of the signal where that is an error of ours', async () => {
    const reason = new SuiteError('RAIL_EXCEEDED', 'Enough.');
    const sent = client().send({ method: 'GET', url: here(1), signal: AbortSignal.abort(reason) });
    await expect(sent).rejects.toBe(reason);
  });

  it.each([
    ['in the handshake', 'https', undefined],
    ['before the answer', 'http', undefined],
    ['in the middle of its body', 'http', Buffer.alloc(64 * 1024 * 1024)],
  ])('ends %s, and so does its connection', async (_name, scheme, body) => {
    const cancel = new AbortController();
    const server = await startSocketServer((socket) => {
      socket.once('data', () => {
        cancel.abort();
        if (body === undefined) return;
        // A socket that is not read does not see the other end close.
        setImmediate(() => socket.resume());
      });
    });
    const url = new URL(`${scheme}://127.0.0.1:${server.port}/`);
    await expect(client().send({ method: 'PUT', url, body, signal: cancel.signal })).rejects.toMatchObject(
      CANCELLED,
    );
    await expectSoon(() => server.open() === 0);
    expect(server.connections()).toBe(1);
  });

  it('ends its source', async () => {
    const cancel = new AbortController();
    const source = new Readable({ read() {} });
    const server = await startServer((request) => request.resume());
    const body = {
      length: 10,
      open: () => {
        setImmediate(() => cancel.abort());
        return source;
      },
    };
    const sent = client().send({ method: 'PUT', url: server.url('/'), body, signal: cancel.signal });
    await expect(sent).rejects.toMatchObject(CANCELLED);
    expect(source.destroyed).toBe(true);
  });

  it('ends while it waits to try again', async () => {
    const cancel = new AbortController();
    const server = await startServer((_request, response) => {
      response.writeHead(503).end();
      response.once('close', () => cancel.abort());
    });
    const sent = client({ clock: stoppedClock }).send({
      method: 'GET',
      url: server.url('/'),
      signal: cancel.signal,
    });
    await expect(sent).rejects.toMatchObject(CANCELLED);
    expect(server.seen).toHaveLength(1);
  });

  it('ends while it waits for its turn', async () => {
    const cancel = new AbortController();
    const server = await startServer((_request, response, count) => {
      cancel.abort();
      setImmediate(() => response.end(`${count}`));
    });
    const http = client({ concurrency: { start: 1, max: 1 } });
    const first = http.send({ method: 'GET', url: server.url('/1') });
    const second = http.send({ method: 'GET', url: server.url('/2'), signal: cancel.signal });
    await expect(second).rejects.toMatchObject(CANCELLED);
    (await first).body.resume();
    const third = await http.send({ method: 'GET', url: server.url('/3') });
    third.body.resume();
    expect(server.seen.map(({ path }) => path)).toEqual(['/1', '/3']);
  });

  it('breaks off its answer', async () => {
    const cancel = new AbortController();
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('12345');
    });
    const answer = await client().send({ method: 'GET', url: server.url('/'), signal: cancel.signal });
    const read = readBounded(answer, 100, 'x');
    cancel.abort();
    await expect(read).rejects.toMatchObject(CANCELLED);
    await expectSoon(() => server.open() === 0);
  });

  it('hears its signal with one listener, and no longer once it is done', async () => {
    const cancel = new AbortController();
    const server = await startServer((_request, response) => response.end('fine'));
    const http = client();
    const sent = Array.from({ length: 20 }, async () =>
      readBounded(await http.send({ method: 'GET', url: server.url('/'), signal: cancel.signal }), 100, 'x'),
    );
    expect(getEventListeners(cancel.signal, 'abort')).toHaveLength(1);
    await Promise.all(sent);
    await expectSoon(() => getEventListeners(cancel.signal, 'abort').length === 0);
    expect(server.seen).toHaveLength(20);
  });
});
