import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder, RekorWitness } from '@sigstore/sign';
import { makeLatch, type Rekor, type RekorOptions, startRekor, startSigstore } from '../../src/index.ts';
import { makeSigningKey } from '../../src/sigstore/signing-key.ts';
import {
  entryRequest,
  PAYLOAD_TYPE,
  postJson,
  readJson,
  STATEMENT,
  signStatement,
  verifyBundle,
} from '../support/sigstore-client.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((service) => service.close()));
});

async function start(options: Partial<RekorOptions> = {}): Promise<Rekor> {
  const rekor = await startRekor({ version: 2, ...options });
  closing.push(rekor);
  return rekor;
}

const DATA = Buffer.from('data');
const DIGEST = createHash('sha256').update(DATA).digest();
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function rawKey(key: KeyObject): object {
  return { publicKey: { rawBytes: key.export({ type: 'spki', format: 'der' }).toString('base64') } };
}

function signedRequest(data = DATA): object {
  const digest = createHash('sha256').update(data).digest();
  const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', ...rawKey(pair.publicKey) };
  return entryRequest(digest, sign('sha256', data, pair.privateKey), verifier);
}

async function post(rekor: Rekor, document: unknown): Promise<Response> {
  return await postJson(`${rekor.url}/api/v2/log/entries`, document);
}

describe('Rekor v2', () => {
  it.each([
    { details: 'PKIX_ECDSA_P256_SHA_256', digest: 'sha256', name: 'SHA2_256', make: () => pair },
    {
      details: 'PKIX_ECDSA_P384_SHA_384',
      digest: 'sha384',
      name: 'SHA2_384',
      make: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    },
    {
      details: 'PKIX_ECDSA_P521_SHA_512',
      digest: 'sha512',
      name: 'SHA2_512',
      make: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    },
    {
      details: 'PKIX_RSA_PKCS1V15_2048_SHA256',
      digest: 'sha256',
      name: 'SHA2_256',
      make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    },
  ])('logs raw public keys: $details', async ({ details, digest, name, make }) => {
    const rekor = await start();
    const { privateKey, publicKey } = make();
    const hash = createHash(digest).update(DATA).digest();
    const verifier = { keyDetails: details, ...rawKey(publicKey) };
    const response = await post(rekor, entryRequest(hash, sign(digest, DATA, privateKey), verifier));
    expect(response.status).toBe(201);
    const entry = TransparencyLogEntry.fromJSON(await readJson(response));
    expect(entry.kindVersion).toEqual({ kind: 'hashedrekord', version: '0.0.2' });
    expect(entry.integratedTime).toBe('0');
    expect(JSON.parse(entry.canonicalizedBody.toString()).spec.hashedRekordV002).toMatchObject({
      data: { algorithm: name, digest: hash.toString('base64') },
      signature: { verifier },
    });
    expect(entry.inclusionProof?.checkpoint?.envelope).toMatch(
      /^rekor-v2\.test\n1\n.{44}\n\n\u2014 rekor-v2\.test \S+\n$/,
    );
  });

  it.each([
    { name: 'another digest', digest: createHash('sha256').digest() },
    { name: 'a digest of another length', digest: createHash('sha512').update(DATA).digest() },
    {
      name: 'details of another key',
      verifier: { keyDetails: 'PKIX_ECDSA_P384_SHA_384', ...rawKey(pair.publicKey) },
    },
    { name: 'no details', verifier: rawKey(pair.publicKey) },
    {
      name: 'plain Ed25519, which signs no digests',
      verifier: { keyDetails: 'PKIX_ED25519', ...rawKey(generateKeyPairSync('ed25519').publicKey) },
    },
    {
      name: 'a certificate that is a key',
      verifier: {
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        x509Certificate: {
          rawBytes: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        },
      },
    },
    { name: 'no verifier', verifier: {} },
  ])('refuses $name', async ({ digest = DIGEST, verifier }) => {
    const rekor = await start();
    const honest = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', ...rawKey(pair.publicKey) };
    const signature = sign('sha256', DATA, pair.privateKey);
    const response = await post(rekor, entryRequest(digest, signature, verifier ?? honest));
    expect(response.status).toBe(400);
    expect(await readJson(response)).toEqual({
      code: 3,
      message: 'invalid hashedrekord request',
      details: [],
    });
    expect(rekor.entries).toHaveLength(0);
  });

  it('refuses the envelopes that the library of Sigstore sends', async () => {
    const rekor = await start();
    const witness = new RekorWitness({
      rekorBaseURL: rekor.url,
      majorApiVersion: 2,
      retry: 0,
      timeout: 5000,
    });
    const signer = {
      sign: async (data: Buffer) => ({
        signature: sign('sha256', data, pair.privateKey),
        key: {
          $case: 'publicKey' as const,
          publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        },
      }),
    };
    const builder = new DSSEBundleBuilder({ signer, witnesses: [witness] });
    await expect(builder.create({ data: STATEMENT, type: PAYLOAD_TYPE })).rejects.toMatchObject({
      cause: { message: '(400) invalid type, must be hashedrekord' },
    });
  });

  it('refuses the same entry with its index', async () => {
    const rekor = await start();
    await post(rekor, signedRequest(Buffer.from('other')));
    const request = signedRequest();
    expect((await post(rekor, request)).status).toBe(201);
    const again = await post(rekor, request);
    expect([again.status, again.headers.get('x-log-index')]).toEqual([409, '1']);
  });

  it('refuses too many in a time by the clock, and says how long', async () => {
    let now = 1000;
    const rekor = await start({ now: () => now, rateLimit: { requests: 1, windowMs: 60_000 } });
    expect((await post(rekor, signedRequest())).status).toBe(201);
    now += 15_500;
    const refused = await post(rekor, signedRequest());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '45']);
    now += 44_500;
    expect((await post(rekor, signedRequest())).status).toBe(201);
  });

  it('answers entries that wait for the same checkpoint with the same tree', async () => {
    const latch = makeLatch();
    const rekor = await start({ awaitCheckpoint: () => latch.until });
    const answers = [1, 2, 3].map((number) => post(rekor, signedRequest(Buffer.from(`${number}`))));
    while (rekor.entries.length < 3) await new Promise((resolve) => setImmediate(resolve));
    latch.release();
    const sizes = await Promise.all(
      answers.map(async (answer) => (await readJson(answer)).inclusionProof.treeSize),
    );
    expect(sizes).toEqual(['3', '3', '3']);
  });
});

