import type { AuthOptions, TestRegistry } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask, errorCode, jsonOf, type Reply } from './support/ask.ts';
import {
  ALICE,
  addBlob,
  basicOf,
  openGuarded,
  PUBLIC,
  pull,
  push,
  READER,
  remove,
} from './support/guarded.ts';
import { askPath } from './support/registry.ts';

/** Asks the token service by GET. */
async function fetchToken(
  registry: TestRegistry,
  scopes: readonly string[],
  authorization?: string,
): Promise<Reply> {
  const query = new URLSearchParams({ service: 'test-registry' });
  for (const scope of scopes) query.append('scope', scope);
  return ask(`${registry.tokens?.realm}?${query}`, {
    headers: authorization === undefined ? {} : { authorization },
  });
}

/** The token of an answer, as `Authorization`. */
function bearerOf(reply: Reply, field = 'token'): string {
  return `Bearer ${Reflect.get(Object(jsonOf(reply)), field)}`;
}

describe('bearer', () => {
  const auth: AuthOptions = { kind: 'bearer', users: [ALICE, READER], anonymous: PUBLIC };
  const alice = basicOf('alice', 'pass:word');
  const reader = basicOf('reader', 'read');

  it('challenges with realm, service and the scope a request needs', async () => {
    const registry = await openGuarded(auth);
    const realm = `${registry.url}/token`;
    const challenge = async (reply: Promise<Reply>) => (await reply).headers['www-authenticate'];
    expect(await challenge(askPath(registry, '/v2/'))).toBe(
      `Bearer realm="${realm}",service="test-registry"`,
    );
    expect(await challenge(pull(registry, 'team/app'))).toBe(
      `Bearer realm="${realm}",service="test-registry",scope="repository:team/app:pull"`,
    );
    expect(await challenge(push(registry, 'team/app', alice))).toBe(
      `Bearer realm="${realm}",service="test-registry",scope="repository:team/app:pull,push"`,
    );
    expect(await challenge(remove(registry, 'team/app', 'Bearer nonsense'))).toBe(
      `Bearer realm="${realm}",service="test-registry",scope="repository:team/app:delete",error="invalid_token"`,
    );
  });

  it('lets in who has a token of the right scope', async () => {
    const registry = await openGuarded(auth);
    const token = bearerOf(
      await fetchToken(registry, ['repository:team/app:pull,push', 'repository:x:delete'], alice),
    );
    expect((await pull(registry, 'team/app', token)).status).toBe(200);
    expect((await push(registry, 'team/app', token)).status).toBe(202);
    expect((await askPath(registry, '/v2/', { headers: { authorization: token } })).status).toBe(200);
    expect(registry.log.requests.at(-1)).toMatchObject({ user: 'alice', scheme: 'bearer' });
  });

  it.each([
    ['several parameters', ['repository:team/app:pull', 'repository:other/app:pull,push']],
    ['one parameter with a space', ['repository:team/app:pull repository:other/app:pull,push']],
    ['everything', ['repository:team/app:*', 'repository:other/app:*']],
  ])('takes scopes as %s', async (_name, scopes) => {
    const registry = await openGuarded(auth);
    const token = bearerOf(await fetchToken(registry, scopes, alice));
    expect((await pull(registry, 'team/app', token)).status).toBe(200);
    expect((await push(registry, 'other/app', token)).status).toBe(202);
  });

  it('asks again for a scope that a token lacks, and denies it to who may not have it', async () => {
    const registry = await openGuarded(auth);
    const small = bearerOf(await fetchToken(registry, ['repository:team/app:pull'], reader));
    const lacking = await push(registry, 'team/app', small);
    expect(lacking.status).toBe(401);
    expect(lacking.headers['www-authenticate']).toMatch(
      /scope="repository:team\/app:pull,push",error="insufficient_scope"$/,
    );
    const asked = bearerOf(await fetchToken(registry, ['repository:team/app:pull,push'], reader));
    expect((await pull(registry, 'team/app', asked)).status).toBe(200);
    const denied = await push(registry, 'team/app', asked);
    expect([denied.status, errorCode(denied)]).toEqual([403, 'DENIED']);
  });

  it('gives tokens without credentials, for what everyone may', async () => {
    const registry = await openGuarded(auth);
    const scopes = ['repository:public/app:pull,push', 'repository:team/app:pull'];
    const token = bearerOf(await fetchToken(registry, scopes));
    expect((await pull(registry, 'public/app', token)).status).toBe(200);
    // Credentials would help, so this is 401 and not 403.
    expect((await pull(registry, 'team/app', token)).status).toBe(401);
    expect((await push(registry, 'public/app', token)).status).toBe(401);
  });

  it('refuses wrong credentials at the token service', async () => {
    const registry = await openGuarded(auth);
    expect((await fetchToken(registry, [], basicOf('alice', 'wrong'))).status).toBe(401);
    expect(
      (await ask(`${registry.tokens?.realm}?service=another`, { headers: { authorization: alice } })).status,
    ).toBe(400);
  });

  it('refuses a token that has expired, by the clock it was given', async () => {
    let now = Date.UTC(2026, 0, 1);
    const registry = await openGuarded({ ...auth, lifetimeSeconds: 60 }, { now: () => now });
    const reply = await fetchToken(registry, ['repository:team/app:pull'], alice);
    expect(jsonOf(reply)).toMatchObject({ expires_in: 60, issued_at: '2026-01-01T00:00:00.000Z' });
    now += 59_999;
    expect((await pull(registry, 'team/app', bearerOf(reply))).status).toBe(200);
    now += 1;
    const expired = await pull(registry, 'team/app', bearerOf(reply));
    expect(expired.status).toBe(401);
    expect(expired.headers['www-authenticate']).toMatch(/error="invalid_token"$/);
  });

  it('issues and revokes tokens for a test', async () => {
    const registry = await openGuarded(auth);
    const token = `Bearer ${registry.tokens?.issue(['repository:team/app:pull'], { user: 'robot' })}`;
    expect((await pull(registry, 'team/app', token)).status).toBe(200);
    expect(registry.log.requests.at(-1)?.user).toBe('robot');
    registry.tokens?.revokeAll();
    expect((await pull(registry, 'team/app', token)).status).toBe(401);
  });

  describe('OAuth2', () => {
    const post = (registry: TestRegistry, form: Record<string, string>) =>
      ask(registry.tokens?.realm ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          service: 'test-registry',
          scope: 'repository:team/app:pull',
          ...form,
        }).toString(),
      });

    it.each([
      ['a refresh token', { grant_type: 'refresh_token', refresh_token: 'reader-refresh' }, 200],
      ['a wrong refresh token', { grant_type: 'refresh_token', refresh_token: 'nope' }, 401],
      ['no refresh token of a user who has none', { grant_type: 'refresh_token' }, 401],
      ['a password', { grant_type: 'password', username: 'reader', password: 'read' }, 200],
      ['a wrong password', { grant_type: 'password', username: 'reader', password: 'x' }, 401],
      ['another grant', { grant_type: 'client_credentials' }, 401],
    ])('answers %s', async (_name, form, status) => {
      const registry = await openGuarded(auth);
      const reply = await post(registry, form);
      expect(reply.status).toBe(status);
      if (status === 200) expect((await pull(registry, 'team/app', bearerOf(reply))).status).toBe(200);
    });

    it('is not known where it is switched off', async () => {
      const registry = await openGuarded({ ...auth, post: false });
      const form = { grant_type: 'password', username: 'reader', password: 'read' };
      expect((await post(registry, form)).status).toBe(404);
    });

    it('gives a refresh token to who asks for one', async () => {
      const registry = await openGuarded(auth);
      const form = { grant_type: 'password', username: 'reader', password: 'read', access_type: 'offline' };
      expect(jsonOf(await post(registry, form))).toMatchObject({ refresh_token: 'reader-refresh' });
      const byGet = await ask(`${registry.tokens?.realm}?offline_token=true`, {
        headers: { authorization: reader },
      });
      expect(jsonOf(byGet)).toMatchObject({ refresh_token: 'reader-refresh' });
    });
  });

  it.each([
    ['token', ['token']],
    ['access_token', ['access_token']],
    ['both', ['access_token', 'token']],
  ] as const)('puts the token into %s', async (field, names) => {
    const reply = await fetchToken(await openGuarded({ ...auth, field }), [], alice);
    const found = Object.keys(Object(jsonOf(reply))).filter((name) => name.endsWith('token'));
    expect(found.sort()).toEqual(names);
  });

  it('gives tokens on a second port, and only there', async () => {
    const registry = await openGuarded({ ...auth, service: 'separate' });
    expect(new URL(registry.tokens?.realm ?? '').host).not.toBe(registry.host);
    const token = bearerOf(await fetchToken(registry, ['repository:team/app:pull'], alice));
    expect((await pull(registry, 'team/app', token)).status).toBe(200);
    expect((await askPath(registry, '/token')).status).toBe(404);
    expect((await ask(new URL('/v2/', registry.tokens?.realm).href)).status).toBe(404);
    expect(registry.log.lines({ path: '/token' })[0]).toMatch(/^GET \/token\?service=test-registry&scope=/);
  });

  it('words the challenge as a test likes', async () => {
    const registry = await openGuarded({
      ...auth,
      challenge: ({ realm }) => ['Negotiate', `BEARER realm="${realm}?a=b",scope="x y, z"`],
    });
    const reply = await askPath(registry, '/v2/');
    expect(reply.headers['www-authenticate']).toBe(
      `Negotiate, BEARER realm="${registry.url}/token?a=b",scope="x y, z"`,
    );
  });

  it.each([
    ['opens an upload', 'upload', 202, undefined],
    [
      'challenges with both scopes',
      'challenge',
      401,
      /scope="repository:team\/x:pull,push repository:other\/app:pull"/,
    ],
  ] as const)(
    '%s where a mount lacks the right to pull from the source',
    async (_name, mountWithoutScope, status, challenge) => {
      const registry = await openGuarded(auth, { mountWithoutScope });
      const digest = await addBlob(registry, 'other/app');
      const query = `?mount=${digest}&from=other/app`;
      const one = bearerOf(await fetchToken(registry, ['repository:team/x:pull,push'], alice));
      const lacking = await push(registry, 'team/x', one, query);
      expect(lacking.status).toBe(status);
      if (challenge !== undefined) expect(lacking.headers['www-authenticate']).toMatch(challenge);
      const scopes = ['repository:team/x:pull,push', 'repository:other/app:pull'];
      const both = bearerOf(await fetchToken(registry, scopes, alice));
      expect((await push(registry, 'team/x', both, query)).status).toBe(201);
    },
  );

  it('keeps secrets out of the log', async () => {
    const registry = await openGuarded(auth);
    const reply = await fetchToken(registry, ['repository:team/app:pull'], alice);
    await askPath(registry, '/v2/team/app/manifests/t', {
      headers: { authorization: bearerOf(reply), cookie: 'session=secret', 'x-other': 'kept' },
    });
    const written = JSON.stringify(
      registry.log.requests.map((request) => ({ ...request, query: `${request.query}` })),
    );
    for (const secret of [bearerOf(reply).slice(7), alice.slice(6), 'session=secret']) {
      expect(written).not.toContain(secret);
    }
    expect(registry.log.requests.map((request) => request.scheme)).toEqual(['basic', 'bearer']);
    expect(registry.log.requests.at(-1)?.headers['x-other']).toBe('kept');
  });
});
