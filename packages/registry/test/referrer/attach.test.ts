import { fallbackTag, makeImage, type RegistryOptions, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '../../src/name/digest.ts';
import { describeManifest } from '../../src/oci/manifest.ts';
import { attachReferrer, makeReferrerManifest, type ReferrerDocument } from '../../src/referrer/attach.ts';
import { readBlobBytes } from '../../src/referrer/read-blob.ts';
import { readReferrers } from '../../src/referrer/read-referrers.ts';
import { manifestOf, refusalOf, startWorld, type World } from '../remote/world.ts';

const IMAGE = makeImage();
const SUBJECT = parseDigest(IMAGE.digest, 'test');
const TYPE = 'application/vnd.example+json';
const DOCUMENT: ReferrerDocument = {
  subject: describeManifest(manifestOf(IMAGE)),
  mediaType: TYPE,
  bytes: Buffer.from('{"what":"it says"}'),
  annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05Z', 'org.example.about': 'it' },
  layerAnnotations: { 'org.opencontainers.image.title': 'it.json' },
};
const KINDS: readonly { readonly name: string; readonly options: RegistryOptions; readonly liar?: true }[] = [
  { name: 'the referrers API', options: {} },
  { name: 'the referrers tag', options: { referrers: 'none' } },
  { name: 'the referrers tag, written on condition', options: { referrers: 'none', conditional: true } },
  { name: 'OCI-Subject and no referrers API (ECR)', options: { referrers: 'none' }, liar: true },
];

async function open(kind: (typeof KINDS)[number]): Promise<World> {
  const world = await startWorld(kind.options);
  await seed(world.server, 'acme/app', IMAGE, { tags: ['v1'] });
  if (kind.liar) lie(world);
  return world;
}

function lie({ server }: World): void {
  server.faults.add(
    { method: 'PUT', path: /\/manifests\/sha256:/ },
    { kind: 'rewrite', headers: { 'oci-subject': IMAGE.digest } },
  );
}

describe('the manifest of a document', () => {
  it('has the empty config, one layer, its subject and annotations', () => {
    const { bytes } = makeReferrerManifest(DOCUMENT);
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: TYPE,
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
      layers: [
        {
          mediaType: TYPE,
          digest: 'sha256:20edf01a1284d499c54cfe598c3f6cbc36c6b56308dc0053c1085d114cbee3a1',
          size: 18,
          annotations: { 'org.opencontainers.image.title': 'it.json' },
        },
      ],
      subject: { mediaType: IMAGE.mediaType, digest: IMAGE.digest, size: IMAGE.bytes.length },
      annotations: DOCUMENT.annotations,
    });
  });

  it('has the same bytes for the same document', () => {
    expect(makeReferrerManifest(DOCUMENT)).toEqual(makeReferrerManifest({ ...DOCUMENT }));
  });
});