describe('a log that lies', () => {
  it.each([
    { name: 'a root of its own, signed', proof: { checkpoint: { root: Buffer.alloc(32) } } },
    { name: 'a key nobody knows', proof: { checkpoint: { key: makeSigningKey('ed25519') } } },
    { name: 'a hint of another key', proof: { checkpoint: { hint: Buffer.alloc(4) } } },
    { name: 'a name of another log', proof: { checkpoint: { name: 'other.test' } } },
    { name: 'hashes too many', proof: { hashes: [Buffer.alloc(32)] } },
    { name: 'an index outside', proof: { index: 5 } },
  ])('with $name is refused by the library', async ({ proof }) => {
    const sigstore = await startSigstore();
    closing.push(sigstore);
    sigstore.rekor.tamper({ proof });
    const bundle = await signStatement(sigstore, 'v2');
    expect(() => verifyBundle(sigstore, bundle)).toThrow();
    sigstore.rekor.tamper({});
    verifyBundle(sigstore, await signStatement(sigstore, 'v2'));
  });

  it('gives an entry for another artifact, unchecked', async () => {
    const rekor = await start();
    const body = { apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002: { data: {} } } };
    const entry = TransparencyLogEntry.fromJSON(rekor.record(body));
    expect(JSON.parse(entry.canonicalizedBody.toString())).toEqual(body);
    expect(entry.inclusionProof?.treeSize).toBe('1');
  });
});
