import { afterEach, describe, expect, it } from '@jest/globals';
import { readBounded, readJson } from '../../src/http/body.ts';
import { describeTrace, type HttpTraceEvent } from '../../src/http/trace.ts';
import type { HttpMethod, HttpResponse } from '../../src/http/types.ts';
import { client, closeAll } from './support/client.ts';
import { type Handler, startServer } from './support/server.ts';
import { expectSoon } from './support/soon.ts';
import { TestClock } from './support/test-clock.ts';

afterEach(closeAll);

async function text(response: HttpResponse): Promise<string> {
  return (await readBounded(response, 100_000, 'answer')).toString('utf8');
}

const ok: Handler = (_request, response) => response.end('fine');

/** Answers with these, and with the last for ever. */
function script(
  ...answers: readonly (readonly [status: number, headers?: Record<string, string>])[]
): Handler {
  return (request, response, count) => {
    const [status, headers] = answers[Math.min(count, answers.length) - 1] ?? [200];
    request.resume();
    request.once('end', () => response.writeHead(status, headers).end(`answer ${count}`));
  };
}

describe('a request', () => {
  it('goes out with what it needs and nothing that contradicts it', async () => {
    const server = await startServer(ok);
    const url = server.url('/v2/a%2Fb/?x=%2f+y&z#part');
    const headers = {
      Accept: 'a/b',
      'Content-Length': '99',
      'transfer-encoding': 'chunked',
      Host: 'elsewhere',
    };
    await text(await client().send({ method: 'GET', url, headers }));
    expect(server.seen).toEqual([
      {
        method: 'GET',
        path: '/v2/a%2Fb/?x=%2f+y&z',
        connection: 1,
        headers: {
          host: url.host,
          connection: 'keep-alive',
          accept: 'a/b',
          'accept-encoding': 'identity',
          'user-agent': 'test/1',
        },
      },
    ]);
  });

  it.each([
    ['GET', undefined, undefined],
    ['HEAD', undefined, undefined],
    ['DELETE', undefined, undefined],
    ['POST', undefined, '0'],
    ['PUT', undefined, '0'],
    ['PATCH', undefined, '0'],
    ['POST', Buffer.from('abc'), '3'],
    ['PUT', new Uint8Array(0), '0'],
  ] as const)('%s with body %s announces length %s, and is never chunked', async (method, body, length) => {
    const server = await startServer(ok);
    await text(await client().send({ method, url: server.url('/'), body }));
    expect(server.seen[0]?.headers['content-length']).toBe(length);
    expect(server.seen[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  it('gets the answer as it is: status, headers joined, body and address', async () => {
    const server = await startServer((_request, response) => {
      response.setHeader('Warning', ['299 - "a"', '299 - "b"']);
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.setHeader('X-Odd', 'yes');
      response.writeHead(418, { 'Content-Length': 15 }).end('short and stout');
    });
    const answer = await client().send({ method: 'GET', url: server.url('/pot') });
    expect(answer).toMatchObject({
      status: 418,
      url: server.url('/pot'),
      headers: {
        warning: '299 - "a", 299 - "b"',
        'set-cookie': 'a=1, b=2',
        'x-odd': 'yes',
        'content-length': '15',
      },
    });
    expect(Object.getPrototypeOf(answer.headers)).toBeNull();
    expect(await text(answer)).toBe('short and stout');
  });

  it('leaves an encoding that nobody asked for to its caller', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not really');
    });
    const send = () => client().send({ method: 'GET', url: server.url('/') });
    const answer = await send();
    expect([answer.headers['content-encoding'], await text(answer)]).toEqual(['gzip', 'not really']);
    await expect(readJson(await send(), 100, 'tag list of h/a')).rejects.toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID', message: expect.stringContaining('"gzip"') }),
    );
  });

  it.each([
    ['HEAD', 200, { 'content-length': '123456789' }],
    ['GET', 200, { 'content-length': '0' }],
    ['GET', 204, {}],
    ['GET', 304, {}],
  ] as const)(
    'by %s answered with %i frees its connection though nobody reads the body',
    async (method, status, headers) => {
      const server = await startServer((_request, response) => {
        response.writeHead(status, headers).end();
      });
      const http = client();
      for (let turn = 0; turn < 3; turn += 1) {
        const answer = await http.send({ method, url: server.url('/') });
        if (turn === 2) expect(await answer.body.toArray()).toEqual([]);
      }
      expect(server.connections()).toBe(1);
    },
  );

  it('uses a kept connection again, and counts what went over it', async () => {
    const server = await startServer(ok);
    const http = client();
    for (let turn = 0; turn < 5; turn += 1) {
      await text(await http.send({ method: 'PUT', url: server.url('/'), body: Buffer.alloc(1000) }));
    }
    expect(server.connections()).toBe(1);
    const { requests, bytesSent, bytesReceived } = http.statistics;
    expect(requests).toBe(5);
    expect(bytesSent).toBeGreaterThan(5000);
    expect(bytesSent).toBeLessThan(7000);
    expect(bytesReceived).toBeGreaterThan(5 * 4);
    http.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(http.statistics.bytesSent).toBe(bytesSent);
  });

  it('that cannot be written into HTTP is an error that does not show its header', async () => {
    const server = await startServer(ok);
    const headers = { authorization: 'Bearer geheim\n' };
    await expect(client().send({ method: 'GET', url: server.url('/'), headers })).rejects.toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.not.stringContaining('geheim') }),
    );
  });

  it('keeps to the window of its host', async () => {
    let underWay = 0;
    let most = 0;
    const server = await startServer((_request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setImmediate(() => {
        underWay -= 1;
        response.end('x');
      });
    });
    const http = client({ concurrency: { start: 2, max: 3 } });
    const sendOne = async () => text(await http.send({ method: 'GET', url: server.url('/') }));
    await Promise.all(Array.from({ length: 40 }, sendOne));
    expect(most).toBeLessThanOrEqual(3);
    expect(most).toBeGreaterThan(1);
    expect(server.connections()).toBeLessThanOrEqual(4);
  });
});

