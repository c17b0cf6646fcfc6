import {
  type FaultAction,
  fallbackTag,
  type ManifestContent,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeReferrer,
  type RegistryOptions,
  seed,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '../../src/name/digest.ts';
import type { ListReferrersOptions, Registry } from '../../src/registry.ts';
import { manifestOf, refusalOf, startWorld, tag } from './world.ts';

const SUBJECT = makeImage();
const DIGEST = parseDigest(SUBJECT.digest, 'test');
const REFERRERS = ['a', 'b', 'c', 'd', 'e'].map((name) =>
  makeReferrer({ subject: SUBJECT, artifactType: `application/${name}`, annotations: { name } }),
);
const [FIRST, SECOND] = REFERRERS;
const API = { path: /\/referrers\// };

async function seedAll(
  server: TestRegistry,
  contents: readonly ManifestContent[],
  name = 'acme/app',
): Promise<void> {
  for (const content of contents) await seed(server, name, content);
}

function sorted(contents: readonly { readonly digest: string }[]): readonly string[] {
  return contents.map(({ digest }) => digest).sort();
}

describe('referrers are listed by the API', () => {
  it.each<[string, RegistryOptions, number]>([
    ['on one page', {}, 1],
    ['page by page', { referrersPageSize: 2 }, 3],
  ])('%s, with types and annotations', async (_name, options, requests) => {
    const { server, open } = await startWorld(options);
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    const listed = await open().listReferrers(DIGEST);
    expect(sorted(listed)).toEqual(sorted(REFERRERS));
    expect(listed.find(({ digest }) => digest === FIRST?.digest)).toEqual({
      mediaType: FIRST?.mediaType,
      digest: FIRST?.digest,
      size: FIRST?.bytes.length,
      artifactType: 'application/a',
      annotations: { name: 'a' },
    });
    expect(server.log.requests).toHaveLength(requests);
  });

  it('though there are none', async () => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT]);
    expect(await open().listReferrers(DIGEST)).toEqual([]);
    expect(server.log.requests).toHaveLength(1);
  });

  it.each([
    'application/vnd.oci.image.index.v1+json; charset=utf-8',
    'Application/Vnd.OCI.Image.Index.V1+JSON',
  ])('whose type is %s', async (type) => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    server.faults.add(API, { kind: 'rewrite', headers: { 'content-type': type } });
    expect(await open().listReferrers(DIGEST)).toHaveLength(5);
  });

  it('behind a redirect', async () => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    await seedAll(server, [SUBJECT, ...REFERRERS], 'acme/other');
    server.faults.add(
      { path: `/v2/acme/app/referrers/${DIGEST}` },
      { kind: 'redirect', status: 307, location: `/v2/acme/other/referrers/${DIGEST}` },
    );
    expect(await open().listReferrers(DIGEST)).toHaveLength(5);
  });

  it.each<[string, FaultAction, string, RegExp]>([
    [
      'are forbidden',
      { kind: 'answer', status: 403 },
      'FORBIDDEN',
      /could not list the referrers of sha256:/,
    ],
    [
      'need a login',
      { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } },
      'UNAUTHORIZED',
      /could not list the referrers/,
    ],
    ['are not given now', { kind: 'answer', status: 503 }, 'UNREACHABLE', /could not list the referrers/],
    [
      'are asked for too often',
      { kind: 'rate-limit', retryAfter: 1 },
      'RATE_LIMITED',
      /could not list the referrers/,
    ],
    ['fail', { kind: 'answer', status: 500 }, 'UNREACHABLE', /could not list the referrers/],
    ['are gone', { kind: 'answer', status: 410 }, 'PROTOCOL_INVALID', /could not list the referrers/],
    ['are nothing', { kind: 'answer', status: 204 }, 'PROTOCOL_INVALID', /could not list the referrers/],
    [
      'go round in a circle',
      { kind: 'rewrite', headers: { link: `</v2/acme/app/referrers/${DIGEST}>; rel="next"` } },
      'PROTOCOL_INVALID',
      /in a circle/,
    ],
    [
      'are an image',
      {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
        body: SUBJECT.bytes,
      },
      'CONTENT_INVALID',
      /list of referrers/,
    ],
    ['are cut off', { kind: 'truncate', toBytes: 50 }, 'CONTENT_INVALID', /list of referrers/],
  ])('or not at all, where they %s', async (_name, action, code, message) => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    await seed(server, 'acme/app', makeFallbackIndex(REFERRERS), { tags: [fallbackTag(SUBJECT.digest)] });
    server.faults.add(API, action);
    const error = await refusalOf(open().listReferrers(DIGEST));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it.each(['application/json', 'application/json; charset=utf-8', undefined])(
    'from an index that is sent as %s',
    async (type) => {
      const { server, open } = await startWorld();
      await seedAll(server, [SUBJECT, ...REFERRERS]);
      server.faults.add(API, { kind: 'rewrite', headers: { 'content-type': type } });
      expect(sorted(await open().listReferrers(DIGEST))).toEqual(sorted(REFERRERS));
    },
  );

  it.each<[string, FaultAction, string]>([
    ['is missing', { kind: 'answer', status: 404 }, 'NOT_FOUND'],
    ['leads to a website', { kind: 'redirect', status: 303, location: '/login' }, 'PROTOCOL_INVALID'],
    ['is a page for humans', { kind: 'html' }, 'CONTENT_INVALID'],
    ['is asked for too often', { kind: 'rate-limit', retryAfter: 1 }, 'RATE_LIMITED'],
  ])('all or not at all, where a further page %s', async (_name, action, code) => {
    const { server, open } = await startWorld({ referrersPageSize: 2 });
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    server.faults.add({ path: API.path, when: ({ query }) => query.has('last') }, action);
    expect((await refusalOf(open().listReferrers(DIGEST))).code).toBe(code);
  });

  it('without asking the registry to leave any out: types are judged by the manifests', async () => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    const asked: string[] = [];
    server.faults.add(API, { kind: 'hook', run: ({ query }) => void asked.push(query.toString()) });
    server.faults.add(API, { kind: 'rewrite', headers: { 'oci-filters-applied': 'artifactType' } });
    expect(await open().listReferrers(DIGEST)).toHaveLength(REFERRERS.length);
    expect(asked).toEqual(['']);
  });
});

