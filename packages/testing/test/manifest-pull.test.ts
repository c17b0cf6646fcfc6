import {
  MEDIA_TYPE,
  makeImage,
  makeReferrer,
  type RegistryOptions,
  seed,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { errorCode } from './support/ask.ts';
import { putManifest } from './support/manifest.ts';
import { askPath, openRegistry } from './support/registry.ts';

const IMAGE = makeImage();
const OTHER = makeImage({ layers: ['other'] });

describe('pulling a manifest', () => {
  it.each([
    ['no Accept', {}, 200],
    ['everything', { accept: '*/*' }, 200],
    ['every application type', { accept: 'text/html, application/*;q=0.5' }, 200],
    [
      'its type among others, with parameters',
      { accept: `${MEDIA_TYPE.dockerList}, ${MEDIA_TYPE.ociManifest};q=0.1` },
      200,
    ],
    ['other types only', { accept: MEDIA_TYPE.dockerManifest }, 404],
  ])('looks at what is accepted: %s', async (_name, headers, status) => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE, { tags: ['t'] });
    for (const method of ['GET', 'HEAD']) {
      expect((await askPath(registry, '/v2/a/manifests/t', { method, headers })).status).toBe(status);
    }
  });

  it('does not look at what is accepted where it is told not to', async () => {
    const registry = await openRegistry({ negotiate: false });
    await seed(registry, 'a', IMAGE, { tags: ['t'] });
    expect((await askPath(registry, '/v2/a/manifests/t', { headers: { accept: 'text/html' } })).status).toBe(
      200,
    );
  });

  it.each([
    ['an unknown tag', '/v2/a/manifests/nope', 404, 'MANIFEST_UNKNOWN'],
    ['an unknown digest', `/v2/a/manifests/${OTHER.digest}`, 404, 'MANIFEST_UNKNOWN'],
    ['an unknown repository', '/v2/b/manifests/t', 404, 'NAME_UNKNOWN'],
    ['a digest that is none', '/v2/a/manifests/sha256:1', 400, 'DIGEST_INVALID'],
  ])('refuses %s', async (_name, path, status, code) => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE, { tags: ['t'] });
    const reply = await askPath(registry, path);
    expect([reply.status, errorCode(reply)]).toEqual([status, code]);
  });

  it('answers HEAD like GET, without the body', async () => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE, { tags: ['t'] });
    const reply = await askPath(registry, '/v2/a/manifests/t', { method: 'HEAD' });
    expect(reply.headers).toMatchObject({
      'content-length': String(IMAGE.bytes.length),
      'content-type': IMAGE.mediaType,
      'docker-content-digest': IMAGE.digest,
    });
    expect(reply.body.length).toBe(0);
  });
});

describe('deleting', () => {
  const setUp = async (options: RegistryOptions = {}) => {
    const registry = await openRegistry(options);
    await seed(registry, 'a', IMAGE, { tags: ['one', 'two'] });
    return registry;
  };
  const remove = (registry: TestRegistry, reference: string) =>
    askPath(registry, `/v2/a/manifests/${reference}`, { method: 'DELETE' });

  it('removes a tag and leaves the manifest', async () => {
    const registry = await setUp();
    expect((await remove(registry, 'one')).status).toBe(202);
    expect([...registry.store.tags('a').keys()]).toEqual(['two']);
    expect(registry.store.manifest('a', IMAGE.digest)).toBeDefined();
    expect((await remove(registry, 'one')).status).toBe(404);
  });

  it('removes a manifest with its tags and as a referrer', async () => {
    const registry = await setUp();
    const referrer = makeReferrer({ subject: IMAGE, artifactType: 'application/x' });
    await seed(registry, 'a', referrer);
    expect(registry.store.referrers('a', IMAGE.digest)).toEqual([referrer.digest]);
    expect((await remove(registry, referrer.digest)).status).toBe(202);
    expect(registry.store.referrers('a', IMAGE.digest)).toEqual([]);
    expect((await remove(registry, IMAGE.digest)).status).toBe(202);
    expect(registry.store.tags('a').size).toBe(0);
  });

  it.each<[string, RegistryOptions['delete'], string, number]>([
    ['tags', { tags: false }, 'one', 405],
    ['manifests', { manifests: false }, IMAGE.digest, 405],
    ['tags, with 400', { tags: false, status: 400 }, 'one', 400],
  ])('is refused for %s', async (_name, options, reference, status) => {
    const registry = await setUp({ delete: options });
    const reply = await remove(registry, reference);
    expect([reply.status, errorCode(reply)]).toEqual([status, 'UNSUPPORTED']);
    expect(registry.store.tags('a').size).toBe(2);
  });
});

describe('conditional requests', () => {
  const setUp = async (conditional = true) => {
    const registry = await openRegistry({ conditional });
    await seed(registry, 'a', IMAGE, { tags: ['t'] });
    await seed(registry, 'a', OTHER);
    return registry;
  };

  it.each([
    ['moves a tag that is where the client saw it', 't', { 'if-match': `"${IMAGE.digest}"` }, 201],
    ['moves a tag that is anywhere', 't', { 'if-match': '*' }, 201],
    ['refuses a tag that has moved', 't', { 'if-match': `"${OTHER.digest}"` }, 412],
    ['refuses a tag that is gone', 'gone', { 'if-match': '*' }, 412],
    ['refuses a tag that is there already', 't', { 'if-none-match': '*' }, 412],
    ['sets a tag that is not there', 'new', { 'if-none-match': '*' }, 201],
  ])('%s', async (_name, tag, headers, status) => {
    const registry = await setUp();
    const reply = await putManifest(registry, OTHER, tag, headers);
    expect(reply.status).toBe(status);
    expect(registry.store.tags('a').get(tag) === OTHER.digest).toBe(status === 201);
  });

  it('gives an ETag and knows it again', async () => {
    const registry = await setUp();
    const got = await askPath(registry, '/v2/a/manifests/t');
    expect(got.headers.etag).toBe(`"${IMAGE.digest}"`);
    const again = await askPath(registry, '/v2/a/manifests/t', {
      headers: { 'if-none-match': `"${IMAGE.digest}"` },
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('are passed over where they are not supported', async () => {
    const registry = await setUp(false);
    expect((await putManifest(registry, OTHER, 't', { 'if-none-match': '*' })).status).toBe(201);
    expect((await askPath(registry, '/v2/a/manifests/t')).headers.etag).toBeUndefined();
  });
});
