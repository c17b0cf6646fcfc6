import {
  type FaultAction,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeReferrer,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { digestOf, parseDigest } from '../../src/name/digest.ts';
import { MEDIA_TYPE } from '../../src/oci/media-type.ts';
import { manifestOf, refusalOf, startWorld, tag } from './world.ts';

const IMAGE = makeImage({ annotations: { which: 'first' } });
const OTHER = makeImage({ annotations: { which: 'second' } });
const DIGEST = parseDigest(IMAGE.digest, 'test');
const V1 = tag('v1');
const PATH = /\/manifests\//;

describe('a tag on content of a type that nobody here knows', () => {
  const TYPE = 'application/vnd.acme.thing+json';

  it.each([[true], [false]])('is no free tag (negotiation: %s)', async (negotiate) => {
    const { server, open } = await startWorld({ anyManifestType: true, negotiate });
    const response = await fetch(`${server.url}/v2/acme/app/manifests/v1`, {
      method: 'PUT',
      headers: { 'content-type': TYPE },
      body: '{"thing":1}',
    });
    expect(response.status).toBe(201);
    expect(await refusalOf(open().resolve(tag('v1')))).toMatchObject({ code: 'UNSUPPORTED' });
    expect(await open().resolve(tag('v2'))).toBeUndefined();
  });
});

describe('a tag is resolved', () => {
  it('by one HEAD', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    expect(await open().resolve(V1)).toEqual({
      mediaType: IMAGE.mediaType,
      digest: IMAGE.digest,
      size: IMAGE.bytes.length,
    });
    expect(server.log.lines()).toEqual(['HEAD /v2/acme/app/manifests/v1 200']);
  });

  it.each<[string, FaultAction]>([
    ['no digest', { kind: 'rewrite', headers: { 'docker-content-digest': undefined } }],
    ['a digest that is none', { kind: 'rewrite', headers: { 'docker-content-digest': 'sha256:abc' } }],
    ['no type', { kind: 'rewrite', headers: { 'content-type': undefined } }],
    ['a type that says nothing', { kind: 'rewrite', headers: { 'content-type': 'text/plain' } }],
    ['405', { kind: 'answer', status: 405 }],
    ['403', { kind: 'answer', status: 403 }],
    ['501', { kind: 'answer', status: 501 }],
  ])('by GET where HEAD is answered with %s', async (_name, action) => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    server.faults.add({ method: 'HEAD', path: PATH }, action);
    expect(await open().resolve(V1)).toMatchObject({ digest: IMAGE.digest, mediaType: IMAGE.mediaType });
    expect(server.log.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('to nothing where there is none', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE);
    expect(await open().resolve(V1)).toBeUndefined();
    expect(await open('acme/none').resolve(V1)).toBeUndefined();
  });

  it('to nothing where HEAD is forbidden for what is missing', async () => {
    const { server, open } = await startWorld();
    server.faults.add({ method: 'HEAD' }, { kind: 'answer', status: 403 });
    expect(await open().resolve(V1)).toBeUndefined();
  });

  it('to nothing only when that is known', async () => {
    const { server, open } = await startWorld();
    server.faults.add({}, { kind: 'answer', status: 503 });
    expect((await refusalOf(open().resolve(V1))).code).toBe('UNREACHABLE');
  });

  it('by its digest, though the registry names it by another algorithm', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE);
    const sha512 = digestOf(IMAGE.bytes, 'sha512');
    server.faults.add({}, { kind: 'rewrite', headers: { 'docker-content-digest': sha512 } });
    expect(await open().resolve(DIGEST)).toMatchObject({ digest: DIGEST });
  });
});

