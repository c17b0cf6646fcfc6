import { afterEach, describe, expect, it } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../../core/src/http/index.ts';
import { SuiteError, systemClock } from '../../../core/src/index.ts';
import { createPrometheus } from '../../src/canary/prometheus.ts';
import {
  type Answer,
  type FakePrometheus,
  matrix,
  sendJson,
  startPrometheus,
} from '../support/prometheus.ts';

const PERIOD = {
  start: new Date('2026-12-01T09:00:00Z'),
  end: new Date('2026-12-01T10:00:00Z'),
  stepSeconds: 60,
};
/** Waits between attempts take no time. */
const CLOCK = { now: systemClock.now, sleep: async () => {} };

const running: FakePrometheus[] = [];
const clients: HttpClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of running.splice(0)) await server.close();
});

async function start(answer: Answer): Promise<FakePrometheus> {
  const server = await startPrometheus(answer);
  running.push(server);
  return server;
}

function client(): HttpClient {
  const http = createHttpClient({ userAgent: 'test', environment: {}, clock: CLOCK });
  clients.push(http);
  return http;
}

async function ask(server: FakePrometheus, query = 'up', address = server.address) {
  return await createPrometheus(client(), address).query(query, PERIOD);
}

async function failure(promise: Promise<unknown>): Promise<SuiteError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SuiteError) return error;
  throw new Error(`no SuiteError: ${String(error)}`);
}