describe('referrers are listed by the tag', () => {
  it.each<[string, FaultAction]>([
    ['404', { kind: 'answer', status: 404 }],
    ['400', { kind: 'answer', status: 400 }],
    ['405', { kind: 'answer', status: 405 }],
    ['406', { kind: 'answer', status: 406 }],
    ['501', { kind: 'answer', status: 501 }],
    ['401 without a challenge (Harbor 2.7)', { kind: 'answer', status: 401 }],
    [
      '303 to a website (GitHub)',
      { kind: 'redirect', status: 303, location: 'https://github.invalid/-/v2/packages' },
    ],
    ['a page for humans', { kind: 'html' }],
    [
      'JSON of another kind',
      { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
    ],
  ])('where the API is answered with %s', async (_name, action) => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    await seed(server, 'acme/app', makeFallbackIndex(REFERRERS), { tags: [fallbackTag(SUBJECT.digest)] });
    server.faults.add(API, action);
    const listed = await open().listReferrers(DIGEST);
    expect(sorted(listed)).toEqual(sorted(REFERRERS));
    expect(listed[0]).toMatchObject({ artifactType: 'application/a', annotations: { name: 'a' } });
    expect(server.log.requests).toHaveLength(2);
  });

  it('of a sha512 subject, cut to the length of a tag', async () => {
    const { server, open } = await startWorld({ referrers: 'none' });
    const subject = makeImage({ algorithm: 'sha512' });
    const referrer = makeReferrer({ subject, artifactType: 'application/x' });
    const name = `sha512-${subject.digest.slice('sha512:'.length, 'sha512:'.length + 64)}`;
    await seed(server, 'acme/app', makeFallbackIndex([referrer]), { tags: [name] });
    expect(sorted(await open().listReferrers(parseDigest(subject.digest, 'test')))).toEqual([
      referrer.digest,
    ]);
  });

  it.each<[string, (server: TestRegistry) => Promise<unknown>]>([
    ['there is no tag', async () => {}],
    ['there is no repository', async () => {}],
    [
      'the tag is the subject itself (GitLab)',
      (server) => seed(server, 'acme/app', SUBJECT, { tags: [fallbackTag(SUBJECT.digest)] }),
    ],
    [
      'the tag is an image',
      (server) =>
        seed(server, 'acme/app', makeImage({ annotations: { other: '1' } }), {
          tags: [fallbackTag(SUBJECT.digest)],
        }),
    ],
    [
      'the tag is docker’s list',
      (server) =>
        seed(server, 'acme/app', makeIndex([], { mediaTypes: 'docker' }), {
          tags: [fallbackTag(SUBJECT.digest)],
        }),
    ],
    [
      'the list is empty',
      (server) => seed(server, 'acme/app', makeIndex([]), { tags: [fallbackTag(SUBJECT.digest)] }),
    ],
    [
      'the list names the subject',
      (server) => seed(server, 'acme/app', makeIndex([SUBJECT]), { tags: [fallbackTag(SUBJECT.digest)] }),
    ],
  ])('as none where %s', async (_name, prepare) => {
    const { server, open } = await startWorld({ referrers: 'none' });
    await prepare(server);
    expect(await open().listReferrers(DIGEST)).toEqual([]);
  });

  it('as none where the tag is an index that is the subject itself (GitLab)', async () => {
    const { server, open } = await startWorld({ referrers: 'none' });
    const subject = makeIndex([SUBJECT]);
    await seed(server, 'acme/app', subject, { tags: [fallbackTag(subject.digest)] });
    expect(await open().listReferrers(parseDigest(subject.digest, 'test'))).toEqual([]);
  });

  it('or not at all, where a page for humans is all there is', async () => {
    const { server, open } = await startWorld();
    await seedAll(server, [SUBJECT, ...REFERRERS]);
    server.faults.add(API, { kind: 'html' });
    expect((await refusalOf(open().listReferrers(DIGEST))).code).toBe('PROTOCOL_INVALID');
  });

  it('each once', async () => {
    const { server, open } = await startWorld({ referrers: 'none' });
    await seed(server, 'acme/app', makeFallbackIndex([...REFERRERS, ...REFERRERS]), {
      tags: [fallbackTag(SUBJECT.digest)],
    });
    expect(await open().listReferrers(DIGEST)).toHaveLength(5);
  });

  it.each<[string, FaultAction, string]>([
    ['is forbidden', { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['is a page for humans', { kind: 'html' }, 'PROTOCOL_INVALID'],
    ['is not given now', { kind: 'answer', status: 500 }, 'UNREACHABLE'],
    ['is broken', { kind: 'corrupt', offset: 20 }, 'DIGEST_MISMATCH'],
  ])('or not at all, where the tag %s', async (_name, action, code) => {
    const { server, open } = await startWorld({ referrers: 'none' });
    await seed(server, 'acme/app', makeFallbackIndex(REFERRERS), { tags: [fallbackTag(SUBJECT.digest)] });
    server.faults.add({ path: /\/manifests\// }, action);
    expect((await refusalOf(open().listReferrers(DIGEST))).code).toBe(code);
  });
});

describe('a manifest with a subject is pushed', () => {
  const push = async (options: RegistryOptions, contents: readonly ManifestContent[]) => {
    const world = await startWorld(options);
    await seed(world.server, 'acme/app', SUBJECT);
    for (const { blobs } of contents)
      for (const blob of blobs) await world.server.store.putBlob('acme/app', blob.open());
    return world;
  };

  it('by one PUT each where the registry knows referrers, which is asked once', async () => {
    const { server, open } = await push({}, REFERRERS.slice(0, 2));
    if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');
    const repository = open();
    await repository.pushManifest(manifestOf(FIRST));
    await repository.pushManifest(manifestOf(SECOND));
    expect(server.log.lines()).toEqual([
      `PUT /v2/acme/app/manifests/${FIRST.digest} 201`,
      `GET /v2/acme/app/referrers/${SUBJECT.digest} 200`,
      `PUT /v2/acme/app/manifests/${SECOND.digest} 201`,
    ]);
  });

  it('by one PUT where its referrers have been listed before', async () => {
    const { server, open } = await push({}, REFERRERS.slice(0, 1));
    if (FIRST === undefined) throw new Error('There is no referrer.');
    const repository = open();
    await repository.listReferrers(DIGEST);
    server.log.clear();
    await repository.pushManifest(manifestOf(FIRST));
    expect(server.log.lines()).toEqual([`PUT /v2/acme/app/manifests/${FIRST.digest} 201`]);
  });

  it('and listed under the tag where the registry says that it knows referrers, and does not (ECR)', async () => {
    const { server, open } = await push({ referrers: 'none' }, REFERRERS.slice(0, 1));
    if (FIRST === undefined) throw new Error('There is no referrer.');
    server.faults.add(
      { method: 'PUT', path: `/v2/acme/app/manifests/${FIRST.digest}` },
      { kind: 'rewrite', headers: { 'oci-subject': SUBJECT.digest } },
    );
    await open().pushManifest(manifestOf(FIRST));
    expect(sorted(await open().listReferrers(DIGEST))).toEqual([FIRST.digest]);
  });

  it('and listed under the tag where it does not, with type and annotations', async () => {
    const { server, open } = await push({ referrers: 'none' }, REFERRERS.slice(0, 1));
    if (FIRST === undefined) throw new Error('There is no referrer.');
    await open().pushManifest(manifestOf(FIRST));
    const list = server.store.manifest('acme/app', fallbackTag(SUBJECT.digest));
    expect(JSON.parse(list?.bytes.toString('utf8') ?? '')).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: FIRST.mediaType,
          digest: FIRST.digest,
          size: FIRST.bytes.length,
          artifactType: 'application/a',
          annotations: { name: 'a' },
        },
      ],
    });
    expect(server.log.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'PUT 201',
      'GET 404',
      'PUT 201',
      'GET 200',
    ]);
  });

  it('again without another entry', async () => {
    const { server, open } = await push({ referrers: 'none' }, REFERRERS.slice(0, 1));
    if (FIRST === undefined) throw new Error('There is no referrer.');
    await open().pushManifest(manifestOf(FIRST));
    server.log.clear();
    await open().pushManifest(manifestOf(FIRST));
    expect(server.log.requests.map(({ method }) => method)).toEqual(['PUT', 'GET']);
    expect(await open().listReferrers(DIGEST)).toHaveLength(1);
  });

  it.each<[string, RegistryOptions]>([
    ['that honours conditions', { referrers: 'none', conditional: true }],
    ['that does not', { referrers: 'none' }],
  ])('with many others at once, none lost, to a registry %s', async (_name, options) => {
    const { server, open, clock } = await push(options, REFERRERS);
    await Promise.all(REFERRERS.map((referrer) => open().pushManifest(manifestOf(referrer))));
    const writes = server.log.count({ method: 'PUT', path: /\/manifests\/sha256-/ });
    expect(sorted(await open().listReferrers(DIGEST))).toEqual(sorted(REFERRERS));
    // Writers of one process wait for each other, and what waits is written together: no race was lost.
    expect(writes).toBeLessThanOrEqual(REFERRERS.length);
    expect(clock.waits).toHaveLength(writes);
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(200);
  });

  it.each<[string, RegistryOptions]>([
    ['that honours conditions', { referrers: 'none', conditional: true }],
    ['that does not', { referrers: 'none' }],
  ])('against another writer, none lost, to a registry %s', async (_name, options) => {
    const { server, open } = await push(options, REFERRERS);
    if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');
    const path = `/v2/acme/app/manifests/${fallbackTag(SUBJECT.digest)}`;
    await seed(server, 'acme/app', SECOND);
    // The other writer read when there was no list, and writes just before or just after us.
    const at = options.conditional === true ? 'request' : 'answer';
    server.faults.add(
      { method: 'PUT', path, nth: 1 },
      {
        kind: 'hook',
        at,
        run: async () => {
          const { mediaType, bytes } = makeFallbackIndex([SECOND]);
          await server.store.putManifest('acme/app', mediaType, bytes, {
            tags: [fallbackTag(SUBJECT.digest)],
          });
        },
      },
    );
    await open().pushManifest(manifestOf(FIRST));
    expect(sorted(await open().listReferrers(DIGEST))).toEqual(sorted([FIRST, SECOND]));
  });

  it('until others have been faster too often', async () => {
    const { server, open, clock } = await push({ referrers: 'none' }, REFERRERS);
    if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');
    const path = `/v2/acme/app/manifests/${fallbackTag(SUBJECT.digest)}`;
    const { mediaType, bytes } = makeFallbackIndex([SECOND]);
    server.faults.add(
      { method: 'PUT', path },
      {
        kind: 'hook',
        at: 'answer',
        run: async () => {
          await server.store.putManifest('acme/app', mediaType, bytes, {
            tags: [fallbackTag(SUBJECT.digest)],
          });
        },
      },
    );
    const error = await refusalOf(open().pushManifest(manifestOf(FIRST)));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toMatch(/did not keep its new entry in 8 tries/);
    expect(clock.waits.length).toBeGreaterThan(0);
  });

  it('and entries that others wrote stay as they are', async () => {
    const { server, open } = await push({ referrers: 'none', sparse: true }, REFERRERS);
    if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');
    const theirs = makeIndex([{ child: SECOND, entry: { annotations: { theirs: '1' } } }], {
      annotations: { list: 'theirs' },
      extra: { 'x-acme': [1] },
    });
    await seed(server, 'acme/app', theirs, { tags: [fallbackTag(SUBJECT.digest)] });
    await open().pushManifest(manifestOf(FIRST));
    const list = JSON.parse(
      server.store.manifest('acme/app', fallbackTag(SUBJECT.digest))?.bytes.toString('utf8') ?? '',
    );
    expect(list).toMatchObject({ annotations: { list: 'theirs' }, 'x-acme': [1] });
    expect(list.manifests[0]).toMatchObject({ digest: SECOND.digest, annotations: { theirs: '1' } });
    expect(list.manifests).toHaveLength(2);
  });

  it('and entries that are dead are left out where the registry minds them', async () => {
    const { server, open } = await push({ referrers: 'none' }, REFERRERS);
    if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');
    const { mediaType, bytes } = makeFallbackIndex([SECOND]);
    await server.store.putManifest('acme/app', mediaType, bytes, { tags: [fallbackTag(SUBJECT.digest)] });
    await open().pushManifest(manifestOf(FIRST));
    expect(sorted(await open().listReferrers(DIGEST))).toEqual([FIRST.digest]);
  });

  it.each<[string, (server: TestRegistry) => Promise<unknown>, string]>([
    [
      'is the subject itself',
      (server) => seed(server, 'acme/app', SUBJECT, { tags: [fallbackTag(SUBJECT.digest)] }),
      'UNSUPPORTED',
    ],
    [
      'is an image',
      (server) =>
        seed(server, 'acme/app', makeImage({ annotations: { other: '1' } }), {
          tags: [fallbackTag(SUBJECT.digest)],
        }),
      'CONTENT_INVALID',
    ],
  ])('but nothing is listed under a tag that %s', async (_name, prepare, code) => {
    const { server, open } = await push({ referrers: 'none' }, REFERRERS);
    if (FIRST === undefined) throw new Error('There is no referrer.');
    await prepare(server);
    const before = server.store.tags('acme/app').get(fallbackTag(SUBJECT.digest));
    expect((await refusalOf(open().pushManifest(manifestOf(FIRST)))).code).toBe(code);
    expect(server.store.tags('acme/app').get(fallbackTag(SUBJECT.digest))).toBe(before);
  });

  it('but not listed where the list itself may not move', async () => {
    const { server, open } = await push(
      { referrers: 'none', immutableTags: { refusal: 'harbor' } },
      REFERRERS,
    );
    if (FIRST === undefined || SECOND === undefined) throw new Error('There are no referrers.');
    await open().pushManifest(manifestOf(FIRST));
    const error = await refusalOf(open().pushManifest(manifestOf(SECOND)));
    expect(error.code).toBe('TAG_EXISTS');
    expect(error.remedy).toMatch(/Exempt tags that start with sha256-/);
    expect(server.store.tags('acme/app').has(tag(fallbackTag(SUBJECT.digest)))).toBe(true);
  });
});

