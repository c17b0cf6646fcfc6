import { digestOf, parseDigest } from '@artifact-lifecycle/registry';
import {
  cosignTag,
  type FaultAction,
  makeBlob,
  makeImage,
  makeIndex,
  type RegistryOptions,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import {
  type LegacyLayer,
  legacyAttestation,
  legacySignature,
  RegistryStore,
  type StoredEntry,
  simpleSigningPayload,
} from '../../src/index.ts';
import { type Place, startPlace } from '../support/place.ts';
import { CERTIFICATE, makeSigned } from '../support/signed.ts';

const IMAGE = makeImage();
const SUBJECT = parseDigest(IMAGE.digest, 'test');
const SIG = cosignTag(IMAGE.digest, 'sig');
const ATT = cosignTag(IMAGE.digest, 'att');
const SIG_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNED = makeSigned({ subject: IMAGE.digest });

/** What a bundle has beside a certificate where Rekor v1 took it. */
const REKOR_ENTRY = {
  logIndex: '42',
  logId: { keyId: Buffer.from('00ff', 'hex').toString('base64') },
  integratedTime: '1700000000',
  inclusionPromise: { signedEntryTimestamp: 'U0VU' },
  canonicalizedBody: 'Ym9keQ==',
} as never;

interface Scene extends Place {
  store(): RegistryStore;
}

async function open(options: RegistryOptions = {}): Promise<Scene> {
  const place = await startPlace(options);
  await seed(place.server, 'acme/app', IMAGE, { tags: ['v1'] });
  return { ...place, store: () => new RegistryStore(place.open(), { clock: place.clock }) };
}

function attestation(index: number): LegacyLayer {
  return legacyAttestation(makeSigned({ subject: IMAGE.digest, predicate: { index } }));
}

function kinds(entries: readonly StoredEntry[]): readonly string[] {
  return entries.map(({ kind }) => kind);
}

describe("a bundle becomes a layer of cosign's older tags", () => {
  it('an attestation: the envelope, and the rest as annotations', () => {
    const layer = legacyAttestation(
      makeSigned({ subject: IMAGE.digest, material: { tlogEntries: [REKOR_ENTRY] } }),
    );
    expect(layer.mediaType).toBe('application/vnd.dsse.envelope.v1+json');
    expect(JSON.parse(Buffer.from(layer.bytes).toString())).toEqual({
      payloadType: 'application/vnd.in-toto+json',
      payload: expect.any(String),
      signatures: [{ keyid: '', sig: 'c2ln' }],
    });
    expect(layer.annotations['dev.cosignproject.cosign/signature']).toBe('');
    expect(layer.annotations['predicateType']).toBe('https://slsa.dev/provenance/v1');
    expect(layer.annotations['dev.sigstore.cosign/certificate']).toMatch(
      /^-----BEGIN CERTIFICATE-----\n(?:.{1,64}\n)+-----END CERTIFICATE-----\n$/,
    );
    expect(JSON.parse(layer.annotations['dev.sigstore.cosign/bundle'] ?? '')).toEqual({
      SignedEntryTimestamp: 'U0VU',
      Payload: { body: 'Ym9keQ==', integratedTime: 1_700_000_000, logIndex: 42, logID: '00ff' },
    });
    expect(JSON.parse(layer.annotations['dev.sigstore.cosign/rfc3161timestamp'] ?? '')).toEqual({
      SignedRFC3161Timestamp: 'c3RhbXA=',
    });
  });

  it('a signature: of what cosign signs for an image', () => {
    const payload = simpleSigningPayload('ghcr.io/acme/app', IMAGE.digest);
    const { dsseEnvelope: _, ...rest } = SIGNED.bundle;
    const layer = legacySignature(payload, {
      ...rest,
      messageSignature: { messageDigest: undefined, signature: 'c2ln' },
    } as never);
    expect(JSON.parse(Buffer.from(layer.bytes).toString())).toEqual({
      critical: {
        identity: { 'docker-reference': 'ghcr.io/acme/app' },
        image: { 'docker-manifest-digest': IMAGE.digest },
        type: 'cosign container image signature',
      },
      optional: null,
    });
    expect(layer.annotations['dev.cosignproject.cosign/signature']).toBe('c2ln');
  });

  it.each([
    {
      name: 'a certificate, and nothing that says when',
      material: { timestampVerificationData: undefined },
      fits: false,
    },
    { name: 'a certificate and a timestamp', material: {}, fits: true },
    {
      name: "a certificate and Rekor v1's promise",
      material: { timestampVerificationData: undefined, tlogEntries: [REKOR_ENTRY] },
      fits: true,
    },
    {
      name: 'a certificate and an entry of Rekor v2',
      material: {
        timestampVerificationData: undefined,
        tlogEntries: [{ ...(REKOR_ENTRY as object), inclusionPromise: undefined } as never],
      },
      fits: false,
    },
    {
      name: 'a key',
      material: {
        certificate: undefined,
        publicKey: { hint: 'h' },
        timestampVerificationData: undefined,
      } as never,
      fits: true,
    },
  ])('or does not, where cosign 2 could not verify it: $name', ({ material, fits }) => {
    const make = (): LegacyLayer => legacyAttestation(makeSigned({ material }));
    if (fits) expect(make().kind).toBe('att');
    else expect(make).toThrow(/need an entry of Rekor v1, a timestamp or a key/);
  });
});

describe("cosign's older tags", () => {
  it('are written, and read only when asked for', async () => {
    const { server, store } = await open();
    const layer = attestation(1);
    expect(await store().putLegacy(SUBJECT, layer)).toEqual({ kind: 'legacy-tag', tag: ATT, layer: 0 });
    const manifest = server.store.manifest('acme/app', ATT);
    const json = JSON.parse(manifest?.bytes.toString() ?? '');
    expect(json.config.mediaType).toBe('application/vnd.oci.image.config.v1+json');
    expect(json.layers).toEqual([
      {
        mediaType: layer.mediaType,
        digest: digestOf(layer.bytes),
        size: layer.bytes.length,
        annotations: layer.annotations,
      },
    ]);
    const config = JSON.parse((await server.store.readBlob('acme/app', json.config.digest)).toString());
    expect(config.rootfs).toEqual({ type: 'layers', diff_ids: [digestOf(layer.bytes)] });
    expect(await store().list(SUBJECT)).toEqual([]);
    expect(await store().list(SUBJECT, { legacy: true })).toEqual([
      {
        kind: 'legacy-attestation',
        origin: { kind: 'legacy-tag', tag: ATT, layer: 0 },
        envelope: Buffer.from(layer.bytes),
        material: {
          signature: undefined,
          certificate: `-----BEGIN CERTIFICATE-----\n${CERTIFICATE.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
          chain: undefined,
          rekorBundle: undefined,
          timestamp: '{"SignedRFC3161Timestamp":"c3RhbXA="}',
        },
      },
    ]);
  });

  it('keep what others wrote when one more is added, and what they wrote around it', async () => {
    const { server, store } = await open();
    const others = ['a', 'b'].map((text) =>
      makeBlob(text, SIG_TYPE, {
        annotations: { 'dev.cosignproject.cosign/signature': text, unknown: 'kept' },
      }),
    );
    const before = makeImage({ layers: others, annotations: { owner: 'somebody' } });
    await seed(server, 'acme/app', before, { tags: [SIG] });
    const layer: LegacyLayer = {
      kind: 'sig',
      mediaType: SIG_TYPE,
      bytes: Buffer.from('c'),
      annotations: { x: '1' },
    };
    expect(await store().putLegacy(SUBJECT, layer)).toMatchObject({ layer: 2 });
    const old = JSON.parse(before.bytes.toString());
    const now = JSON.parse(server.store.manifest('acme/app', SIG)?.bytes.toString() ?? '');
    expect(now.layers.slice(0, 2)).toEqual(old.layers);
    expect(now.layers).toHaveLength(3);
    expect(now.annotations).toEqual({ owner: 'somebody' });
    expect(kinds(await store().list(SUBJECT, { legacy: true }))).toEqual(Array(3).fill('legacy-signature'));
  });

  it('have each entry once; the same payload with another certificate is another entry', async () => {
    const { server, store } = await open();
    const layer = attestation(1);
    await store().putLegacy(SUBJECT, layer);
    server.log.clear();
    expect(await store().putLegacy(SUBJECT, layer)).toMatchObject({ layer: 0 });
    expect(server.log.count({ method: ['POST', 'PUT', 'PATCH'] })).toBe(0);
    const other = { ...layer, annotations: { ...layer.annotations, 'dev.sigstore.cosign/certificate': 'x' } };
    expect(await store().putLegacy(SUBJECT, other)).toMatchObject({ layer: 1 });
  });

  it.each([
    { name: 'without conditions', options: {} },
    { name: 'on condition', options: { conditional: true } },
  ])('lose nothing when another writer gets in between: $name', async ({ options }) => {
    const { server, store, open: connect } = await open(options);
    await store().putLegacy(SUBJECT, attestation(1));
    const rival = new RegistryStore(connect(), { clock: { now: () => 0, sleep: async () => {} } });
    let raced = 0;
    server.faults.add(
      {
        method: 'PUT',
        path: new RegExp(`/manifests/${ATT}$`),
        when: ({ headers }) => (headers['if-match'] !== undefined) === (options.conditional === true),
        nth: 1,
      },
      {
        kind: 'hook',
        // Without conditions the registry takes the second write, which must have looked shortly before.
        at: options.conditional === true ? 'request' : 'answer',
        run: async () => {
          raced += 1;
          await rival.putLegacy(SUBJECT, attestation(2));
        },
      },
    );
    await store().putLegacy(SUBJECT, attestation(3));
    expect(raced).toBe(1);
    const json = JSON.parse(server.store.manifest('acme/app', ATT)?.bytes.toString() ?? '');
    const digests = json.layers.map(({ digest }: { digest: string }) => digest);
    expect([...digests].sort()).toEqual([1, 2, 3].map((index) => digestOf(attestation(index).bytes)).sort());
  });

  it('take many at once from one store', async () => {
    const { store } = await open();
    const one = store();
    await Promise.all([1, 2, 3, 4, 5].map((index) => one.putLegacy(SUBJECT, attestation(index))));
    expect(await store().list(SUBJECT, { legacy: true })).toHaveLength(5);
  });

  it('have no room for a digest of sha512', async () => {
    const { store } = await open();
    const subject = parseDigest(`sha512:${'0'.repeat(128)}`, 'test');
    await expect(store().putLegacy(subject, attestation(1))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('say what is broken in them, beside what is not', async () => {
    const { server, store } = await open({ sparse: true });
    const layers = [
      makeBlob('a', SIG_TYPE),
      makeBlob('{}', 'application/json'),
      { ...makeBlob('gone', SIG_TYPE), absent: true as const },
    ];
    await seed(server, 'acme/app', makeImage({ layers }), { tags: [SIG] });
    await seed(server, 'acme/app', makeIndex([]), { tags: [ATT] });
    expect(await store().list(SUBJECT, { legacy: true })).toMatchObject([
      { kind: 'legacy-signature', origin: { tag: SIG, layer: 0 } },
      { kind: 'broken', origin: { tag: SIG, layer: 1 }, code: 'CONTENT_INVALID' },
      { kind: 'broken', origin: { tag: SIG, layer: 2 }, code: 'NOT_FOUND' },
      { kind: 'broken', origin: { tag: ATT, layer: 0 }, code: 'CONTENT_INVALID' },
    ]);
  });

  it.each<[string, FaultAction, string]>([
    ['403', { kind: 'answer', status: 403 }, 'FORBIDDEN'],
    ['503', { kind: 'answer', status: 503 }, 'UNREACHABLE'],
  ])('are not "none" where the registry answers %s', async (_name, action, code) => {
    const { server, store } = await open();
    server.faults.add({ path: new RegExp(`/manifests/${SIG}$`) }, action);
    await expect(store().list(SUBJECT, { legacy: true })).rejects.toMatchObject({ code });
  });
});
