import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Issuer, startIssuer } from '../../../test/support/issuer.ts';
import { type FetchAnswer, fetchOver } from '../src/fetch.ts';

describe('the fetch that Octokit gets', () => {
  let server: Issuer;
  beforeAll(async () => {
    server = await startIssuer();
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());
  const get = (url: string, environment = {}, timeout = 10_000): Promise<FetchAnswer> => {
    const client = createHttpClient({ userAgent: 'suite', environment });
    return fetchOver(client, timeout)(url, { method: 'GET', headers: { authorization: 'token t' } });
  };

  it('gives status, headers and text', async () => {
    server.answers.push({ status: 404, body: '"ä"', headers: { 'x-ratelimit-remaining': '0' } });
    const answer = await get(`${server.url}/repos`);
    expect(answer.status).toBe(404);
    expect(answer.url).toBe(`${server.url}/repos`);
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await answer.text()).toBe('"ä"');
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe('"ä"');
    expect(server.asked[0]?.authorization).toBe('token t');
  });

  it('goes through the proxy of the environment', async () => {
    server.answers.push({ status: 200, body: '{}' });
    expect((await get('http://api.github.test/repos', { http_proxy: server.url })).status).toBe(200);
    expect(server.asked.map(({ path }) => path)).toEqual(['http://api.github.test/repos']);
  });

  it.each([429, 500, 503])('leaves what to do about %i to Octokit', async (status) => {
    server.answers.push({ status });
    expect((await get(server.url)).status).toBe(status);
    expect(server.asked).toHaveLength(1);
  });

  it('refuses an answer without an end', async () => {
    server.answers.push({ status: 200, headers: { 'content-length': `${2 ** 30}` } });
    await expect(get(server.url)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('waits for an answer, and its end, so long and no longer', async () => {
    server.answers.push({ status: 200, headers: { 'content-length': '10' }, body: 'half' });
    await expect(get(server.url, {}, 50)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('gave no whole answer within 0.05 s'),
    });
  });

  it('posts what it is given', async () => {
    const taken: string[] = [];
    const echo = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => taken.push(`${request.method} ${chunk}`));
      request.on('end', () => response.writeHead(201).end('{"id":1}'));
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const { port } = echo.address() as AddressInfo;
    const client = createHttpClient({ userAgent: 'suite', environment: {} });
    const post = { method: 'POST', headers: {}, body: '{"ä":1}' };
    const answer = await fetchOver(client, 10_000)(`http://127.0.0.1:${port}/`, post);
    expect([answer.status, await answer.text(), taken]).toEqual([201, '{"id":1}', ['POST {"ä":1}']]);
    client.close();
    await new Promise((resolve) => echo.close(resolve));
  });

  it('changes and deletes nothing', async () => {
    const client = createHttpClient({ userAgent: 'suite', environment: {} });
    await expect(fetchOver(client, 10_000)(server.url, { method: 'DELETE', headers: {} })).rejects.toThrow(
      'DELETE',
    );
    expect(server.asked).toEqual([]);
  });
});
