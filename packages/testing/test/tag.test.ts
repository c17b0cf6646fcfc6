import { makeImage, type RefusalStyle, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { errorCode } from './support/ask.ts';
import { putManifest } from './support/manifest.ts';
import { openRegistry } from './support/registry.ts';

const IMAGE = makeImage();
const OTHER = makeImage({ layers: ['other'] });

describe('tag parameters', () => {
  it('sets all tags of one request, and says so', async () => {
    const registry = await openRegistry({ tagParameters: true });
    await seed(registry, 'a', IMAGE);
    const reply = await putManifest(registry, IMAGE, `${IMAGE.digest}?tag=1.0&tag=1.0.0&tag=1.0`);
    expect([reply.status, reply.headers['oci-tag']]).toEqual([201, '1.0, 1.0.0']);
    expect([...registry.store.tags('a').keys()]).toEqual(['1.0', '1.0.0']);
  });

  it('sets none when one of them may not move', async () => {
    const registry = await openRegistry({ tagParameters: true, immutableTags: { refusal: 'harbor' } });
    await seed(registry, 'a', OTHER, { tags: ['old'] });
    await seed(registry, 'a', IMAGE);
    expect((await putManifest(registry, IMAGE, `${IMAGE.digest}?tag=new&tag=old`)).status).toBe(412);
    expect([...registry.store.tags('a')]).toEqual([['old', OTHER.digest]]);
  });

  it('passes them over, silently, where they are not supported', async () => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE);
    const reply = await putManifest(registry, IMAGE, `${IMAGE.digest}?tag=1.0`);
    expect([reply.status, reply.headers['oci-tag']]).toEqual([201, undefined]);
    expect(registry.store.tags('a').size).toBe(0);
  });

  it('refuses a tag that is none', async () => {
    const registry = await openRegistry({ tagParameters: true });
    await seed(registry, 'a', IMAGE);
    const reply = await putManifest(registry, IMAGE, `${IMAGE.digest}?tag=ok&tag=-no`);
    expect([reply.status, errorCode(reply)]).toEqual([400, 'TAG_INVALID']);
    expect(registry.store.tags('a').size).toBe(0);
  });
});

describe('tags', () => {
  it('move', async () => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE, { tags: ['t'] });
    await seed(registry, 'a', OTHER);
    expect((await putManifest(registry, OTHER, 't')).status).toBe(201);
    expect(registry.store.tags('a').get('t')).toBe(OTHER.digest);
    expect(registry.store.manifest('a', IMAGE.digest)).toBeDefined();
  });

  it.each<[RefusalStyle, number, string, number]>([
    ['ecr', 400, 'TAG_INVALID', 400],
    ['gar', 400, 'MANIFEST_INVALID', 201],
    ['harbor', 412, 'PRECONDITION', 201],
    ['acr', 409, 'CONFLICT', 201],
    ['nexus', 400, 'MANIFEST_INVALID', 201],
  ])('do not move in a registry like %s', async (refusal, status, code, same) => {
    const registry = await openRegistry({ immutableTags: { refusal } });
    await seed(registry, 'a', OTHER);
    await seed(registry, 'a', IMAGE);
    expect((await putManifest(registry, IMAGE, 't')).status).toBe(201);
    const moved = await putManifest(registry, OTHER, 't');
    expect([moved.status, errorCode(moved)]).toEqual([status, code]);
    expect((await putManifest(registry, IMAGE, 't')).status).toBe(same);
    expect(registry.store.tags('a').get('t')).toBe(IMAGE.digest);
    expect((await putManifest(registry, OTHER)).status).toBe(201);
  });

  it('are refused as a test words it, where they match', async () => {
    const registry = await openRegistry({
      immutableTags: {
        matches: (repository, tag) => repository === 'a' && tag.startsWith('v'),
        refusal: () => ({ status: 418, body: 'no', contentType: 'text/plain', sameDigest: 'accepted' }),
      },
    });
    await seed(registry, 'a', IMAGE, { tags: ['v1', 'edge'] });
    await seed(registry, 'a', OTHER);
    const refused = await putManifest(registry, OTHER, 'v1');
    expect([refused.status, refused.body.toString(), refused.headers['content-type']]).toEqual([
      418,
      'no',
      'text/plain',
    ]);
    expect((await putManifest(registry, OTHER, 'edge')).status).toBe(201);
  });
});