describe('a retry', () => {
  it.each([408, 429, 500, 502, 503, 504])('comes after %i, and gets the answer', async (status) => {
    const server = await startServer(script([status], [status], [200]));
    const answer = await client().send({ method: 'GET', url: server.url('/') });
    expect([answer.status, await text(answer), server.seen.length]).toEqual([200, 'answer 3', 3]);
  });

  it('uses the connection of the answer it throws away', async () => {
    const server = await startServer(script([503], [503], [200]));
    await text(await client().send({ method: 'GET', url: server.url('/') }));
    expect(server.connections()).toBe(1);
  });

  it.each([429, 503])('ends with the last %i, readable', async (status) => {
    const server = await startServer(script([status]));
    const answer = await client().send({ method: 'GET', url: server.url('/') });
    expect([answer.status, await text(answer), server.seen.length]).toEqual([status, 'answer 6', 6]);
  });

  it.each([
    ['POST', undefined, 503, 1],
    ['POST', undefined, 429, 6],
    ['POST', true, 503, 6],
    ['PUT', undefined, 503, 6],
    ['PUT', false, 503, 1],
    ['GET', false, 429, 1],
  ] as const)('of %s with retry %s after %i: %i attempts', async (method, retry, status, attempts) => {
    const server = await startServer(script([status]));
    const body = method === 'GET' ? undefined : Buffer.from('abc');
    const answer = await client().send({ method, url: server.url('/'), body, retry });
    expect([answer.status, server.seen.length]).toEqual([status, attempts]);
    await text(answer);
  });

  it('waits with jitter under a ceiling that doubles', async () => {
    const clock = new TestClock();
    const server = await startServer(script([500]));
    await text(await client({ clock, random: () => 0.5 }).send({ method: 'GET', url: server.url('/') }));
    expect(clock.sleeps).toEqual([250, 500, 1000, 2000, 4000]);
  });

  it.each([
    ['seconds', '30'],
    ['a date', 'Thu, 01 Jan 2026 00:00:30 GMT'],
  ])('waits as long as Retry-After says: %s', async (_name, value) => {
    const clock = new TestClock();
    const server = await startServer((_request, response, count) => {
      response.sendDate = false;
      response.writeHead(count === 1 ? 429 : 200, count === 1 ? { 'retry-after': value } : {}).end();
    });
    const answer = await client({ clock }).send({ method: 'GET', url: server.url('/') });
    expect([answer.status, clock.sleeps]).toEqual([200, [30_000]]);
  });

  it('is not waited for past the patience, and the error names both waits and the moment', async () => {
    const clock = new TestClock();
    const server = await startServer(script([429, { 'retry-after': '7200' }]));
    const sent = client({ clock }).send({ method: 'GET', url: server.url('/') });
    await expect(sent).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: `127.0.0.1:${server.port} asks to wait 2 h 0 min before it is asked again, and a request waits 5 min 0 s at most.`,
      remedy: expect.stringContaining('2026-01-01T02:00:00Z'),
    });
    expect([clock.sleeps, server.seen.length]).toEqual([[], 1]);
  });

  it('is not waited for past the patience in several waits either', async () => {
    const clock = new TestClock();
    const server = await startServer(script([429, { 'retry-after': '120' }]));
    const sent = client({ clock }).send({ method: 'GET', url: server.url('/') });
    await expect(sent).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect([clock.sleeps, server.seen.length]).toEqual([[120_000, 120_000], 3]);
  });

  it('makes every request to the host wait, not those to others', async () => {
    const clock = new TestClock();
    const busy = await startServer(script([429, { 'retry-after': '60' }], [200]));
    const idle = await startServer(ok);
    const http = client({ clock });
    const limited = await http.send({ method: 'GET', url: busy.url('/a'), retry: false });
    expect(limited.status).toBe(429);
    await text(limited);
    await text(await http.send({ method: 'GET', url: idle.url('/') }));
    expect(clock.sleeps).toEqual([]);
    await text(await http.send({ method: 'GET', url: busy.url('/b') }));
    expect(clock.sleeps).toEqual([60_000]);
  });

  it('comes at once when a kept connection has gone', async () => {
    const clock = new TestClock();
    const server = await startServer((request, response, count) => {
      if (count === 2) request.socket.destroy();
      else response.end('fine');
    });
    const http = client({ clock, random: () => 1 });
    await text(await http.send({ method: 'GET', url: server.url('/') }));
    expect(await text(await http.send({ method: 'GET', url: server.url('/') }))).toBe('fine');
    expect([clock.sleeps, server.seen.length]).toEqual([[0], 3]);
  });
});

