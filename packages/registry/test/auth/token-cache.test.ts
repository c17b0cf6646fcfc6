import { type Clock, isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import type { Credentials } from '../../src/auth/credentials.ts';
import { mergeScopes, type Scopes, scopeOf } from '../../src/auth/scope.ts';
import { TokenCache } from '../../src/auth/token-cache.ts';
import { exchangeToken } from '../../src/auth/token-exchange.ts';
import type { TokenServer } from '../../src/auth/token-server.ts';
import { formOf, type ScriptedAnswer, type ScriptedHttp, scriptedHttp } from './scripted-http.ts';

const SERVER: TokenServer = {
  realm: new URL('https://auth.acme.example/token?tenant=a'),
  service: 'registry.acme.example',
  trusted: true,
};
const ANONYMOUS: Credentials = { kind: 'anonymous' };
const BASIC: Credentials = { kind: 'basic', username: 'me', password: 'pw' };
const IDENTITY: Credentials = { kind: 'identity', username: undefined, token: 'refresh' };
const PULL = scopeOf('a', 'pull');

const grant = (fields: object): ScriptedAnswer => ({ status: 200, body: JSON.stringify(fields) });

describe('a token is asked for', () => {
  it('by GET, with service, scopes and the realm’s own query, the password in the header', async () => {
    const http = scriptedHttp(() => grant({ token: 't' }));
    await exchangeToken(http, {
      server: SERVER,
      credentials: BASIC,
      scopes: mergeScopes(scopeOf('dst', 'pull', 'push'), scopeOf('src', 'pull')),
    });
    const [request] = http.requests;
    expect(request?.method).toBe('GET');
    expect(request?.url.origin).toBe('https://auth.acme.example');
    expect([...(request?.url.searchParams ?? [])]).toEqual([
      ['tenant', 'a'],
      ['service', 'registry.acme.example'],
      ['scope', 'repository:dst:pull,push'],
      ['scope', 'repository:src:pull'],
    ]);
    expect(request?.headers).toEqual({ authorization: `Basic ${Buffer.from('me:pw').toString('base64')}` });
  });

  it('without a header by nobody', async () => {
    const http = scriptedHttp(() => grant({ token: 't' }));
    await exchangeToken(http, { server: SERVER, credentials: ANONYMOUS, scopes: PULL });
    expect(http.requests[0]?.headers).toEqual({});
  });

  it('by POST with an identity token, and never sent on elsewhere', async () => {
    const http = scriptedHttp(() => grant({ access_token: 't' }));
    await exchangeToken(http, { server: SERVER, credentials: IDENTITY, scopes: PULL });
    const [request] = http.requests;
    expect(request).toMatchObject({ method: 'POST', redirect: 'manual' });
    expect(Object.fromEntries(formOf(request))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'artifact-lifecycle',
      refresh_token: 'refresh',
      service: 'registry.acme.example',
      scope: 'repository:a:pull',
    });
  });

  it.each([404, 405])('by GET with an identity token where POST is answered %i', async (status) => {
    const http = scriptedHttp(({ method }) => (method === 'POST' ? { status } : grant({ token: 't' })));
    expect((await exchangeToken(http, { server: SERVER, credentials: IDENTITY, scopes: PULL })).token).toBe(
      't',
    );
    expect(http.requests[1]?.headers).toEqual({
      authorization: `Basic ${Buffer.from('<token>:refresh').toString('base64')}`,
    });
  });

  it('by nobody, but not with credentials, from a server that is not the registry’s', async () => {
    const http = scriptedHttp(() => grant({ token: 't' }));
    const server = { ...SERVER, trusted: false };
    await expect(
      exchangeToken(http, { server, credentials: ANONYMOUS, scopes: PULL }),
    ).resolves.toMatchObject({ token: 't' });
    const refused = exchangeToken(http, { server, credentials: BASIC, scopes: PULL });
    await expect(refused).rejects.toThrow(
      /auth\.acme\.example, which is not of its own domain; credentials were not sent/,
    );
    expect(http.requests).toHaveLength(1);
  });

  it.each<[string, object, string, number]>([
    ['token', { token: 'a' }, 'a', 60_000],
    ['access_token', { access_token: 'b' }, 'b', 60_000],
    ['both', { token: 'a', access_token: 'b' }, 'a', 60_000],
    ['a lifetime', { token: 'a', expires_in: 300, issued_at: '1999-01-01T00:00:00Z' }, 'a', 300_000],
    ['a lifetime of nothing', { token: 'a', expires_in: 0 }, 'a', 60_000],
    ['a lifetime that is a text', { token: 'a', expires_in: 'soon' }, 'a', 60_000],
    ['a lifetime without end', { token: 'a', expires_in: 1e300 }, 'a', 365 * 24 * 3600 * 1000],
  ])('and read: %s', async (_name, answer, token, lifetime) => {
    const http = scriptedHttp(() => grant(answer));
    expect(await exchangeToken(http, { server: SERVER, credentials: ANONYMOUS, scopes: PULL })).toMatchObject(
      { token, lifetime },
    );
  });

  it.each<[string, ScriptedAnswer, Credentials, string, RegExp]>([
    [
      'refused credentials',
      { status: 401, body: '{"details":"incorrect username or password"}' },
      BASIC,
      'UNAUTHORIZED',
      /a token for these credentials \(repository:a:pull\): 401 incorrect username or password/,
    ],
    ['refused strangers', { status: 401 }, ANONYMOUS, 'UNAUTHORIZED', /a token without credentials/],
    [
      'a bad grant',
      { status: 400, body: '{"error":"invalid_grant","error_description":"expired"}' },
      IDENTITY,
      'UNAUTHORIZED',
      /400 invalid_grant: expired/,
    ],
    [
      'forbidden',
      { status: 403, body: '{"errors":[{"code":"DENIED","message":"requested access is denied"}]}' },
      BASIC,
      'FORBIDDEN',
      /403 DENIED: requested access is denied/,
    ],
    ['too many', { status: 429 }, ANONYMOUS, 'RATE_LIMITED', /429/],
    [
      'out of order',
      { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>503</h1>' },
      ANONYMOUS,
      'UNREACHABLE',
      /503 text\/html: <h1>503<\/h1>/,
    ],
    [
      'elsewhere',
      { status: 307, headers: { location: 'https://evil.example/' } },
      IDENTITY,
      'PROTOCOL_INVALID',
      /307/,
    ],
    [
      'a login page',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      ANONYMOUS,
      'PROTOCOL_INVALID',
      /answered 200 without a token/,
    ],
    ['no token', { status: 200, body: '{"token":""}' }, ANONYMOUS, 'PROTOCOL_INVALID', /without a token/],
    [
      'a token that splits the header',
      { status: 200, body: '{"token":"a\\r\\nX: y"}' },
      ANONYMOUS,
      'PROTOCOL_INVALID',
      /without a token/,
    ],
    ['null', { status: 200, body: 'null' }, ANONYMOUS, 'PROTOCOL_INVALID', /without a token/],
    [
      'too much',
      { status: 200, body: `{"token":"${'a'.repeat(70_000)}"}` },
      ANONYMOUS,
      'LIMIT_EXCEEDED',
      /more than the 65536 bytes allowed/,
    ],
  ])('and told apart: %s', async (_name, answer, credentials, code, message) => {
    const asking = exchangeToken(
      scriptedHttp(() => answer),
      { server: SERVER, credentials, scopes: PULL },
    );
    await expect(asking).rejects.toThrow(message);
    const error = await asking.catch((thrown: unknown) => thrown);
    expect(isSuiteError(error) ? error.code : undefined).toBe(code);
    expect(String(error)).not.toMatch(/pw|refresh\b/);
  });
});

describe('a cache of tokens', () => {
  let now = 0;
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const numbered = (fields: object = {}): ScriptedHttp =>
    scriptedHttp((_request, index) => grant({ token: `t${index}`, expires_in: 300, ...fields }));
  const cacheOver = (http: ScriptedHttp, secrets: string[] = []): TokenCache => {
    now = 1_000_000;
    return new TokenCache({ http, clock, onSecret: (secret) => secrets.push(secret) });
  };
  const wish = (scopes: Scopes, credentials: Credentials = ANONYMOUS) => ({
    server: SERVER,
    credentials,
    scopes,
  });

  it('uses a token again', async () => {
    const cache = cacheOver(numbered());
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t0');
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t0');
  });

  it('uses a token that may do more for who wants less, and the reverse not', async () => {
    const cache = cacheOver(numbered());
    expect((await cache.tokenFor(wish(scopeOf('a', 'pull', 'push')))).token).toBe('t0');
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t0');
    expect((await cache.tokenFor(wish(scopeOf('a', 'delete')))).token).toBe('t1');
    expect((await cache.tokenFor(wish(scopeOf('b', 'pull')))).token).toBe('t2');
  });

  it('keeps the tokens of different credentials apart', async () => {
    const cache = cacheOver(numbered());
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t0');
    expect((await cache.tokenFor(wish(PULL, BASIC))).token).toBe('t1');
  });

  it('shares one exchange among those who wait for it', async () => {
    const http = numbered();
    const cache = cacheOver(http);
    const tokens = await Promise.all(
      [wish(scopeOf('a', 'pull', 'push')), wish(PULL), wish(PULL)].map((one) => cache.tokenFor(one)),
    );
    expect(tokens.map(({ token }) => token)).toEqual(['t0', 't0', 't0']);
    expect(http.requests).toHaveLength(1);
  });

  it.each([
    ['30 seconds before the end of a long life', 300, 269_999, 270_000],
    ['after three quarters of a short one', 60, 44_999, 45_000],
  ])('renews a token %s', async (_name, lifetime, lasts, ends) => {
    const cache = cacheOver(numbered({ expires_in: lifetime }));
    await cache.tokenFor(wish(PULL));
    now = 1_000_000 + lasts;
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t0');
    now = 1_000_000 + ends;
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t1');
  });

  it('does not use a token again that was refused', async () => {
    const cache = cacheOver(numbered());
    cache.forget(await cache.tokenFor(wish(PULL)));
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t1');
  });

  it('asks again after an exchange that failed', async () => {
    const cache = cacheOver(
      scriptedHttp((_request, index) => (index === 0 ? { status: 503 } : grant({ token: 't' }))),
    );
    const both = await Promise.allSettled([cache.tokenFor(wish(PULL)), cache.tokenFor(wish(PULL))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await cache.tokenFor(wish(PULL))).token).toBe('t');
  });

  it('tells of every token before it is used', async () => {
    const secrets: string[] = [];
    const cache = cacheOver(numbered({ refresh_token: 'newer' }), secrets);
    await cache.tokenFor(wish(PULL, IDENTITY));
    expect(secrets).toEqual(['t0', 'newer']);
  });

  it('shows an identity token in its newest form', async () => {
    const http = numbered({ refresh_token: 'newer' });
    const cache = cacheOver(http);
    await cache.tokenFor(wish(PULL, IDENTITY));
    await cache.tokenFor(wish(scopeOf('b', 'pull'), IDENTITY));
    expect(http.requests.map((request) => formOf(request).get('refresh_token'))).toEqual([
      'refresh',
      'newer',
    ]);
  });
});