describe('Prometheus', () => {
  it('is asked for a range, and its texts are read as numbers', async () => {
    const server = await start((_, response) =>
      sendJson(response, matrix(['1', '0.5', 'NaN', '+Inf', '1e-05'])),
    );
    expect(await ask(server, 'up{app="a"}')).toEqual([1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e-5]);
    expect(server.asked).toEqual([
      {
        method: 'GET',
        path: '/api/v1/query_range',
        authorization: undefined,
        parameters: {
          query: 'up{app="a"}',
          start: '2026-12-01T09:00:00.000Z',
          end: '2026-12-01T10:00:00.000Z',
          step: '60',
        },
      },
    ]);
  });

  it('has no points where it finds no series', async () => {
    const server = await start((_, response) => sendJson(response, matrix()));
    expect(await ask(server)).toEqual([]);
  });

  it('is asked below its path', async () => {
    const server = await start((_, response) => sendJson(response, matrix()));
    await ask(server, 'up', new URL('/prometheus/', server.address));
    expect(server.asked[0]?.path).toBe('/prometheus/api/v1/query_range');
  });

  it('is asked a long query in a body', async () => {
    const server = await start((_, response) => sendJson(response, matrix(['1'])));
    const query = `up{app="${'a'.repeat(5000)}"}`;
    expect(await ask(server, query)).toEqual([1]);
    expect([server.asked[0]?.method, server.asked[0]?.parameters['query']]).toEqual(['POST', query]);
  });

  it('is asked again when it was not there', async () => {
    const server = await start((_, response) => {
      if (server.asked.length < 3) response.writeHead(503).end();
      else sendJson(response, matrix(['1']));
    });
    expect(await ask(server, `up{app="${'a'.repeat(5000)}"}`)).toEqual([1]);
    expect(server.asked).toHaveLength(3);
  });

  it('gets the credentials of its address, which are in no message', async () => {
    const server = await start((_, response) => response.writeHead(401).end());
    const address = new URL(server.address);
    address.username = 'ci';
    address.password = 'hunter%2F2';
    const error = await failure(ask(server, 'up', address));
    expect(server.asked[0]?.authorization).toBe(`Basic ${Buffer.from('ci:hunter/2').toString('base64')}`);
    expect(error.code).toBe('UNAUTHORIZED');
    expect(`${error.message} ${error.remedy}`).not.toMatch(/hunter|ci:/);
    const seen: string[] = [];
    const http: HttpClient = {
      ...client(),
      send: async ({ url }) => {
        seen.push(url.href);
        throw new SuiteError('UNREACHABLE', 'It is down.');
      },
    };
    await failure(createPrometheus(http, address).query('up', PERIOD));
    expect(seen.join()).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/api/);
  });

  it.each([
    {
      name: 'a wrong query',
      answer: { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected ")"' },
      status: 400,
      code: 'POLICY_INVALID',
      words: 'parse error: unexpected ")".',
    },
    {
      name: 'a query that cannot be calculated',
      answer: { status: 'error', errorType: 'execution', error: 'many-to-many\nmatching' },
      status: 422,
      code: 'POLICY_INVALID',
      words: 'many-to-many matching.',
    },
    {
      name: 'a timeout of its own',
      answer: { status: 'error', errorType: 'timeout', error: 'query timed out' },
      status: 503,
      code: 'UNREACHABLE',
      words: 'query timed out.',
    },
    {
      name: 'an error with status 200',
      answer: { status: 'error', errorType: 'internal' },
      status: 200,
      code: 'UNREACHABLE',
      words: 'without a reason.',
    },
    {
      name: 'several series',
      answer: matrix(['1'], ['2'], ['3'], ['4']),
      status: 200,
      code: 'POLICY_INVALID',
      words: '4 series, not one: {"pod":"api-0"}, {"pod":"api-1"}, {"pod":"api-2"}, ….',
    },
    {
      name: 'half an answer',
      answer: { ...matrix(['1']), warnings: ['store http://u:p@10.0.0.1:9090 did not answer'] },
      status: 200,
      code: 'CONTENT_INVALID',
      words: 'came with a warning: store http://***@10.0.0.1:9090/ did not answer.',
    },
    {
      name: 'histograms',
      answer: {
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: {}, histograms: [[1, { count: '1' }]] }] },
      },
      status: 200,
      code: 'POLICY_INVALID',
      words: 'holds histograms, not numbers.',
    },
    {
      name: 'an answer to another question',
      answer: { status: 'success', data: { resultType: 'vector', result: [] } },
      status: 200,
      code: 'PROTOCOL_INVALID',
      words: 'no answer of Prometheus to a range query.',
    },
    { name: 'a list', answer: [], status: 200, code: 'PROTOCOL_INVALID', words: 'no answer of Prometheus' },
    {
      name: 'values that are none',
      answer: matrix(['1', '0x10']),
      status: 200,
      code: 'PROTOCOL_INVALID',
      words: 'a point that is no pair of time and value.',
    },
    { name: 'a refusal', answer: {}, status: 403, code: 'FORBIDDEN', words: 'answered 403.' },
    {
      name: 'another server',
      answer: {},
      status: 404,
      code: 'NOT_FOUND',
      words: 'has no /api/v1/query_range',
    },
    { name: 'a failure', answer: {}, status: 500, code: 'UNREACHABLE', words: 'answered 500.' },
    { name: 'a strange status', answer: {}, status: 418, code: 'PROTOCOL_INVALID', words: 'with 418.' },
  ])('says $name: $code', async ({ answer, status, code, words }) => {
    const server = await start((_, response) => sendJson(response, answer, status));
    const error = await failure(ask(server));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)]);
  });

  it('quotes no more of a stranger than a sentence has', async () => {
    const said = { status: 'error', errorType: 'bad_data', error: `\u202e${'x'.repeat(100_000)}` };
    const server = await start((_, response) => sendJson(response, said, 400));
    const { message } = await failure(ask(server));
    expect(message.length).toBeLessThan(400);
    expect(message).not.toContain('\u202e');
  });

  it.each([
    { name: 'a login page', body: '<html>log in</html>', code: 'PROTOCOL_INVALID' },
    {
      name: 'more bytes than any answer has',
      body: `"${'x'.repeat(17 * 1024 * 1024)}"`,
      code: 'LIMIT_EXCEEDED',
    },
    { name: 'an answer that nests without end', body: '['.repeat(100_000), code: 'LIMIT_EXCEEDED' },
    { name: 'a prototype', body: '{"__proto__":{"status":"success"}}', code: 'PROTOCOL_INVALID' },
  ])('is refused: $name', async ({ body, code }) => {
    const server = await start((_, response) => response.end(body));
    expect((await failure(ask(server))).code).toBe(code);
  });

  it('that breaks off has no points', async () => {
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"status":"success"');
      response.destroy();
    });
    expect((await failure(ask(server))).code).toBe('UNREACHABLE');
  });

  it('that hangs is given up when the run is cancelled', async () => {
    const cancelling = new AbortController();
    const server = await start(() => cancelling.abort());
    const promise = createPrometheus(client(), server.address).query('up', PERIOD, cancelling.signal);
    expect((await failure(promise)).code).toBe('CANCELLED');
  });
});
