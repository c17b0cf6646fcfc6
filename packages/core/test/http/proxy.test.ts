import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readBounded } from '../../src/http/body.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/http/client.ts';
import type { HttpClient } from '../../src/http/types.ts';
import { createAuthority, createIdentity } from './support/certificates.ts';
import { closeProxies, startProxy } from './support/proxy.ts';
import {
  closeServers,
  findClosedPort,
  type Handler,
  startServer,
  startSocketServer,
} from './support/server.ts';
import { expectSoon } from './support/soon.ts';
import { TestClock } from './support/test-clock.ts';

const authority = createAuthority('Test authority');
const identity = createIdentity(authority, ['registry.test']);
const clients: HttpClient[] = [];
let directory = '';

function client(environment: Record<string, string>, options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    userAgent: 'test/1',
    clock: new TestClock(),
    random: () => 0,
    environment,
    certificates: { everywhere: join(directory, 'ca.pem') },
    readMachineCertificates: () => [],
    ...options,
  });
  clients.push(made);
  return made;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'http-proxy-'));
  writeFileSync(join(directory, 'ca.pem'), authority.cert);
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

afterEach(async () => {
  for (const made of clients.splice(0)) made.close();
  await closeProxies();
  await closeServers();
});

const ok: Handler = (_request, response) => response.end('fine');

async function get(http: HttpClient, url: string): Promise<string> {
  const headers = { authorization: 'Bearer geheim' };
  const answer = await http.send({ method: 'GET', url: new URL(url), headers });
  return (await readBounded(answer, 1000, 'answer')).toString();
}

describe('through a proxy', () => {
  it('https goes by CONNECT, encrypted to its end, over one tunnel', async () => {
    const server = await startServer(ok, identity);
    const proxy = await startProxy();
    const http = client({ HTTPS_PROXY: `http://me:ge%40heim@127.0.0.1:${proxy.port}` });
    const url = `https://registry.test:${server.port}/v2/`;
    expect([await get(http, url), await get(http, url)]).toEqual(['fine', 'fine']);
    expect(proxy.asked).toEqual([`CONNECT registry.test:${server.port}`]);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('me:ge@heim').toString('base64')}`]);
    expect(server.seen[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(server.seen[0]?.headers).toMatchObject({
      host: `registry.test:${server.port}`,
      authorization: 'Bearer geheim',
    });
    expect(http.statistics.requests).toBe(2);
  });

  it('a large body goes and comes whole', async () => {
    const bytes = Buffer.alloc(5_000_001, 'abc');
    const server = await startServer((request, response) => {
      request.pipe(response.writeHead(200, { 'content-length': bytes.length }));
    }, identity);
    const proxy = await startProxy();
    const http = client({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    const url = new URL(`https://registry.test:${server.port}/`);
    const answer = await http.send({ method: 'PUT', url, body: bytes });
    expect((await readBounded(answer, bytes.length, 'x')).equals(bytes)).toBe(true);
  });

  it('http goes by the whole address', async () => {
    const server = await startServer(ok);
    const proxy = await startProxy();
    const http = client({ http_proxy: `me:geheim@127.0.0.1:${proxy.port}` });
    const url = `http://registry.test:${server.port}/v2/?n=1`;
    expect(await get(http, url)).toBe('fine');
    expect(proxy.asked).toEqual([`GET ${url}`]);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('me:geheim').toString('base64')}`]);
    expect(server.seen[0]).toMatchObject({
      path: '/v2/?n=1',
      headers: { host: `registry.test:${server.port}` },
    });
  });

  it('goes nothing that NO_PROXY exempts, and nothing to loopback', async () => {
    const server = await startServer(ok);
    const proxy = await startProxy();
    const http = client({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    expect(await get(http, server.url('/').href)).toBe('fine');
    expect(proxy.asked).toEqual([]);
  });

  it('a certificate for another name is refused as without one', async () => {
    const server = await startServer(ok, identity);
    const proxy = await startProxy();
    const http = client({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    await expect(get(http, `https://other.test:${server.port}/`)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('made out to another name'),
    });
    expect(server.seen).toEqual([]);
  });

  it.each([
    [407, 'it wants a user and password', 'USER:PASSWORD', 1],
    [403, 'refused the way with 403', 'Allow registry.test', 1],
    [502, 'refused the way with 502', 'NO_PROXY', 3],
  ])(
    'that refuses with %i, the error is its own and not the target’s',
    async (refuse, words, remedy, attempts) => {
      const proxy = await startProxy({ refuse });
      const http = client(
        { HTTPS_PROXY: `http://me:geheim@127.0.0.1:${proxy.port}` },
        { retry: { attempts: 3 } },
      );
      const sent = get(http, 'https://registry.test/v2/');
      await expect(sent).rejects.toMatchObject({
        code: 'UNREACHABLE',
        message: expect.stringContaining(words),
        remedy: expect.stringContaining(remedy),
      });
      await expect(sent).rejects.toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('geheim') }),
      );
      expect(proxy.asked).toHaveLength(attempts);
    },
  );

  it('that is not there, both hosts are named', async () => {
    const port = await findClosedPort();
    const http = client({ HTTPS_PROXY: `http://127.0.0.1:${port}` }, { retry: { attempts: 1 } });
    await expect(get(http, 'https://registry.test/v2/')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `registry.test cannot be reached because the proxy 127.0.0.1:${port} cannot: nothing listens there (connection refused).`,
      remedy: expect.stringContaining('HTTPS_PROXY'),
    });
  });

  it('that never answers, the attempt ends, and nothing stays open', async () => {
    const silent = await startSocketServer((socket) => socket.resume());
    const http = client(
      { HTTPS_PROXY: `http://127.0.0.1:${silent.port}` },
      { retry: { attempts: 1 }, timeouts: { connect: 40 } },
    );
    await expect(get(http, 'https://registry.test/v2/')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(`127.0.0.1:${silent.port}`),
    });
    await expectSoon(() => silent.open() === 0);
    expect(silent.connections()).toBe(1);
  });

  it.each([
    ['speaks before its turn', 'HTTP/1.1 200 OK\r\n\r\nsmuggled'],
    ['has endless headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
    ['is none', 'SSH-2.0-OpenSSH\r\n'],
  ])('that %s, the attempt ends', async (_name, bytes) => {
    const proxy = await startSocketServer((socket) => {
      socket.once('data', () => socket.write(bytes));
    });
    const http = client({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }, { retry: { attempts: 1 } });
    await expect(get(http, 'https://registry.test/v2/')).rejects.toMatchObject({ name: 'SuiteError' });
    await expectSoon(() => proxy.open() === 0);
    expect(proxy.connections()).toBe(1);
  });

  it('a wrong variable is an error of input', async () => {
    const http = client({ HTTPS_PROXY: 'socks5://me:geheim@p' });
    await expect(get(http, 'https://registry.test/v2/')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('a cancelled request ends while the proxy is silent', async () => {
    const cancel = new AbortController();
    const silent = await startSocketServer((socket) => socket.once('data', () => cancel.abort()));
    const http = client({ HTTPS_PROXY: `http://127.0.0.1:${silent.port}` }, { timeouts: { connect: 100 } });
    const sent = http.send({ method: 'GET', url: new URL('https://registry.test/'), signal: cancel.signal });
    await expect(sent).rejects.toMatchObject({ code: 'CANCELLED' });
    await expectSoon(() => silent.open() === 0);
    expect(silent.connections()).toBe(1);
  });
});