describe('a document is attached', () => {
  it.each(KINDS)('with $name: it is listed with type and annotations, and there', async (kind) => {
    const { server, open: connect, clock } = await open(kind);
    const { digest, outcome } = await attachReferrer(connect(), DOCUMENT, { clock });
    expect(outcome).toBe('created');
    expect(await connect().listReferrers(SUBJECT)).toEqual([
      expect.objectContaining({ digest, artifactType: TYPE, annotations: DOCUMENT.annotations }),
    ]);
    const [read] = await readReferrers(connect(), SUBJECT);
    if (read?.kind !== 'referrer' || read.manifest.content.kind !== 'image') throw new Error('not read back');
    const [layer] = read.manifest.content.layers;
    if (layer === undefined) throw new Error('no layer');
    expect(await readBlobBytes(connect(), layer, 100)).toEqual(DOCUMENT.bytes);
    const tag = server.store.tags('acme/app').get(fallbackTag(IMAGE.digest));
    expect(tag === undefined).toBe(kind.options.referrers !== 'none');
  });

  it.each(KINDS)('with $name: once, and the second time nothing is written', async (kind) => {
    const { server, open: connect, clock } = await open(kind);
    const first = await attachReferrer(connect(), DOCUMENT, { clock });
    server.log.clear();
    expect(await attachReferrer(connect(), DOCUMENT, { clock })).toEqual({
      digest: first.digest,
      outcome: 'same',
    });
    expect(server.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] })).toBe(0);
  });

  it.each(KINDS)('with $name: whatever request it dies at, readers see all or nothing', async (kind) => {
    const whole = await open(kind);
    await attachReferrer(whole.open(), DOCUMENT, { clock: whole.clock });
    const { digest } = makeReferrerManifest(DOCUMENT);
    const requests = whole.server.log.requests.length;
    expect(requests).toBeGreaterThan(5);
    for (let dies = 1; dies <= requests; dies++) {
      const { server, open: connect, clock } = await open(kind);
      let count = 0;
      server.faults.add({ when: () => ++count >= dies }, { kind: 'answer', status: 403 });
      await refusalOf(attachReferrer(connect(), DOCUMENT, { clock }));
      server.faults.clear();
      if (kind.liar) lie({ server } as World);
      for (const listed of await connect().listReferrers(SUBJECT)) {
        expect(listed.digest).toBe(digest);
        expect(server.store.manifest('acme/app', digest)).toBeDefined();
        expect(server.store.blobs('acme/app').map((blob) => blob.size)).toContain(DOCUMENT.bytes.length);
      }
      await attachReferrer(connect(), DOCUMENT, { clock });
      expect((await connect().listReferrers(SUBJECT)).map((listed) => listed.digest)).toEqual([digest]);
      await server.close();
    }
  });

  it.each(KINDS)('with $name: though any one answer gets lost', async (kind) => {
    const whole = await open(kind);
    await attachReferrer(whole.open(), DOCUMENT, { clock: whole.clock });
    const requests = whole.server.log.requests.length;
    for (let nth = 1; nth <= requests; nth++) {
      const { server, open: connect, clock } = await open(kind);
      server.faults.add({ nth }, { kind: 'drop-answer' });
      const { digest } = await attachReferrer(connect(), DOCUMENT, { clock });
      expect((await connect().listReferrers(SUBJECT)).map((listed) => listed.digest)).toEqual([digest]);
      await server.close();
    }
  });

  it('at the same time as others, and the tag lists all of them', async () => {
    const {
      open: connect,
      connect: other,
      clock,
    } = await open({
      name: '',
      options: { referrers: 'none', conditional: true },
    });
    const documents = ['a', 'b', 'c', 'd'].map((name) => ({ ...DOCUMENT, annotations: { name } }));
    const location = connect().location;
    const attached = await Promise.all(
      documents.map((document) => attachReferrer(other({}).open(location), document, { clock })),
    );
    const listed = (await connect().listReferrers(SUBJECT)).map(({ digest }) => digest);
    expect(listed.sort()).toEqual(attached.map(({ digest }) => digest).sort());
  });

  it('later where the registry lags behind', async () => {
    const { server, open: connect, clock } = await open({ name: '', options: {} });
    const empty = {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body: '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}',
    } as const;
    server.faults.add({ method: 'GET', path: /\/referrers\//, nth: [1, 2, 3] }, empty);
    expect((await attachReferrer(connect(), DOCUMENT, { clock })).outcome).toBe('created');
    expect(clock.waits).toEqual([250, 1000]);
    server.faults.clear();
    server.faults.add({ method: 'GET', path: /\/referrers\// }, empty);
    expect(await refusalOf(attachReferrer(connect(), DOCUMENT, { clock }))).toMatchObject({
      code: 'PROTOCOL_INVALID',
      message: expect.stringContaining('does not list it'),
    });
  });

  it('anew where the manifest is listed and missing', async () => {
    const { server, open: connect, clock } = await open({ name: '', options: { referrers: 'none' } });
    const { digest } = await attachReferrer(connect(), DOCUMENT, { clock });
    await server.store.deleteManifest('acme/app', digest);
    expect(await attachReferrer(connect(), DOCUMENT, { clock })).toEqual({ digest, outcome: 'created' });
  });
});
