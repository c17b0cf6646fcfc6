import { type AuthOptions, digestOf, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { errorCode } from './support/ask.ts';
import {
  ALICE,
  addBlob,
  basicOf,
  IMAGE,
  openGuarded,
  PUBLIC,
  pull,
  push,
  READER,
  remove,
} from './support/guarded.ts';
import { askPath, openRegistry } from './support/registry.ts';

describe('basic', () => {
  const auth: AuthOptions = { kind: 'basic', users: [ALICE, READER], anonymous: PUBLIC };

  it.each<[string, string, string | undefined, number]>([
    ['a user', 'team/app', basicOf('alice', 'pass:word'), 200],
    [
      'a user in another case of the scheme',
      'team/app',
      basicOf('alice', 'pass:word').replace('Basic', 'bAsIc'),
      200,
    ],
    ['a reader', 'team/app', basicOf('reader', 'read'), 200],
    ['a reader elsewhere', 'other/app', basicOf('reader', 'read'), 403],
    ['a wrong password', 'team/app', basicOf('alice', 'pass'), 401],
    ['an unknown user', 'public/app', basicOf('bob', 'pass'), 401],
    ['no credentials', 'team/app', undefined, 401],
    ['no credentials where everyone may', 'public/app', undefined, 200],
    ['another scheme', 'team/app', 'Bearer token', 401],
    ['what is no base64', 'team/app', 'Basic §', 401],
  ])('answers a pull by %s', async (_name, repository, authorization, status) => {
    const reply = await pull(await openGuarded(auth), repository, authorization);
    expect(reply.status).toBe(status);
    const challenge = status === 401 ? 'Basic realm="test registry", charset="UTF-8"' : undefined;
    expect(reply.headers['www-authenticate']).toBe(challenge);
    if (status >= 400) expect(errorCode(reply)).toBe(status === 401 ? 'UNAUTHORIZED' : 'DENIED');
  });

  it('denies what a user may not do', async () => {
    const registry = await openGuarded(auth);
    const reader = basicOf('reader', 'read');
    expect((await push(registry, 'team/app', reader)).status).toBe(403);
    expect((await remove(registry, 'team/app', reader)).status).toBe(403);
    expect((await push(registry, 'team/app', basicOf('alice', 'pass:word'))).status).toBe(202);
    expect(registry.log.filter({ status: 403 }).map((request) => request.user)).toEqual(['reader', 'reader']);
  });

  it('asks who is there at /v2/ where nobody is let in unknown', async () => {
    const registry = await openGuarded({ kind: 'basic', users: [ALICE] });
    expect((await askPath(registry, '/v2/')).status).toBe(401);
  });

  it('mounts only from where the user may pull', async () => {
    const writer = {
      name: 'w',
      password: 'w',
      grants: [{ repositories: 'team/*', actions: ['pull', 'push'] }],
    } as const;
    const registry = await openGuarded({ kind: 'basic', users: [writer] });
    const digest = await addBlob(registry, 'other/app');
    const refused = await push(registry, 'team/x', basicOf('w', 'w'), `?mount=${digest}&from=other/app`);
    const anonymous = await push(registry, 'team/x', basicOf('w', 'w'), `?mount=${digest}`);
    expect([refused.status, anonymous.status]).toEqual([202, 202]);
  });
});

describe('patterns of repositories', () => {
  it.each([
    ['*', 'a/b', true],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['a/*', 'a/b/c', true],
    ['a/*', 'a', false],
    ['*/app', 'team/app', true],
    ['*/app', 'team/apps', false],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
  ])('%s on %s', async (repositories, repository, allowed) => {
    const user = { name: 'u', password: 'p', grants: [{ repositories, actions: ['pull'] as const }] };
    const registry = await openRegistry({ auth: { kind: 'basic', users: [user] } });
    await seed(registry, repository, IMAGE, { tags: ['t'] });
    expect((await pull(registry, repository, basicOf('u', 'p'))).status).toBe(allowed ? 200 : 403);
  });
});

it('asks for nothing and knows everyone without options', async () => {
  const registry = await openRegistry();
  expect(registry.tokens).toBeUndefined();
  const reply = await askPath(registry, '/v2/', { headers: { authorization: basicOf('who', 'ever') } });
  expect([reply.status, reply.body.toString()]).toEqual([200, '{}']);
  expect(digestOf('{}')).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});
