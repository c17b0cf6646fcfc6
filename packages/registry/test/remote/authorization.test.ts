import { buffer } from 'node:stream/consumers';
import {
  type AuthOptions,
  type Grant,
  makeImage,
  makeLatch,
  seed,
  type User,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { type CredentialSource, encodeBasic } from '../../src/auth/credentials.ts';
import { parseDigest } from '../../src/name/digest.ts';
import { parseLocation } from '../../src/name/reference.ts';
import {
  blobOf,
  descriptorOf,
  refusalOf,
  sourceOf,
  startWorld,
  tag,
  type World,
  type WorldOptions,
} from './world.ts';

const IMAGE = makeImage();
const DIGEST = parseDigest(IMAGE.digest, 'test');
const V1 = tag('v1');
const BLOB = blobOf(1000);
const ME: User = { name: 'me', password: 'p:w', refreshToken: 'refresh' };
const PUBLIC: readonly Grant[] = [{ repositories: '*', actions: ['pull'] }];

const bearer = (options: Partial<Extract<AuthOptions, { kind: 'bearer' }>> = {}): AuthOptions => ({
  kind: 'bearer',
  users: [ME],
  ...options,
});

async function worldWith(options: WorldOptions): Promise<World> {
  const world = await startWorld(options);
  for (const name of ['acme/app', 'acme/dev']) await seed(world.server, name, IMAGE, { tags: ['v1'] });
  return world;
}

/** What the token server was asked for, one list of scopes a request. */
function scopesAsked({ server }: World): readonly (readonly string[])[] {
  return server.log.filter({ path: '/token' }).map(({ query }) => query.getAll('scope'));
}

describe('a registry that asks for a password', () => {
  it('gets it from the second request on', async () => {
    const { server, open } = await worldWith({
      auth: { kind: 'basic', users: [ME] },
      credentials: { username: 'me', password: 'p:w' },
    });
    const repository = open();
    await repository.resolve(V1);
    await repository.fetchManifest(V1);
    expect(server.log.requests.map(({ scheme, status }) => `${scheme} ${status}`)).toEqual([
      'undefined 401',
      'basic 200',
      'basic 200',
    ]);
  });

  it.each<[string, WorldOptions['credentials'], string, RegExp]>([
    ['nobody', undefined, 'UNAUTHORIZED', /Log in to 127\.0\.0\.1:\d+ first/],
    [
      'a wrong password',
      { username: 'me', password: 'no' },
      'UNAUTHORIZED',
      /Check the credentials for .* that the settings "registries" gave/,
    ],
    ['a token in place of a password', { token: 'bearer' }, 'UNAUTHORIZED', /Check the credentials/],
  ])('refuses %s, with a remedy', async (_name, credentials, code, remedy) => {
    const { open } = await worldWith({
      auth: { kind: 'basic', users: [ME] },
      ...(credentials === undefined ? {} : { credentials }),
    });
    const error = await refusalOf(open().fetchManifest(V1));
    expect(error.code).toBe(code);
    expect(error.remedy).toMatch(remedy);
  });

  it('is not sent a password in vain twice', async () => {
    const { server, open } = await worldWith({
      auth: { kind: 'basic', users: [ME] },
      credentials: { username: 'me', password: 'no' },
    });
    await refusalOf(open().fetchManifest(V1));
    expect(server.log.requests).toHaveLength(2);
  });

  it('gets it with every request that was answered as a stranger’s, however many are on their way', async () => {
    const { server, open } = await worldWith({
      auth: { kind: 'basic', users: [ME], anonymous: PUBLIC },
      credentials: { username: 'me', password: 'p:w' },
    });
    const late = makeLatch();
    server.faults.add({ method: 'HEAD', nth: 3 }, { kind: 'delay', until: late.until });
    server.faults.add({ method: 'HEAD', nth: [1, 2, 3] }, { kind: 'answer', status: 404 });
    const repository = open();
    const found = ['v1', 'v1', 'v1'].map(async (name) => {
      const descriptor = await repository.resolve(tag(name));
      late.release();
      return descriptor?.digest;
    });
    expect(await Promise.all(found)).toEqual([DIGEST, DIGEST, DIGEST]);
    expect(server.log.filter({ path: '/v2/' })).toHaveLength(1);
  });

  it('gets it, too, where it shows strangers less without asking who they are', async () => {
    const { server, open } = await worldWith({
      auth: { kind: 'basic', users: [ME], anonymous: PUBLIC },
      credentials: { username: 'me', password: 'p:w' },
    });
    // Strangers are told that there is nothing.
    server.faults.add({ method: 'HEAD', nth: 1 }, { kind: 'answer', status: 404 });
    const repository = open();
    expect(await repository.resolve(V1)).toMatchObject({ digest: IMAGE.digest });
    await repository.fetchManifest(V1);
    expect(server.log.lines().map((line) => line.replace(/\?.*(?= )/, ''))).toEqual([
      'HEAD /v2/acme/app/manifests/v1 404',
      'GET /v2/ 200',
      'HEAD /v2/acme/app/manifests/v1 200',
      'GET /v2/acme/app/manifests/v1 200',
    ]);
  });

  it('is asked once, though it wants to be convinced in a way nobody knows', async () => {
    const { server, open } = await worldWith({ credentials: { username: 'me', password: 'p:w' } });
    server.faults.add(
      { path: '/v2/' },
      { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Negotiate' } },
    );
    const repository = open();
    expect(await repository.resolve(tag('none'))).toBeUndefined();
    expect(await repository.resolve(tag('none'))).toBeUndefined();
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'HEAD']);
  });

  it('is asked once whether it does', async () => {
    const { server, open } = await worldWith({ credentials: { username: 'me', password: 'p:w' } });
    const repository = open();
    expect(await repository.resolve(tag('none'))).toBeUndefined();
    expect(await repository.resolve(tag('none'))).toBeUndefined();
    expect(server.log.requests.map(({ method, scheme }) => `${method} ${scheme}`)).toEqual([
      'HEAD undefined',
      'GET undefined',
      'HEAD basic',
      'HEAD basic',
    ]);
  });
});

