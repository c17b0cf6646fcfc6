import { parseDigest } from '@artifact-lifecycle/registry';
import {
  type FaultAction,
  fallbackTag,
  makeAttestationChild,
  makeBlob,
  makeFallbackIndex,
  makeImage,
  makeIndex,
  makeReferrer,
  type RegistryOptions,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_MEDIA_TYPE, MAX_BUNDLE_BYTES, MAX_BUNDLES_BYTES, RegistryStore } from '../../src/index.ts';
import { type Place, startPlace } from '../support/place.ts';
import { CERTIFICATE_DATE, makeSigned } from '../support/signed.ts';

const IMAGE = makeImage();
const SUBJECT = parseDigest(IMAGE.digest, 'test');
const SIGNED = makeSigned({ subject: IMAGE.digest });

const KINDS: readonly { readonly name: string; readonly options: RegistryOptions }[] = [
  { name: 'the referrers API', options: {} },
  { name: 'the referrers tag', options: { referrers: 'none' } },
  { name: 'the referrers tag, on condition', options: { referrers: 'none', conditional: true } },
];

interface Scene extends Place {
  store(): RegistryStore;
}

async function open(options: RegistryOptions = {}): Promise<Scene> {
  const place = await startPlace(options);
  await seed(place.server, 'acme/app', IMAGE, { tags: ['v1'] });
  return { ...place, store: () => new RegistryStore(place.open(), { clock: place.clock }) };
}