describe('a manifest', () => {
  it.each([
    ['an image', IMAGE],
    ['an index', makeIndex([IMAGE, OTHER])],
    ['an index of indexes', makeIndex([makeIndex([IMAGE])])],
    ['docker’s', makeImage({ mediaTypes: 'docker' })],
    ['docker’s list', makeIndex([makeImage({ mediaTypes: 'docker' })], { mediaTypes: 'docker' })],
    ['one without mediaType', makeImage({ withMediaType: false })],
    ['one with fields of its own', makeImage({ extra: { 'x-acme': { b: 1, a: [null, 1.0] } } })],
    ['a sha512 one', makeImage({ algorithm: 'sha512' })],
    ['an artifact', makeReferrer({ subject: IMAGE, artifactType: 'application/x' })],
  ])('is read with its bytes: %s', async (_name, content) => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', content, { tags: ['v1'] });
    const byDigest = await open().fetchManifest(parseDigest(content.digest, 'test'));
    expect(Buffer.from(byDigest.bytes).equals(content.bytes)).toBe(true);
    expect(byDigest).toMatchObject({ digest: content.digest, mediaType: content.mediaType });
    expect((await open().fetchManifest(V1)).digest).toBe(content.digest);
  });

  it.each<[string, FaultAction, string, RegExp]>([
    ['a flipped bit', { kind: 'corrupt', offset: 30 }, 'DIGEST_MISMATCH', /should be sha256:/],
    ['a cut end', { kind: 'truncate', toBytes: 50 }, 'DIGEST_MISMATCH', /should be sha256:/],
    [
      'a page for humans',
      { kind: 'html' },
      'PROTOCOL_INVALID',
      /answered 200 with text\/html where a manifest belongs.*<!DOCTYPE html>/,
    ],
    ['nothing', { kind: 'answer', status: 200 }, 'PROTOCOL_INVALID', /where a manifest belongs.*nothing/],
    ['401 without a way in', { kind: 'answer', status: 401 }, 'UNAUTHORIZED', /Not logged in/],
    [
      '403',
      { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
      'FORBIDDEN',
      /403 DENIED: no/,
    ],
    ['429 for longer than a run may wait', { kind: 'rate-limit', retryAfter: 86_400 }, 'RATE_LIMITED', /./],
    ['500', { kind: 'answer', status: 500, body: 'boom' }, 'UNREACHABLE', /500/],
    [
      'another type than it says',
      { kind: 'rewrite', headers: { 'content-type': MEDIA_TYPE.ociIndex } },
      'CONTENT_INVALID',
      /index/,
    ],
    [
      'schema 1',
      { kind: 'rewrite', headers: { 'content-type': MEDIA_TYPE.dockerSchema1Signed } },
      'UNSUPPORTED',
      /schema 1/,
    ],
    [
      'another digest beside it',
      { kind: 'rewrite', headers: { 'docker-content-digest': OTHER.digest } },
      'DIGEST_MISMATCH',
      /the registry calls it/,
    ],
    [
      '8 MiB and a byte',
      { kind: 'extend', bytes: Buffer.alloc(8 * 1024 * 1024, ' ') },
      'LIMIT_EXCEEDED',
      /more than the 8388608 allowed/,
    ],
    [
      'a loop of redirects',
      { kind: 'redirect', status: 307, location: '/v2/acme/app/manifests/v1' },
      'PROTOCOL_INVALID',
      /./,
    ],
  ])('is refused where the registry sends %s', async (_name, action, code, message) => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    server.faults.add({ path: PATH }, action);
    const error = await refusalOf(open().fetchManifest(DIGEST));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it('by tag is verified against the digest the registry names', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    server.faults.add({}, { kind: 'corrupt', offset: 30 });
    expect((await refusalOf(open().fetchManifest(V1))).code).toBe('DIGEST_MISMATCH');
  });

  it('by tag is hashed where the registry names no digest', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    server.faults.add({}, { kind: 'rewrite', headers: { 'docker-content-digest': undefined } });
    expect((await open().fetchManifest(V1)).digest).toBe(IMAGE.digest);
  });

  it('whose type carries parameters is read', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    server.faults.add(
      {},
      { kind: 'rewrite', headers: { 'content-type': `${IMAGE.mediaType}; charset=utf-8` } },
    );
    expect((await open().fetchManifest(V1)).mediaType).toBe(IMAGE.mediaType);
  });

  it('whose connection breaks in the middle is asked for again', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    server.faults.add({ method: 'GET', times: 2 }, { kind: 'drop-body', afterBytes: 20 });
    expect((await open().fetchManifest(V1)).digest).toBe(IMAGE.digest);
    expect(server.log.count({ method: 'GET' })).toBe(3);
  });

  it.each([
    ['tag', 'acme/app', V1, /could not read the manifest v1; .* 404 MANIFEST_UNKNOWN/],
    ['repository', 'acme/none', V1, /acme\/none: could not read the manifest v1; .* 404 NAME_UNKNOWN/],
  ])('that is missing is NOT_FOUND: the %s', async (_name, name, reference, message) => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE);
    const error = await refusalOf(open(name).fetchManifest(reference));
    expect(error.code).toBe('NOT_FOUND');
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(/login/);
  });

  it('shows no secret of what answered', async () => {
    const { server, open } = await startWorld();
    const body =
      'see https://s3.example/blob?X-Amz-Signature=abcdef Bearer eyJhbGciOiJSUzI1NiJ9.secret ghp_0123456789abcdef';
    server.faults.add({}, { kind: 'answer', status: 403, body, headers: { 'content-type': 'text/plain' } });
    const { message } = await refusalOf(open().fetchManifest(V1));
    expect(message).toContain('see https://s3.example/blob?X-Amz-Signature=***');
    expect(message).not.toMatch(/abcdef|eyJ|secret/);
  });
});

