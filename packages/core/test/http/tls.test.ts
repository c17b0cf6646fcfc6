import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readBounded } from '../../src/http/body.ts';
import { createHttpClient, type HttpClientOptions } from '../../src/http/client.ts';
import { readCertificateFile } from '../../src/http/trust.ts';
import type { HttpClient } from '../../src/http/types.ts';
import { createAuthority, createIdentity } from './support/certificates.ts';
import { closeServers, type Handler, startServer } from './support/server.ts';
import { TestClock } from './support/test-clock.ts';

const authority = createAuthority('Test authority');
const stranger = createAuthority('Other authority');
const identity = createIdentity(authority, ['localhost', '127.0.0.1']);
const clients: HttpClient[] = [];
let directory = '';

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    userAgent: 'test/1',
    clock: new TestClock(),
    random: () => 0,
    environment: {},
    readMachineCertificates: () => [],
    ...options,
  });
  clients.push(made);
  return made;
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'http-tls-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

afterEach(async () => {
  for (const made of clients.splice(0)) made.close();
  await closeServers();
});

const ok: Handler = (_request, response) => response.end('fine');

async function get(http: HttpClient, url: URL): Promise<string> {
  return (await readBounded(await http.send({ method: 'GET', url }), 1000, 'answer')).toString();
}

describe('a TLS server', () => {
  it('of an unknown authority is refused at once, with the remedy', async () => {
    const clock = new TestClock();
    const server = await startServer(ok, identity);
    await expect(get(client({ clock }), server.url('/'))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/signed by an authority that is not known here|UNABLE_TO_VERIFY/),
      remedy: expect.stringContaining('`ca-file`'),
    });
    expect([clock.sleeps, server.seen]).toEqual([[], []]);
  });

  it('is trusted by a ca-file for everywhere, over one connection', async () => {
    const server = await startServer(ok, identity);
    const http = client({ certificates: { everywhere: file('a.pem', stranger.cert + authority.cert) } });
    expect([await get(http, server.url('/')), await get(http, server.url('/'))]).toEqual(['fine', 'fine']);
    expect(server.connections()).toBe(1);
  });

  it('is trusted by the ca-file of its host only', async () => {
    const server = await startServer(ok, identity);
    const other = await startServer(ok, identity);
    const hosts = new Map([[`127.0.0.1:${server.port}`, file('b.pem', authority.cert)]]);
    const http = client({ certificates: { hosts } });
    expect(await get(http, server.url('/'))).toBe('fine');
    await expect(get(http, other.url('/'))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('is trusted by the authorities of the machine, asked for only then', async () => {
    let asked = 0;
    const readMachineCertificates = (): string[] => {
      asked += 1;
      return [authority.cert];
    };
    const server = await startServer(ok, identity);
    const http = client({ readMachineCertificates });
    expect(asked).toBe(0);
    const answers = await Promise.all([1, 2, 3].map(() => get(http, server.url('/'))));
    expect(answers).toEqual(['fine', 'fine', 'fine']);
    expect(asked).toBeGreaterThan(0);
  });

  it.each([
    ['has expired', () => createIdentity(authority, ['127.0.0.1'], '210101000000Z'), 'has expired'],
    ['is made out to another name', () => createIdentity(authority, ['other.example']), 'another name'],
  ])('whose certificate %s is refused at once', async (_name, make, words) => {
    const server = await startServer(ok, make());
    const http = client({ certificates: { everywhere: file('c.pem', authority.cert) } });
    await expect(get(http, server.url('/'))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(words),
    });
    expect(server.seen).toEqual([]);
  });

  it('that has no TLS is named so', async () => {
    const server = await startServer(ok);
    await expect(get(client(), new URL(`https://127.0.0.1:${server.port}/`))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('does not speak TLS'),
      remedy: expect.stringContaining('plain-http'),
    });
  });

  it('does not redirect to plain HTTP', async () => {
    const plain = await startServer(ok);
    const server = await startServer(
      (_request, response) => response.writeHead(307, { location: plain.url('/').href }).end(),
      identity,
    );
    const http = client({ certificates: { everywhere: file('d.pem', authority.cert) } });
    await expect(get(http, server.url('/'))).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
      message: expect.stringContaining('give up encryption'),
    });
    expect(plain.seen).toEqual([]);
  });

  it('answers early, and that counts', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(413, { 'content-length': 3, connection: 'close' }).end('big');
    }, identity);
    const http = client({ certificates: { everywhere: file('e.pem', authority.cert) } });
    const body = Buffer.alloc(64 * 1024 * 1024);
    const answer = await http.send({ method: 'PUT', url: server.url('/'), body, retry: false });
    expect([answer.status, (await readBounded(answer, 10, 'x')).toString()]).toEqual([413, 'big']);
  });
});

describe('a certificate file', () => {
  it('may hold several, and text between them', () => {
    const path = file('several.pem', `# ours\n${authority.cert}\r\nsubject=x\n${stranger.cert}`);
    expect(readCertificateFile(path)).toHaveLength(2);
  });

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['holds something else', 'not a certificate'],
    ['holds a key', authority.key],
    ['holds a broken one', authority.cert.replace(/M/g, 'N')],
    ['is huge', 'x'.repeat(4 * 1024 * 1024 + 1)],
  ])('that %s is an error that names it', (_name, content) => {
    const path = content === undefined ? join(directory, 'nowhere.pem') : file('bad.pem', content);
    const make = (): unknown => client({ certificates: { everywhere: path } });
    expect(make).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(path) }),
    );
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining('PRIVATE') }));
  });
});