describe('a bundle in a registry', () => {
  it('is stored as cosign 3 and GitHub store it', async () => {
    const { server, store } = await open();
    const origin = await store().put(SUBJECT, SIGNED);
    if (origin.kind !== 'referrer') throw new Error(origin.kind);
    const manifest = server.store.manifest('acme/app', origin.digest);
    expect(manifest?.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    const json = JSON.parse(manifest?.bytes.toString() ?? '');
    expect(json).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [
        {
          mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
          digest: expect.stringMatching(/^sha256:/),
          size: SIGNED.bytes.length,
        },
      ],
      subject: { mediaType: IMAGE.mediaType, digest: IMAGE.digest, size: IMAGE.bytes.length },
      annotations: {
        'org.opencontainers.image.created': CERTIFICATE_DATE,
        'dev.sigstore.bundle.content': 'dsse-envelope',
        'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1',
      },
    });
    expect(await server.store.readBlob('acme/app', json.layers[0].digest)).toEqual(Buffer.from(SIGNED.bytes));
  });

  it.each(KINDS)(
    'is listed with $name, type and annotations in the list, and its bytes as they were',
    async ({ options }) => {
      const { server, open: connect, store } = await open(options);
      const origin = await store().put(SUBJECT, SIGNED);
      expect(await store().list(SUBJECT)).toEqual([
        { kind: 'bundle', origin, bytes: Buffer.from(SIGNED.bytes) },
      ]);
      expect(await connect().listReferrers(SUBJECT)).toEqual([
        expect.objectContaining({
          artifactType: BUNDLE_MEDIA_TYPE,
          annotations: expect.objectContaining({
            'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1',
          }),
        }),
      ]);
      expect(server.store.tags('acme/app').has(fallbackTag(IMAGE.digest))).toBe(options.referrers === 'none');
    },
  );

  it.each(KINDS)('is stored once with $name, whoever stores it again', async ({ options }) => {
    const { server, store } = await open(options);
    const first = await store().put(SUBJECT, SIGNED);
    server.log.clear();
    expect(await store().put(SUBJECT, SIGNED)).toEqual(first);
    expect(server.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] })).toBe(0);
  });

  it('is listed beside others, sorted, and many are stored at once', async () => {
    const { store } = await open({ referrers: 'none', conditional: true });
    const bundles = Array.from({ length: 6 }, (_, index) =>
      makeSigned({ subject: IMAGE.digest, predicate: { index } }),
    );
    const one = store();
    const origins = await Promise.all(bundles.map((signed) => one.put(SUBJECT, signed)));
    const listed = await store().list(SUBJECT);
    expect(listed.map(({ origin }) => JSON.stringify(origin))).toEqual(
      origins.map((origin) => JSON.stringify(origin)).sort(),
    );
  });

  it('has the date of its log entry where it has no certificate', async () => {
    const { server, store } = await open();
    const entry = { integratedTime: '1700000123' } as never;
    const signed = makeSigned({
      material: { certificate: undefined, publicKey: { hint: 'h' }, tlogEntries: [entry] } as never,
    });
    await store().put(SUBJECT, signed);
    const [digest = ''] = server.store.referrers('acme/app', IMAGE.digest);
    expect(server.store.manifest('acme/app', digest)?.bytes.toString()).toContain('2023-11-14T22:15:23Z');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'for an image that is not there',
      async () => (await open()).store().put(parseDigest(`sha256:${'0'.repeat(64)}`, 'test'), SIGNED),
      'NOT_FOUND',
    ],
    [
      'of version 0.2',
      async () =>
        (await open())
          .store()
          .put(SUBJECT, makeSigned({ mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2' })),
      'UNSUPPORTED',
    ],
    [
      'whose bytes do not come back',
      async () => {
        const { server, store } = await open();
        server.faults.add({ method: 'GET', path: /\/blobs\// }, { kind: 'corrupt', offset: 1 });
        return store().put(SUBJECT, SIGNED);
      },
      'DIGEST_MISMATCH',
    ],
  ])('is refused %s', async (_name, work, code) => {
    await expect(work()).rejects.toMatchObject({ code });
  });

  it.each(KINDS)(
    'with $name: whatever request it dies at, readers see all or nothing',
    async ({ options }) => {
      const whole = await open(options);
      const origin = await whole.store().put(SUBJECT, SIGNED);
      const requests = whole.server.log.requests.length;
      for (let dies = 1; dies <= requests; dies++) {
        const { server, store } = await open(options);
        let count = 0;
        server.faults.add({ when: () => ++count >= dies }, { kind: 'answer', status: 403 });
        await expect(store().put(SUBJECT, SIGNED)).rejects.toMatchObject({ code: 'FORBIDDEN' });
        server.faults.clear();
        for (const entry of await store().list(SUBJECT))
          expect(entry).toMatchObject({ kind: 'bundle', origin });
        await store().put(SUBJECT, SIGNED);
        expect(await store().list(SUBJECT)).toMatchObject([{ kind: 'bundle', origin }]);
        await server.close();
      }
    },
  );
});

describe('a registry is listed', () => {
  const bundleReferrer = (
    changes: Partial<Parameters<typeof makeReferrer>[0]> = {},
  ): ReturnType<typeof makeReferrer> =>
    makeReferrer({ subject: IMAGE, artifactType: BUNDLE_MEDIA_TYPE, layers: [SIGNED.bytes], ...changes });

  it('without what holds no bundle', async () => {
    const { server, store } = await open();
    await seed(server, 'acme/app', makeReferrer({ subject: IMAGE, artifactType: 'application/spdx+json' }));
    expect(await store().list(SUBJECT)).toEqual([]);
  });

  it('without fetching what says that it holds a predicate that does not matter', async () => {
    const { server, store } = await open();
    const types = ['https://a.test/one', 'https://a.test/two'];
    const [one, two] = types.map((predicateType) => makeSigned({ subject: IMAGE.digest, predicateType }));
    if (one === undefined || two === undefined) throw new Error('nothing is signed');
    await store().put(SUBJECT, one);
    await store().put(SUBJECT, two);
    // What says nothing may be anything.
    const silent = makeReferrer({
      subject: IMAGE,
      artifactType: BUNDLE_MEDIA_TYPE,
      layers: [makeBlob('silent', BUNDLE_MEDIA_TYPE)],
    });
    await seed(server, 'acme/app', silent);
    server.log.clear();
    const listed = await store().list(SUBJECT, { matters: (type) => type === types[0] });
    const texts = listed.map((entry) => (entry.kind === 'bundle' ? String(Buffer.from(entry.bytes)) : ''));
    expect(texts.sort()).toEqual(['silent', String(one.bytes)].sort());
    expect(server.log.count({ method: 'GET', path: /\/blobs\// })).toBe(2);
  });

  it('by what manifests say, and not by what their descriptors in the list say', async () => {
    const { server, store } = await open({ referrers: 'none' });
    const good = bundleReferrer();
    const other = makeReferrer({ subject: IMAGE, artifactType: 'application/spdx+json' });
    for (const content of [good, other]) await seed(server, 'acme/app', content);
    const lies = makeFallbackIndex([
      { ...good, descriptor: { ...good.descriptor, artifactType: 'application/spdx+json' } },
      { ...other, descriptor: { ...other.descriptor, artifactType: BUNDLE_MEDIA_TYPE } },
    ]);
    await seed(server, 'acme/app', lies, { tags: [fallbackTag(IMAGE.digest)] });
    expect(await store().list(SUBJECT)).toMatchObject([
      { kind: 'bundle', origin: { kind: 'referrer', digest: good.digest } },
    ]);
  });

  const foreign = makeImage({ annotations: { foreign: '1' } });
  it.each([
    {
      name: 'two layers',
      broken: bundleReferrer({ layers: [SIGNED.bytes, 'more'] }),
      code: 'CONTENT_INVALID',
    },
    { name: 'no layer', broken: bundleReferrer({ layers: [] }), code: 'CONTENT_INVALID' },
    {
      name: 'a layer of another type',
      broken: bundleReferrer({ layers: [makeBlob('{}', 'application/json')] }),
      code: 'CONTENT_INVALID',
    },
    {
      name: 'a layer that is missing',
      broken: bundleReferrer({ layers: [{ ...makeBlob('gone', BUNDLE_MEDIA_TYPE), absent: true }] }),
      code: 'NOT_FOUND',
    },
    {
      name: 'a layer that is too large',
      broken: bundleReferrer({ layers: [sized(MAX_BUNDLE_BYTES + 1)] }),
      code: 'LIMIT_EXCEEDED',
    },
    {
      name: 'a layer of another size',
      broken: bundleReferrer({ layers: [resized()] }),
      code: 'DIGEST_MISMATCH',
    },
    { name: 'another subject', broken: bundleReferrer({ subject: foreign }), code: 'CONTENT_INVALID' },
  ])('with one that is broken beside the good one: $name', async ({ broken, code }) => {
    const { server, store } = await open({ referrers: 'none', sparse: true });
    const good = bundleReferrer({ annotations: { good: '1' } });
    for (const content of [foreign, good, broken]) await seed(server, 'acme/app', content);
    await seed(server, 'acme/app', makeFallbackIndex([good, broken]), { tags: [fallbackTag(IMAGE.digest)] });
    const listed = await store().list(SUBJECT);
    expect(listed).toHaveLength(2);
    expect(listed.find(({ kind }) => kind === 'bundle')?.origin).toEqual({
      kind: 'referrer',
      digest: good.digest,
    });
    expect(listed.find(({ kind }) => kind === 'broken')).toMatchObject({
      origin: { kind: 'referrer', digest: broken.digest },
      code,
      problem: expect.stringMatching(/^The .*\.$|^Missing in .*\.$/),
    });
  });

  it('not at all where the bundles together are too large, and none is fetched', async () => {
    const { server, store } = await open({ sparse: true });
    const count = Math.floor(MAX_BUNDLES_BYTES / MAX_BUNDLE_BYTES) + 1;
    for (let index = 0; index < count; index++) {
      await seed(server, 'acme/app', bundleReferrer({ layers: [sized(MAX_BUNDLE_BYTES, `${index}`)] }));
    }
    await expect(store().list(SUBJECT)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(server.log.count({ path: /\/blobs\// })).toBe(0);
  });

  it.each<[string, RegExp, FaultAction, string]>([
    [
      '401 to the list',
      /\/referrers\//,
      { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } },
      'UNAUTHORIZED',
    ],
    ['403 to the list', /\/referrers\//, { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['503 to the list', /\/referrers\//, { kind: 'answer', status: 503 }, 'UNREACHABLE'],
    ['403 to a manifest', /\/manifests\//, { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['500 to a manifest', /\/manifests\//, { kind: 'answer', status: 500 }, 'UNREACHABLE'],
    ['403 to a bundle', /\/blobs\//, { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['502 to a bundle', /\/blobs\//, { kind: 'answer', status: 502 }, 'UNREACHABLE'],
  ])('as an error, never as "none", where it answers %s', async (_name, path, action, code) => {
    const { server, store } = await open();
    await seed(server, 'acme/app', bundleReferrer());
    server.faults.add({ method: 'GET', path }, action);
    await expect(store().list(SUBJECT)).rejects.toMatchObject({ code });
  });

  it('with what buildkit wrote and nobody signed, where that is asked for', async () => {
    const { server, store } = await open();
    const statement = makeAttestationChild(IMAGE);
    const lost = makeAttestationChild(foreign);
    const nameless = {
      ...lost,
      descriptor: {
        ...lost.descriptor,
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
    };
    const index = makeIndex([IMAGE, statement, nameless]);
    await seed(server, 'acme/app', index);
    const digest = parseDigest(index.digest, 'test');
    expect(await store().list(digest)).toEqual([]);
    expect(await store().list(digest, { unsigned: true })).toEqual([
      {
        kind: 'unsigned',
        origin: { kind: 'buildkit', digest: statement.digest, layer: 0 },
        about: IMAGE.digest,
        predicateType: 'https://slsa.dev/provenance/v0.2',
      },
      expect.objectContaining({
        kind: 'broken',
        origin: { kind: 'buildkit', digest: lost.digest, layer: 0 },
      }),
    ]);
    expect(await store().list(SUBJECT, { unsigned: true })).toEqual([]);
  });
});

/** A blob that is only named, with so many bytes. */
function sized(size: number, seedText = 'x'): ReturnType<typeof makeBlob> {
  const blob = makeBlob(seedText, BUNDLE_MEDIA_TYPE);
  return { ...blob, absent: true, descriptor: { ...blob.descriptor, size } };
}

/** A blob whose descriptor promises a byte less. */
function resized(): ReturnType<typeof makeBlob> {
  const blob = makeBlob('{"short":1}', BUNDLE_MEDIA_TYPE);
  return { ...blob, descriptor: { ...blob.descriptor, size: blob.descriptor.size - 1 } };
}
