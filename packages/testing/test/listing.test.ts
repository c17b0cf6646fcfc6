import {
  MEDIA_TYPE,
  makeImage,
  makeIndex,
  makeReferrer,
  type RegistryOptions,
  seed,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { errorCode, jsonOf } from './support/ask.ts';
import { askPath, openRegistry } from './support/registry.ts';

const IMAGE = makeImage();

/** Follows `Link` to the end and gives what each page held. */
async function readPages(registry: TestRegistry, path: string, field: string): Promise<readonly unknown[]> {
  const pages: unknown[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const reply = await askPath(registry, next);
    expect(reply.status).toBe(200);
    pages.push(Reflect.get(Object(jsonOf(reply)), field));
    next = /^<([^>]+)>; rel="next"$/.exec(String(reply.headers['link'] ?? ''))?.[1];
  }
  return pages;
}

describe('tags', () => {
  const setUp = async (options: RegistryOptions = {}) => {
    const registry = await openRegistry(options);
    await seed(registry, 'a', IMAGE, { tags: ['b', 'a', 'd', 'c', 'B'] });
    return registry;
  };

  it.each<[string, RegistryOptions, string, unknown[]]>([
    ['all, sorted', {}, '', [['B', 'a', 'b', 'c', 'd']]],
    ['in pages of n', {}, '?n=2', [['B', 'a'], ['b', 'c'], ['d']]],
    ['in one page when n is all there are', {}, '?n=5', [['B', 'a', 'b', 'c', 'd']]],
    ['after last', {}, '?last=b', [['c', 'd']]],
    ['after a last that is not there', {}, '?last=aa', [['b', 'c', 'd']]],
    ['nothing for n=0', {}, '?n=0', [[]]],
    [
      "in the registry's own pages",
      { tagsPageSize: 3 },
      '',
      [
        ['B', 'a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      "in the registry's own pages though n asks for more",
      { tagsPageSize: 4 },
      '?n=100',
      [['B', 'a', 'b', 'c'], ['d']],
    ],
  ])('are listed %s', async (_name, options, query, pages) => {
    expect(await readPages(await setUp(options), `/v2/a/tags/list${query}`, 'tags')).toEqual(pages);
  });

  it.each([
    ['an unknown repository', '/v2/other/tags/list', 404, 'NAME_UNKNOWN'],
    ['n that is no number', '/v2/a/tags/list?n=x', 400, 'PAGINATION_NUMBER_INVALID'],
    ['n below zero', '/v2/a/tags/list?n=-1', 400, 'PAGINATION_NUMBER_INVALID'],
  ])('refuses %s', async (_name, path, status, code) => {
    const reply = await askPath(await setUp(), path);
    expect([reply.status, errorCode(reply)]).toEqual([status, code]);
  });
});

describe('repositories', () => {
  it('are listed in pages', async () => {
    const registry = await openRegistry();
    for (const name of ['c', 'a', 'b/x']) await registry.store.createRepository(name);
    expect(await readPages(registry, '/v2/_catalog?n=2', 'repositories')).toEqual([['a', 'b/x'], ['c']]);
  });

  it('are not listed where there is no catalogue', async () => {
    expect((await askPath(await openRegistry({ catalog: false }), '/v2/_catalog')).status).toBe(404);
  });
});

describe('referrers', () => {
  const sbom = makeReferrer({
    subject: IMAGE,
    artifactType: 'application/sbom',
    annotations: { 'a.b': 'c' },
  });
  const signature = makeReferrer({ subject: IMAGE, artifactType: 'application/signature' });
  const image = makeImage({ subject: IMAGE, layers: ['x'] });
  const index = makeIndex([IMAGE], { subject: IMAGE, artifactType: 'application/list' });
  const all = [sbom, signature, image, index];
  const path = `/v2/a/referrers/${IMAGE.digest}`;

  const setUp = async (options: RegistryOptions = {}) => {
    const registry = await openRegistry(options);
    for (const manifest of [IMAGE, ...all]) await seed(registry, 'a', manifest);
    return registry;
  };

  it('are listed as an OCI index, with type, artifact type and annotations of each', async () => {
    const reply = await askPath(await setUp(), path);
    expect(reply.headers['content-type']).toBe(MEDIA_TYPE.ociIndex);
    expect(reply.headers['oci-filters-applied']).toBeUndefined();
    const entry = (manifest: typeof sbom, artifactType: string) => ({
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.bytes.length,
      artifactType,
    });
    expect(jsonOf(reply)).toEqual({
      schemaVersion: 2,
      mediaType: MEDIA_TYPE.ociIndex,
      manifests: [
        { ...entry(sbom, 'application/sbom'), annotations: { 'a.b': 'c' } },
        entry(signature, 'application/signature'),
        entry(image, MEDIA_TYPE.ociConfig),
        entry(index, 'application/list'),
      ].sort((a, b) => (a.digest < b.digest ? -1 : 1)),
    });
  });

  it.each<[string, RegistryOptions, string, number, string | undefined]>([
    ['of one type', {}, '?artifactType=application/sbom', 1, 'artifactType'],
    ['of a type that none has', {}, '?artifactType=application/none', 0, 'artifactType'],
    [
      'without the filter where it is ignored',
      { referrersFilter: false },
      '?artifactType=application/sbom',
      4,
      undefined,
    ],
  ])('are listed %s', async (_name, options, query, count, header) => {
    const reply = await askPath(await setUp(options), path + query);
    expect(reply.headers['oci-filters-applied']).toBe(header);
    expect(jsonOf(reply)).toMatchObject({ manifests: { length: count } });
  });

  it('are listed in pages, the filter kept', async () => {
    const registry = await setUp({ referrersPageSize: 3 });
    const more = makeReferrer({ subject: IMAGE, artifactType: 'application/sbom', layers: ['2'] });
    await seed(registry, 'a', more);
    const pages = await readPages(registry, path, 'manifests');
    expect(pages).toMatchObject([{ length: 3 }, { length: 2 }]);
    const filtered = await readPages(registry, `${path}?artifactType=application/sbom`, 'manifests');
    expect(filtered).toMatchObject([{ length: 2 }]);
  });

  it.each([
    ['of a subject that is not here', `/v2/a/referrers/${sbom.digest}`],
    ['in a repository that is not here', `/v2/other/referrers/${IMAGE.digest}`],
  ])('are none %s', async (_name, target) => {
    const reply = await askPath(await setUp(), target);
    expect([reply.status, jsonOf(reply)]).toMatchObject([200, { manifests: [] }]);
  });

  it('are refused for what is no digest', async () => {
    const reply = await askPath(await setUp(), '/v2/a/referrers/latest');
    expect([reply.status, errorCode(reply)]).toEqual([400, 'DIGEST_INVALID']);
  });

  it('are not known where there is no such API', async () => {
    const reply = await askPath(await setUp({ referrers: 'none' }), path);
    expect(reply.status).toBe(404);
  });
});