describe('a repository without the referrers API', () => {
  const OTHER = makeImage({ layers: ['other'] });
  const world = async () => {
    const it = await startWorld({ referrers: 'none' });
    for (const name of ['acme/app', 'acme/other']) {
      for (const image of [SUBJECT, OTHER]) await seed(it.server, name, image);
    }
    return it;
  };
  const digests = [SUBJECT, OTHER].map(({ digest }) => parseDigest(digest, 'test'));
  const list = (registry: Registry, options: ListReferrersOptions = {}) =>
    Promise.all(digests.map((digest) => registry.listReferrers(digest, options)));

  it('is asked for it once, by many at the same time, when a manifest was seen there', async () => {
    const { server, open } = await world();
    await Promise.all(digests.map((digest) => open().resolve(digest)));
    await Promise.all([list(open()), list(open())]);
    expect(server.log.count(API)).toBe(1);
    expect(server.log.count({ path: /\/manifests\/sha256-/ })).toBe(4);
  });

  it('is asked for each manifest that was not seen there', async () => {
    const { server, open } = await world();
    await list(open());
    expect(server.log.count(API)).toBe(2);
  });

  it('says nothing of others', async () => {
    const { server, open } = await world();
    for (const name of ['acme/app', 'acme/other']) {
      for (const digest of digests) await open(name).fetchManifest(digest);
      await list(open(name));
    }
    expect(server.log.filter(API).map(({ path }) => path.split('/')[3])).toEqual(['app', 'other']);
  });

  it('is asked again where it gave no answer', async () => {
    const { server, open } = await world();
    server.faults.add({ ...API, nth: 1 }, { kind: 'answer', status: 403 });
    for (const digest of digests) await open().resolve(digest);
    const results = await Promise.allSettled(digests.map((digest) => open().listReferrers(digest)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(server.log.count(API)).toBe(2);
  });

  it('is not asked for referrers tags that are known not to be there', async () => {
    const { server, open } = await world();
    const referrer = makeReferrer({ subject: SUBJECT, artifactType: 'application/x' });
    await seed(server, 'acme/app', referrer);
    await seed(server, 'acme/app', makeFallbackIndex([referrer]), { tags: [fallbackTag(SUBJECT.digest)] });
    const tags = async () => new Set(await open().listTags());
    const [found, none] = await list(open(), { tags });
    expect({ found: found?.length, none: none?.length }).toEqual({ found: 1, none: 0 });
    expect(server.log.count({ path: /\/manifests\/sha256-/ })).toBe(1);
  });
});