describe('a registry that asks for a token', () => {
  it('is not waited for by who is cancelled while its token server is silent', async () => {
    const { server, open } = await worldWith({ auth: bearer() });
    const late = makeLatch();
    const run = new AbortController();
    server.faults.add({ path: '/token' }, { kind: 'hook', run: () => run.abort() });
    server.faults.add({ path: '/token' }, { kind: 'delay', until: late.until });
    const error = await refusalOf(open().resolve(V1, { signal: run.signal }));
    late.release();
    expect(error.code).toBe('CANCELLED');
  });

  it.each<[string, WorldOptions]>([
    ['with a password', { auth: bearer(), credentials: { username: 'me', password: 'p:w' } }],
    ['as nobody', { auth: bearer({ anonymous: PUBLIC }) }],
    [
      'from a server of its own',
      { auth: bearer({ service: 'separate' }), credentials: { username: 'me', password: 'p:w' } },
    ],
    ['in the field access_token', { auth: bearer({ field: 'access_token', anonymous: PUBLIC }) }],
    [
      'by a challenge in capitals',
      {
        auth: bearer({
          anonymous: PUBLIC,
          challenge: ({ realm, service, scopes }) => [
            `BEARER REALM="${realm}", SERVICE="${service}", SCOPE="${scopes.join(' ')}"`,
          ],
        }),
      },
    ],
    [
      'by the second of two challenges',
      {
        auth: bearer({
          anonymous: PUBLIC,
          challenge: ({ realm, service, scopes }) => [
            'Basic realm="registry, or not"',
            `Bearer realm="${realm}",service="${service}",scope="${scopes.join(' ')}"`,
          ],
        }),
      },
    ],
    [
      'by a challenge without scope',
      {
        auth: bearer({
          anonymous: PUBLIC,
          challenge: ({ realm, service }) => [`Bearer realm="${realm}",service="${service}"`],
        }),
      },
    ],
    [
      'by a realm with a query',
      {
        auth: bearer({
          anonymous: PUBLIC,
          challenge: ({ realm, service, scopes }) => [
            `Bearer realm="${realm}?tenant=a",service="${service}",scope="${scopes.join(' ')}"`,
          ],
        }),
      },
    ],
  ])('gets one %s', async (_name, options) => {
    const { open } = await worldWith(options);
    expect(await open().resolve(V1)).toMatchObject({ digest: IMAGE.digest });
  });

  it('gets the same for all requests it is good for', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    const repository = world.open();
    await repository.resolve(V1);
    await repository.fetchManifest(V1);
    await repository.listTags();
    expect(scopesAsked(world)).toEqual([['repository:acme/app:pull']]);
  });

  it('gets one exchange where many requests wait for it', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    const repository = world.open();
    await Promise.all(Array.from({ length: 8 }, () => repository.fetchManifest(DIGEST)));
    expect(scopesAsked(world)).toHaveLength(1);
  });

  it('is shown to every form of the token and password before their use', async () => {
    const { open, secrets, server } = await worldWith({
      auth: bearer(),
      credentials: { username: 'me', password: 'p:w' },
    });
    await open().resolve(V1);
    expect(secrets.slice(0, 2)).toEqual(['p:w', encodeBasic('me', 'p:w')]);
    expect(secrets[2]).toMatch(/^test-token-/);
    expect(JSON.stringify(server.log.lines())).not.toContain('test-token-');
  });

  it('gets a bearer token as it is', async () => {
    const world = await startWorld({ auth: bearer() });
    await seed(world.server, 'acme/app', IMAGE, { tags: ['v1'] });
    const token = world.server.tokens?.issue(['repository:acme/app:pull']);
    const repository = world.connect({ token }).open(world.open().location);
    expect(await repository.resolve(V1)).toMatchObject({ digest: IMAGE.digest });
    expect(scopesAsked(world)).toEqual([]);
    expect(world.server.log.requests.map(({ scheme }) => scheme)).toEqual(['bearer']);
  });

  it.each<[string, boolean]>([
    ['POST', true],
    ['GET, where there is no POST', false],
  ])('gets one for an identity token by %s', async (_name, post) => {
    const users: readonly User[] = [ME, { name: '<token>', password: 'refresh' }];
    const { open, server } = await worldWith({
      auth: bearer({ users, post }),
      sources: [
        {
          find: async () => ({
            credentials: { kind: 'identity', username: undefined, token: 'refresh' },
            origin: 'docker-config',
          }),
        },
      ],
    });
    expect(await open().resolve(V1)).toMatchObject({ digest: IMAGE.digest });
    expect(server.log.filter({ path: '/token' }).map(({ method, status }) => `${method} ${status}`)).toEqual(
      post ? ['POST 200'] : ['POST 404', 'GET 200'],
    );
  });

  it('gets a new one when the old has ended', async () => {
    const world = await worldWith({
      auth: bearer({ lifetimeSeconds: 300 }),
      credentials: { username: 'me', password: 'p:w' },
    });
    const repository = world.open();
    await repository.resolve(V1);
    await world.clock.sleep(269_000);
    await repository.resolve(V1);
    expect(scopesAsked(world)).toHaveLength(1);
    await world.clock.sleep(2000);
    await repository.resolve(V1);
    expect(scopesAsked(world)).toHaveLength(2);
    expect(world.server.log.count({ status: 401 })).toBe(1);
  });

  it('gets a new one when it refuses the old before its time', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    const repository = world.open();
    await repository.resolve(V1);
    world.server.tokens?.revokeAll();
    expect(await repository.resolve(V1)).toMatchObject({ digest: IMAGE.digest });
    expect(scopesAsked(world)).toHaveLength(2);
  });

  it('gets a new one when it refuses the old in the middle of an upload, and the bytes again', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    let first = true;
    world.server.faults.add(
      { method: 'PUT' },
      {
        kind: 'hook',
        run: () => {
          if (first) world.server.tokens?.revokeAll();
          first = false;
        },
      },
    );
    expect(await world.open().pushBlob(descriptorOf(BLOB), sourceOf(BLOB))).toBe('uploaded');
    expect(world.server.store.blob('acme/app', BLOB.descriptor.digest)).toBeDefined();
  });

  it('gets a new one when it refuses the old in the middle of a download, which goes on where it was', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    const blob = blobOf(400_000);
    await world.server.store.putBlob('acme/app', blob.open());
    const path = `/v2/acme/app/blobs/${blob.descriptor.digest}`;
    world.server.faults.add({ path, nth: 2 }, { kind: 'drop-body', afterBytes: 150_000 });
    const repository = world.open();
    const stream = await repository.openBlob(descriptorOf(blob));
    world.server.tokens?.revokeAll();
    expect(await buffer(stream)).toEqual(await buffer(blob.open()));
    expect(world.server.log.filter({ path }).map(({ status }) => status)).toEqual([401, 200, 401, 206]);
  });

  it('gets one for the push from the first look on', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    await world.open().pushBlob(descriptorOf(BLOB), sourceOf(BLOB));
    expect(scopesAsked(world)).toEqual([['repository:acme/app:pull,push']]);
  });

  it('gets one with both scopes for a mount', async () => {
    const world = await worldWith({
      auth: bearer(),
      mountWithoutScope: 'challenge',
      credentials: { username: 'me', password: 'p:w' },
    });
    await world.server.store.putBlob('acme/dev', BLOB.open());
    const mountFrom = [parseLocation(`${world.server.host}/acme/dev`, 'test')];
    expect(await world.open().pushBlob(descriptorOf(BLOB), sourceOf(BLOB), { mountFrom })).toBe('mounted');
    expect(scopesAsked(world)).toEqual([['repository:acme/app:pull,push', 'repository:acme/dev:pull']]);
    // The first stranger's request is refused, whatever it is.
    expect(world.server.log.count({ method: 'POST', status: 401 })).toBe(1);
  });

  it('gets the blob itself where the neighbour may not be read', async () => {
    const grants: readonly Grant[] = [{ repositories: 'acme/app', actions: ['pull', 'push'] }];
    const world = await worldWith({
      auth: bearer({ users: [{ ...ME, grants }] }),
      mountWithoutScope: 'challenge',
      credentials: { username: 'me', password: 'p:w' },
    });
    await world.server.store.putBlob('acme/dev', BLOB.open());
    const mountFrom = [parseLocation(`${world.server.host}/acme/dev`, 'test')];
    expect(await world.open().pushBlob(descriptorOf(BLOB), sourceOf(BLOB), { mountFrom })).toBe('uploaded');
  });

  it('gets one with "delete" for a deletion', async () => {
    const world = await worldWith({ auth: bearer(), credentials: { username: 'me', password: 'p:w' } });
    await world.open().deleteManifest(V1);
    expect(scopesAsked(world)).toEqual([['repository:acme/app:delete,pull']]);
  });

  it.each<[string, WorldOptions, string, RegExp]>([
    [
      'nobody',
      { auth: bearer() },
      'UNAUTHORIZED',
      /could not read the manifest v1; .* answered 401 UNAUTHORIZED/,
    ],
    [
      'a wrong password',
      { auth: bearer(), credentials: { username: 'me', password: 'no' } },
      'UNAUTHORIZED',
      /The token server .* refuses a token for these credentials \(repository:acme\/app:pull\): 401/,
    ],
    [
      'who lacks the right',
      { auth: bearer({ users: [{ ...ME, grants: [] }] }), credentials: { username: 'me', password: 'p:w' } },
      'FORBIDDEN',
      /answered 403 DENIED: User "me" may not "pull"[^.]*\.$/,
    ],
    [
      'a realm of a private network',
      {
        auth: bearer({ challenge: () => ['Bearer realm="http://169.254.169.254/token"'] }),
        credentials: { username: 'me', password: 'p:w' },
      },
      'PROTOCOL_INVALID',
      /private network/,
    ],
    [
      'a realm of somebody else',
      {
        auth: bearer({ challenge: () => ['Bearer realm="https://tokens.evil.example/token"'] }),
        credentials: { username: 'me', password: 'p:w' },
      },
      'PROTOCOL_INVALID',
      /credentials were not sent there/,
    ],
    [
      'a scheme nobody knows',
      { auth: bearer({ challenge: () => ['Negotiate'] }), credentials: { username: 'me', password: 'p:w' } },
      'UNAUTHORIZED',
      /401/,
    ],
  ])('or not: %s', async (_name, options, code, message) => {
    const { open } = await worldWith(options);
    const error = await refusalOf(open().fetchManifest(V1));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('p:w');
  });
});