describe('a redirect', () => {
  const secrets = { authorization: 'Bearer geheim', cookie: 'geheim', 'x-ours': 'geheim' };

  it('carries credentials within its origin', async () => {
    const server = await startServer(script([307, { location: '/there?sig=1' }], [200]));
    const answer = await client().send({ method: 'GET', url: server.url('/here'), headers: secrets });
    await text(answer);
    expect(answer.url).toEqual(server.url('/there?sig=1'));
    expect(server.seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/here', 'Bearer geheim'],
      ['/there?sig=1', 'Bearer geheim'],
    ]);
    expect(server.connections()).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])('by %i carries no credential to another origin', async (status) => {
    const other = await startServer(ok);
    const server = await startServer(script([status, { location: other.url('/blob').href }]));
    const answer = await client().send({
      method: 'GET',
      url: server.url('/'),
      headers: { ...secrets, accept: 'a/b' },
      secretHeaders: ['X-Ours'],
    });
    expect([await text(answer), answer.url]).toEqual(['fine', other.url('/blob')]);
    expect(other.seen[0]?.headers).toEqual({
      host: other.url('/').host,
      connection: 'keep-alive',
      accept: 'a/b',
      'accept-encoding': 'identity',
      'user-agent': 'test/1',
    });
  });

  it.each(['PUT', 'PATCH', 'POST'] as const)('by 307 sends the body of %s once more', async (method) => {
    const bodies: string[] = [];
    const server = await startServer((request, response, count) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.once('end', () => {
        bodies.push(body);
        response.writeHead(count === 1 ? 307 : 201, count === 1 ? { location: '/b' } : {}).end();
      });
    });
    const answer = await client().send({ method, url: server.url('/a'), body: Buffer.from('payload') });
    expect([answer.status, bodies]).toEqual([201, ['payload', 'payload']]);
  });

  it('by 303 asks for the target without the body', async () => {
    const server = await startServer(script([303, { location: '/b' }], [200]));
    const headers = { 'content-type': 'a/b' };
    await text(
      await client().send({ method: 'PUT', url: server.url('/a'), body: Buffer.from('x'), headers }),
    );
    expect(server.seen[1]).toMatchObject({ method: 'GET', path: '/b' });
    expect(server.seen[1]?.headers).not.toHaveProperty('content-type');
    expect(server.seen[1]?.headers).not.toHaveProperty('content-length');
  });

  it('is an answer like any other where the caller wants that', async () => {
    const server = await startServer(script([307, { location: '/b' }]));
    const answer = await client().send({ method: 'GET', url: server.url('/a'), redirect: 'manual' });
    expect([answer.status, answer.headers['location'], server.seen.length]).toEqual([307, '/b', 1]);
    await text(answer);
  });

  it('in a loop ends', async () => {
    const server = await startServer(script([302, { location: '/again' }]));
    await expect(client().send({ method: 'GET', url: server.url('/') })).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
      message: expect.stringContaining('10 times'),
    });
    expect(server.seen).toHaveLength(11);
  });

  it('that is refused leaves no connection open', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(302, { location: 'ftp://x/' });
      response.write(Buffer.alloc(1_000_000));
    });
    await expect(client().send({ method: 'GET', url: server.url('/') })).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
    });
    await expectSoon(() => server.open() === 0);
  });
});

