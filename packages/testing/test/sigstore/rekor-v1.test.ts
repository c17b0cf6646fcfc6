import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { MessageSignatureBundleBuilder, RekorWitness } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { type Sigstore, startSigstore } from '../../src/index.ts';
import { postJson, readJson, signStatement, verifyBundle } from '../support/sigstore-client.ts';

let sigstore: Sigstore;
beforeEach(async () => {
  sigstore = await startSigstore();
});
afterEach(async () => {
  expect(sigstore.defects()).toEqual([]);
  await sigstore.close();
});

const DATA = Buffer.from('data');
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();

function hashedrekord(changes: { readonly value?: string; readonly key?: string } = {}): object {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: {
        hash: {
          algorithm: 'sha256',
          value: changes.value ?? createHash('sha256').update(DATA).digest('hex'),
        },
      },
      signature: {
        content: sign('sha256', DATA, privateKey).toString('base64'),
        publicKey: { content: Buffer.from(changes.key ?? PEM).toString('base64') },
      },
    },
  };
}

async function post(document: unknown): Promise<Response> {
  return await postJson(`${sigstore.urls.rekorV1}/api/v1/log/entries`, document);
}

describe('Rekor v1', () => {
  it('logs hashedrekord entries that the library verifies by promise and proof', async () => {
    const signer = {
      sign: async (data: Buffer) => ({
        signature: sign('sha256', data, privateKey),
        key: { $case: 'publicKey' as const, publicKey: PEM, hint: 'key' },
      }),
    };
    const witness = new RekorWitness({ rekorBaseURL: sigstore.urls.rekorV1, retry: 0, timeout: 5000 });
    const bundle = await new MessageSignatureBundleBuilder({ signer, witnesses: [witness] }).create({
      data: DATA,
    });
    const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.trustedRoot), () => ({
      publicKey,
      validFor: () => true,
    }));
    new Verifier(trust).verify(toSignedEntity(bundle, DATA));
    expect(() => new Verifier(trust).verify(toSignedEntity(bundle, Buffer.from('other')))).toThrow();
  });

  it('refuses the same entry, and says where it is', async () => {
    const entry = hashedrekord();
    const first = await post(entry);
    expect(first.status).toBe(201);
    const again = await post(entry);
    expect(again.status).toBe(409);
    const location = again.headers.get('location') ?? '';
    expect(location).toBe(first.headers.get('location'));
    const found = await readJson(fetch(`${sigstore.urls.rekorV1}${location}`));
    const written = await readJson(first);
    expect(Object.keys(found)).toEqual(Object.keys(written));
    const [[uuid = '', { logIndex }]] = Object.entries<{ readonly logIndex: number }>(written) as [
      [string, { readonly logIndex: number }],
    ];
    expect(location).toBe(`/api/v1/log/entries/${uuid}`);
    const byIndex = await fetch(`${sigstore.urls.rekorV1}/api/v1/log/entries?logIndex=${logIndex}`);
    expect(Object.keys(await readJson(byIndex))).toEqual([uuid]);
    expect((await fetch(`${sigstore.urls.rekorV1}/api/v1/log/entries/${'0'.repeat(64)}`)).status).toBe(404);
  });

  const envelope = (sig: string): string =>
    JSON.stringify({
      payloadType: 'text',
      payload: DATA.toString('base64'),
      signatures: [{ sig }],
    });
  const signature = sign('sha256', Buffer.from('DSSEv1 4 text 4 data'), privateKey).toString('base64');
  const verifiers = [Buffer.from(PEM).toString('base64')];

  it.each([
    { name: 'another digest', entry: hashedrekord({ value: '0'.repeat(64) }), says: 'verifying signature' },
    {
      name: 'an upper-case digest',
      entry: hashedrekord({ value: 'A'.repeat(64) }),
      says: 'verifying signature',
    },
    { name: 'a key that is none', entry: hashedrekord({ key: 'text' }), says: 'could not parse public key' },
    {
      name: 'Ed25519 over a digest',
      entry: hashedrekord({
        key: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      }),
      says: 'ed25519 unsupported for hashedrekord',
    },
    { name: 'an unknown kind', entry: { apiVersion: '0.0.1', kind: 'gem', spec: {} }, says: "'gem'" },
    {
      name: 'the version of Rekor v2',
      entry: { apiVersion: '0.0.2', kind: 'hashedrekord', spec: {} },
      says: "'0.0.2'",
    },
    {
      name: 'an envelope signed by nobody',
      entry: {
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: { proposedContent: { envelope: envelope('AAAA'), verifiers } },
      },
      says: 'could not verify envelope',
    },
    {
      name: 'an envelope without verifiers',
      entry: {
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: { proposedContent: { envelope: envelope(signature), verifiers: [] } },
      },
      says: 'could not verify envelope',
    },
    {
      name: 'an envelope that is text',
      entry: {
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: { proposedContent: { envelope: 'text', verifiers } },
      },
      says: 'invalid DSSE envelope',
    },
    {
      name: 'an empty in-toto entry',
      entry: { apiVersion: '0.0.2', kind: 'intoto', spec: {} },
      says: 'payloadType',
    },
  ])('refuses $name', async ({ entry, says }) => {
    const response = await post(entry);
    expect(response.status).toBe(400);
    const { code, message } = await readJson(response);
    expect(code).toBe(400);
    expect(message).toMatch(/^error processing entry: /);
    expect(message).toContain(says);
    expect(sigstore.rekorV1.entries).toHaveLength(0);
  });

  it('keeps of an envelope hashes and signatures only', async () => {
    const text = envelope(signature);
    const spec = { proposedContent: { envelope: text, verifiers } };
    const [entry] = Object.values<{ readonly body: string }>(
      await readJson(post({ apiVersion: '0.0.1', kind: 'dsse', spec })),
    );
    const sha256 = (bytes: string | Buffer): object => ({
      algorithm: 'sha256',
      value: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(Buffer.from(entry?.body ?? '', 'base64').toString()).toBe(
      JSON.stringify({
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: {
          envelopeHash: sha256(text),
          payloadHash: sha256(DATA),
          signatures: [{ signature, verifier: verifiers[0] }],
        },
      }),
    );
  });

  it.each([
    { name: 'a promise over another index', changes: { promise: 'broken' } },
    { name: 'a signed time outside the certificate', changes: { integrated: 1_000_000_000 } },
    {
      name: 'a checkpoint over another root',
      changes: { proof: { checkpoint: { root: Buffer.alloc(32) } } },
    },
  ] as const)('lies with $name, which the library refuses', async ({ changes }) => {
    sigstore.rekorV1.tamper(changes);
    const bundle = await signStatement(sigstore, 'dsse');
    expect(() => verifyBundle(sigstore, bundle)).toThrow();
    sigstore.rekorV1.tamper({});
    verifyBundle(sigstore, await signStatement(sigstore, 'dsse'));
  });
});