describe('the token of a workflow', () => {
  const github: CredentialSource = {
    async find() {
      return { credentials: { kind: 'basic', username: 'me', password: 'p:w' }, origin: 'github-token' };
    },
  };

  it.each<[string, AuthOptions, boolean]>([
    ['the registry', bearer({ users: [{ ...ME, grants: PUBLIC }] }), true],
    ['a registry that asks for passwords', { kind: 'basic', users: [{ ...ME, grants: PUBLIC }] }, true],
  ])('that %s does not permit to write is told the lines that permit it', async (_name, auth) => {
    const { open } = await worldWith({ auth, sources: [github] });
    const error = await refusalOf(open().pushBlob(descriptorOf(BLOB), sourceOf(BLOB)));
    expect(error.code).toBe('PERMISSION_MISSING');
    expect(error.remedy).toContain('permissions:\n  packages: write');
  });

  it('that the token server refuses is told the lines, too', async () => {
    const { server, open } = await worldWith({ auth: bearer(), sources: [github] });
    server.faults.add(
      { path: '/token' },
      { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"denied"}]}' },
    );
    const error = await refusalOf(open().fetchManifest(V1));
    expect(error.code).toBe('PERMISSION_MISSING');
    expect(error.remedy).toContain('permissions:\n  packages: read');
  });
});
