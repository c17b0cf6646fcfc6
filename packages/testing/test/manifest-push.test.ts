import {
  digestOf,
  foreignLayer,
  type ManifestContent,
  MEDIA_TYPE,
  makeBlob,
  makeImage,
  makeIndex,
  makeManifest,
  makeReferrer,
  type RegistryOptions,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { errorCode } from './support/ask.ts';
import { putManifest, seedParts } from './support/manifest.ts';
import { askPath, openRegistry } from './support/registry.ts';

const IMAGE = makeImage();
const OTHER = makeImage({ layers: ['other'] });

describe('pushing a manifest', () => {
  it.each<[string, ManifestContent, RegistryOptions]>([
    ['an OCI image', IMAGE, {}],
    ['an OCI image that does not say its type', makeImage({ withMediaType: false }), {}],
    ['a docker image', makeImage({ mediaTypes: 'docker' }), {}],
    ['an artifact', makeImage({ artifactType: 'application/x' }), {}],
    ['an image without layers', makeImage({ layers: [] }), {}],
    ['an image with unknown fields', makeImage({ extra: { z: 1, a: { b: [null] } } }), {}],
    ['an image by sha512', makeImage({ algorithm: 'sha512', layers: ['x'] }), {}],
    ['a foreign layer', makeImage({ layers: [foreignLayer(1, 10)] }), {}],
    ['a docker foreign layer', makeImage({ mediaTypes: 'docker', layers: [foreignLayer(1, 10)] }), {}],
    ['an index', makeIndex([IMAGE, OTHER]), {}],
    ['an empty index', makeIndex([]), {}],
    ['an index that does not say its type', makeIndex([IMAGE], { withMediaType: false }), {}],
    ['a nested index', makeIndex([makeIndex([IMAGE]), makeIndex([OTHER])]), {}],
    ['a docker list', makeIndex([makeImage({ mediaTypes: 'docker' })], { mediaTypes: 'docker' }), {}],
    ['a docker list of OCI images', makeIndex([IMAGE], { mediaTypes: 'docker' }), {}],
    [
      'the withdrawn artifact manifest',
      makeManifest({ mediaType: MEDIA_TYPE.ociArtifact, blobs: [] }, MEDIA_TYPE.ociArtifact),
      {},
    ],
    [
      'a manifest whose subject is absent',
      makeReferrer({ subject: OTHER, artifactType: 'application/x' }),
      {},
    ],
    ['a sparse index where that is allowed', makeIndex([{ child: IMAGE, absent: true }]), { sparse: true }],
    [
      'any type where that is allowed',
      makeManifest({ any: 'thing' }, 'application/vnd.example+json'),
      { anyManifestType: true },
    ],
  ])('takes %s by digest and gives its bytes back', async (_name, manifest, options) => {
    const registry = await openRegistry(options);
    await seedParts(registry, manifest);
    const reply = await putManifest(registry, manifest);
    expect([reply.status, reply.body.toString()]).toEqual([201, '']);
    expect(reply.headers).toMatchObject({
      'docker-content-digest': manifest.digest,
      location: `/v2/a/manifests/${manifest.digest}`,
    });
    const got = await askPath(registry, `/v2/a/manifests/${manifest.digest}`);
    expect(got.body.equals(manifest.bytes)).toBe(true);
    expect(got.headers['content-type']).toBe(manifest.mediaType);
  });

  const raw = (text: string, mediaType: string = MEDIA_TYPE.ociManifest): ManifestContent => ({
    ...IMAGE,
    mediaType,
    bytes: Buffer.from(text),
    digest: digestOf(text),
  });
  const json = (change: Record<string, unknown>, mediaType?: string): ManifestContent =>
    raw(JSON.stringify({ ...JSON.parse(IMAGE.bytes.toString()), ...change }), mediaType);

  it.each<[string, ManifestContent, string]>([
    ['what is no JSON', raw('{'), 'MANIFEST_INVALID'],
    [
      'what is no UTF-8',
      {
        ...raw(''),
        ...{ bytes: Buffer.from([0x7b, 0xff, 0x7d]), digest: digestOf(Buffer.from([0x7b, 0xff, 0x7d])) },
      },
      'MANIFEST_INVALID',
    ],
    ['a list', raw('[]'), 'MANIFEST_INVALID'],
    ['another schemaVersion', json({ schemaVersion: 1 }), 'MANIFEST_INVALID'],
    [
      'another mediaType than the Content-Type',
      json({ mediaType: MEDIA_TYPE.dockerManifest }),
      'MANIFEST_INVALID',
    ],
    [
      'a docker manifest that does not say its type',
      makeImage({ mediaTypes: 'docker', withMediaType: false }),
      'MANIFEST_INVALID',
    ],
    ['no config', json({ config: undefined }), 'MANIFEST_INVALID'],
    ['a config without a digest', json({ config: { mediaType: 'x', size: 1 } }), 'MANIFEST_INVALID'],
    [
      'a config of a negative size',
      json({ config: { mediaType: 'x', size: -1, digest: IMAGE.digest } }),
      'MANIFEST_INVALID',
    ],
    ['layers that are no list', json({ layers: {} }), 'MANIFEST_INVALID'],
    ['a subject that is no descriptor', json({ subject: 'sha256:1' }), 'MANIFEST_INVALID'],
    ['an index without manifests', raw('{"schemaVersion":2}', MEDIA_TYPE.ociIndex), 'MANIFEST_INVALID'],
    ['an unknown type', raw('{}', 'application/vnd.example+json'), 'MANIFEST_INVALID'],
    ["docker's schema 1", raw('{"schemaVersion":1}', MEDIA_TYPE.dockerSchema1Signed), 'MANIFEST_INVALID'],
    ['no Content-Type', raw(IMAGE.bytes.toString(), ''), 'MANIFEST_INVALID'],
    [
      'a layer that is not here',
      makeImage({ layers: ['x', { ...makeBlob('y'), absent: true }] }),
      'MANIFEST_BLOB_UNKNOWN',
    ],
    [
      'a config that is not here',
      makeImage({ config: { ...makeBlob('{}'), absent: true } }),
      'MANIFEST_BLOB_UNKNOWN',
    ],
    ['a child that is not here', makeIndex([IMAGE, { child: OTHER, absent: true }]), 'MANIFEST_BLOB_UNKNOWN'],
  ])('refuses %s', async (_name, manifest, code) => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE);
    await seedParts(registry, manifest);
    const reply = await putManifest(registry, manifest, 'tag');
    expect([reply.status, errorCode(reply)]).toEqual([400, code]);
    expect(registry.store.tags('a').size).toBe(0);
  });

  it.each([
    ['another digest', IMAGE.digest.replace(/.$/, (last) => (last === '0' ? '1' : '0')), 'DIGEST_INVALID'],
    ['a digest that is none', 'sha256:baddigeststring', 'DIGEST_INVALID'],
    ['an unknown algorithm', `md5:${'0'.repeat(32)}`, 'DIGEST_INVALID'],
    ['a tag with a leading point', '.tag', 'TAG_INVALID'],
    ['a tag of more than 128 characters', 't'.repeat(129), 'TAG_INVALID'],
  ])('refuses %s as reference', async (_name, reference, code) => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE);
    const reply = await putManifest(registry, IMAGE, reference);
    expect([reply.status, errorCode(reply)]).toEqual([400, code]);
  });

  it.each([
    ['announced', {}],
    ['found out', { 'transfer-encoding': 'chunked' }],
  ])('refuses a manifest over the limit, %s', async (_name, headers) => {
    const registry = await openRegistry({ manifestLimit: 1000 });
    const reply = await askPath(registry, '/v2/a/manifests/tag', {
      method: 'PUT',
      headers: {
        'content-type': MEDIA_TYPE.ociManifest,
        ...headers,
        ...('transfer-encoding' in headers ? {} : { 'content-length': 1001 }),
      },
      write: (request) => request.end(' '.repeat(1001)),
    });
    expect([reply.status, errorCode(reply)]).toEqual([413, 'MANIFEST_INVALID']);
  });

  it('takes a manifest of 4 MiB and refuses one byte more', async () => {
    const registry = await openRegistry();
    const pad = (size: number): ManifestContent => {
      const base = makeIndex([], { annotations: { pad: '' } }).bytes.length;
      return makeIndex([], { annotations: { pad: 'x'.repeat(size - base) } });
    };
    expect((await putManifest(registry, pad(4 * 1024 * 1024))).status).toBe(201);
    expect((await putManifest(registry, pad(4 * 1024 * 1024 + 1))).status).toBe(413);
  });

  it('ignores parameters of the Content-Type', async () => {
    const registry = await openRegistry();
    await seed(registry, 'a', IMAGE);
    const reply = await putManifest(registry, IMAGE, 'tag', {
      'content-type': `${MEDIA_TYPE.ociManifest}; charset=utf-8`,
    });
    expect(reply.status).toBe(201);
    expect(registry.store.manifest('a', 'tag')?.mediaType).toBe(MEDIA_TYPE.ociManifest);
  });
});

describe('subjects', () => {
  const referrer = makeReferrer({ subject: IMAGE, artifactType: 'application/x' });

  it.each([
    ['names the subject where there is a referrers API', 'api', IMAGE.digest],
    ['says nothing where there is none', 'none', undefined],
  ] as const)('%s', async (_name, referrers, header) => {
    const registry = await openRegistry({ referrers });
    await seedParts(registry, referrer);
    expect((await putManifest(registry, referrer)).headers['oci-subject']).toBe(header);
  });
});