describe('a manifest is written', () => {
  it('under its digest, as its bytes, with its type', async () => {
    const { server, open } = await startWorld();
    const index = makeIndex([], { extra: { 'x-acme': 1 } });
    await open().pushManifest(manifestOf(index));
    expect(server.log.lines()).toEqual([`PUT /v2/acme/app/manifests/${index.digest} 201`]);
    expect(server.store.manifest('acme/app', index.digest)?.bytes.equals(index.bytes)).toBe(true);
    expect(server.log.requests[0]?.headers['content-type']).toBe(MEDIA_TYPE.ociIndex);
  });

  it('under a sha512 digest', async () => {
    const { server, open } = await startWorld();
    const index = makeIndex([], { algorithm: 'sha512' });
    await open().pushManifest(manifestOf(index));
    expect(server.store.manifest('acme/app', index.digest)?.digest).toBe(index.digest);
  });

  it('and tagged by a second PUT', async () => {
    const { server, open } = await startWorld();
    const index = makeIndex([]);
    await open().pushManifest(manifestOf(index));
    await open().tagManifest(V1, manifestOf(index));
    expect(server.store.tags('acme/app').get('v1')).toBe(index.digest);
    expect(server.log.requests).toHaveLength(2);
  });

  it.each<[string, FaultAction, string, RegExp]>([
    [
      'calls it otherwise',
      { kind: 'rewrite', headers: { 'docker-content-digest': OTHER.digest } },
      'DIGEST_MISMATCH',
      /and calls it/,
    ],
    [
      'misses a blob of it',
      { kind: 'answer', status: 400, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' },
      'NOT_FOUND',
      /MANIFEST_BLOB_UNKNOWN/,
    ],
    [
      'finds it wrong',
      { kind: 'answer', status: 400, body: '{"errors":[{"code":"MANIFEST_INVALID"}]}' },
      'CONTENT_INVALID',
      /MANIFEST_INVALID/,
    ],
    ['finds it too large', { kind: 'answer', status: 413 }, 'LIMIT_EXCEEDED', /413/],
    [
      'does not know its kind',
      {
        kind: 'answer',
        status: 405,
        body: '{"errors":[{"code":"UNSUPPORTED","message":"Invalid JSON syntax"}]}',
      },
      'UNSUPPORTED',
      /Invalid JSON syntax/,
    ],
    ['forbids it', { kind: 'answer', status: 403 }, 'FORBIDDEN', /could not write the manifest/],
  ])('or not, where the registry %s', async (_name, action, code, message) => {
    const { server, open } = await startWorld();
    server.faults.add({ method: 'PUT' }, action);
    const error = await refusalOf(open().pushManifest(manifestOf(makeIndex([]))));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it('or not, where the repository does not exist and will not by itself', async () => {
    const { open } = await startWorld({ createRepositories: false });
    const error = await refusalOf(open().pushManifest(manifestOf(makeIndex([]))));
    expect(error.code).toBe('NOT_FOUND');
    expect(error.remedy).toMatch(/Create the repository acme\/app first/);
  });
});

describe('a registry that keeps no sha512 digests', () => {
  it('is UNSUPPORTED for them, not a wrong digest', async () => {
    const { server, open } = await startWorld();
    server.faults.add(
      { method: 'PUT' },
      { kind: 'answer', status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' },
    );
    const error = await refusalOf(open().pushManifest(manifestOf(makeIndex([], { algorithm: 'sha512' }))));
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.message).toMatch(/^No sha512 digests in/);
  });
});

describe('a tag that its registry keeps from moving', () => {
  const first = makeIndex([], { annotations: { which: 'first' } });
  const second = makeIndex([], { annotations: { which: 'second' } });

  it.each(['ecr', 'gar', 'harbor', 'acr', 'nexus'] as const)(
    'is TAG_EXISTS, naming both digests: %s',
    async (refusal) => {
      const { server, open } = await startWorld({ immutableTags: { refusal } });
      await seed(server, 'acme/app', first, { tags: ['v1'] });
      const error = await refusalOf(open().tagManifest(V1, manifestOf(second)));
      expect(error.code).toBe('TAG_EXISTS');
      expect(error.message).toContain(first.digest);
      expect(error.message).toContain(second.digest);
      expect(server.store.tags('acme/app').get('v1')).toBe(first.digest);
    },
  );

  it.each(['ecr', 'gar', 'harbor', 'acr', 'nexus'] as const)(
    'is set again to the same digest: %s',
    async (refusal) => {
      const { server, open } = await startWorld({ immutableTags: { refusal } });
      await seed(server, 'acme/app', first, { tags: ['v1'] });
      await open().tagManifest(V1, manifestOf(first));
      expect(server.store.tags('acme/app').get('v1')).toBe(first.digest);
    },
  );
});

describe('deleting', () => {
  it('takes a tag and leaves the manifest', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1', 'v2'] });
    await open().deleteManifest(V1);
    expect([...server.store.tags('acme/app').keys()]).toEqual(['v2']);
    expect(server.log.lines()).toEqual(['DELETE /v2/acme/app/manifests/v1 202']);
  });

  it('takes a manifest with its tags', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE, { tags: ['v1', 'v2'] });
    await open().deleteManifest(DIGEST);
    expect(server.store.tags('acme/app').size).toBe(0);
    expect(server.store.manifests('acme/app')).toEqual([]);
  });

  it('takes a referrer off the list its subject’s tag holds', async () => {
    const { server, open } = await startWorld({ referrers: 'none' });
    const referrers = ['a', 'b'].map((name) =>
      makeReferrer({ subject: IMAGE, artifactType: `application/${name}` }),
    );
    await seed(server, 'acme/app', IMAGE);
    for (const referrer of referrers) await seed(server, 'acme/app', referrer);
    await seed(server, 'acme/app', makeFallbackIndex(referrers), { tags: [IMAGE.digest.replace(':', '-')] });
    await open().deleteManifest(parseDigest(referrers[0]?.digest ?? '', 'test'));
    expect((await open().listReferrers(DIGEST)).map(({ digest }) => digest)).toEqual([referrers[1]?.digest]);
  });

  it.each<[string, 400 | 405]>([
    ['with 405', 405],
    ['with 400', 400],
  ])('is UNSUPPORTED where the registry says so %s', async (_name, status) => {
    const { server, open } = await startWorld({ delete: { tags: false, status } });
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    const error = await refusalOf(open().deleteManifest(V1));
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.message).toMatch(/could not delete the tag v1/);
  });

  it('of what is not there is NOT_FOUND', async () => {
    const { server, open } = await startWorld();
    await seed(server, 'acme/app', IMAGE);
    expect((await refusalOf(open().deleteManifest(V1))).code).toBe('NOT_FOUND');
  });
});