describe('the trace', () => {
  it('says what happened, without secrets', async () => {
    const events: HttpTraceEvent[] = [];
    const server = await startServer(script([503], [302, { location: '/b?X-Amz-Signature=geheim' }], [200]));
    const { host } = server.url('/');
    const url = new URL(`http://me:geheim@${host}/a?token=geheim`);
    const http = client({ trace: (event) => events.push(event), random: () => 1 });
    await text(await http.send({ method: 'GET', url, headers: { authorization: 'geheim' } }));
    expect(events.map(describeTrace).map((line) => line.replaceAll(host, 'h'))).toEqual([
      'GET http://***@h/a?token=*** 503 0 ms',
      'waiting 2000 ms for http://***@h/a?token=***: trying again',
      'GET http://***@h/a?token=*** 302 0 ms (attempt 2)',
      '302 from http://***@h/a?token=*** to http://h/b?X-Amz-Signature=***',
      'GET http://h/b?X-Amz-Signature=*** 200 0 ms',
    ]);
    expect(JSON.stringify(events)).not.toContain('geheim');
  });
});

const METHODS: readonly HttpMethod[] = ['GET', 'PUT', 'POST', 'DELETE'];

describe('many requests', () => {
  it('of all kinds get their own answers', async () => {
    const server = await startServer((request, response) => {
      request.resume();
      request.once('end', () => response.end(`${request.method} ${request.url}`));
    });
    const http = client();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_none, index) => {
        const method = METHODS[index % METHODS.length] ?? 'GET';
        const body = method === 'PUT' ? Buffer.alloc(index * 100) : undefined;
        return text(await http.send({ method, url: server.url(`/${index}`), body }));
      }),
    );
    expect(answers).toEqual(answers.map((_none, index) => `${METHODS[index % METHODS.length]} /${index}`));
    expect(server.connections()).toBeLessThanOrEqual(40);
  });
});
