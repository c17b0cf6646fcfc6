import { MEDIA_TYPE, makeBlob, makeImage, makeIndex, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { openRegistry } from './support/registry.ts';

describe('seeding', () => {
  const shared = makeBlob('shared layer', MEDIA_TYPE.ociLayer);
  const [one, two] = [makeImage({ layers: [shared] }), makeImage({ layers: [shared, 'more'] })];
  const index = makeIndex([one, two, one, { child: makeImage({ layers: ['absent'] }), absent: true }]);

  const expectSeeded = (registry: Awaited<ReturnType<typeof openRegistry>>): void => {
    expect(registry.store.manifests('a/b').map((manifest) => manifest.digest)).toEqual(
      [one, two, index].map((manifest) => manifest.digest).sort(),
    );
    expect(registry.store.manifest('a/b', 'x')?.bytes.equals(index.bytes)).toBe(true);
    expect([...registry.store.tags('a/b').keys()]).toEqual(['x', 'y']);
  };

  it('puts everything below a manifest into the store, without a request', async () => {
    const registry = await openRegistry();
    await seed(registry, 'a/b', index, { tags: ['x', 'y'] });
    expectSeeded(registry);
    expect(registry.log.requests).toEqual([]);
  });

  it('pushes to a URL, each blob once', async () => {
    const registry = await openRegistry({ sparse: true });
    await seed(registry.url, 'a/b', index, { tags: ['x', 'y'] });
    expectSeeded(registry);
    expect(registry.log.count({ method: 'POST' })).toBe(registry.store.blobs('a/b').length);
  });

  it('pushes with credentials', async () => {
    const registry = await openRegistry({ auth: { kind: 'basic', users: [{ name: 'u', password: 'p' }] } });
    await expect(seed(registry.url, 'a', one)).rejects.toThrow(/answered 401: .*UNAUTHORIZED/);
    await seed(registry.url, 'a', one, { authorization: `Basic ${btoa('u:p')}` });
    expect(registry.store.manifest('a', one.digest)).toBeDefined();
  });

  it('says what a registry refused', async () => {
    const registry = await openRegistry();
    await expect(seed(registry.url, 'a', index)).rejects.toThrow(/answered 400: .*MANIFEST_BLOB_UNKNOWN/);
  });

  it('notices a blob that is not what it says', async () => {
    const registry = await openRegistry();
    const liar = { ...makeBlob('x'), open: makeBlob('y').open };
    await expect(seed(registry, 'a', makeImage({ layers: [liar] }))).rejects.toThrow(/has the digest/);
  });
});
