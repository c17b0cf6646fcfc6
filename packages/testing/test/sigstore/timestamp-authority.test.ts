import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RFC3161Timestamp } from '@sigstore/core';
import { type Sigstore, startSigstore, startTimestampAuthority } from '../../src/index.ts';
import { derBoolean, derInteger, derNull, derOctets, derOid, derSequence } from '../../src/sigstore/der.ts';
import { postJson, readJson, signStatement, verifyBundle } from '../support/sigstore-client.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
let sigstore: Sigstore;
beforeEach(async () => {
  sigstore = await startSigstore({ now: () => NOW });
});
afterEach(async () => {
  expect(sigstore.defects()).toEqual([]);
  await sigstore.close();
});

const SHA256 = '2.16.840.1.101.3.4.2.1';
const DIGEST = createHash('sha256').update('data').digest();

function writeRequest(digestOid: string, digest: Buffer, ...optional: readonly Buffer[]): Buffer {
  const imprint = derSequence(derSequence(derOid(digestOid), derNull()), derOctets(digest));
  return derSequence(derInteger(1), imprint, ...optional);
}

async function ask(body: Buffer, type = 'application/timestamp-query'): Promise<Response> {
  return await fetch(sigstore.urls.tsa, {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(body),
  });
}

describe('a timestamp authority', () => {
  it('gives the nonce back and encloses its certificates when asked', async () => {
    const nonce = derInteger(0x1234567890abcdefn);
    const response = await ask(writeRequest(SHA256, DIGEST, nonce, derBoolean(true)));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      201,
      'application/timestamp-reply',
    ]);
    const answer = Buffer.from(await response.arrayBuffer());
    expect(answer.includes(nonce)).toBe(true);
    expect(answer.includes(sigstore.tsa.chain[0] ?? nonce)).toBe(true);
    const bare = Buffer.from(await (await ask(writeRequest(SHA256, DIGEST))).arrayBuffer());
    expect(bare.includes(sigstore.tsa.chain[0] ?? nonce)).toBe(false);
    RFC3161Timestamp.parse(bare);
    RFC3161Timestamp.parse(answer);
  });

  it.each([
    { fraction: '', text: '20260102030405Z' },
    { fraction: '1', text: '20260102030405.1Z' },
    { fraction: '12', text: '20260102030405.12Z' },
    { fraction: '123', text: '20260102030405.123Z' },
    { fraction: '123456', text: '20260102030405.123456Z' },
  ])('writes a fraction of the second as told: $text', async ({ fraction, text }) => {
    const tsa = await startTimestampAuthority({ now: () => NOW, fraction });
    const stamp = tsa.stamp(Buffer.from('data'));
    expect(stamp.includes(Buffer.from([0x18, text.length, ...Buffer.from(text)]))).toBe(true);
    await tsa.close();
  });

  it.each([
    {
      name: 'SHA-1',
      oid: '1.3.14.3.2.26',
      digest: Buffer.alloc(20),
      says: 'Weak hash algorithm in timestamp request',
    },
    {
      name: 'a digest that is too short',
      oid: SHA256,
      digest: Buffer.alloc(31),
      says: 'Message digest has incorrect length for specified algorithm',
    },
  ])('refuses $name, in both forms', async ({ oid, digest, says }) => {
    const response = await ask(writeRequest(oid, digest));
    expect(response.status).toBe(400);
    expect(await readJson(response)).toEqual({ code: 400, message: says });
    const name = oid === SHA256 ? 'sha256' : 'sha1';
    const json = { artifactHash: digest.toString('base64'), hashAlgorithm: name };
    expect(await readJson(postJson(sigstore.urls.tsa, json))).toEqual({ code: 400, message: says });
  });

  it.each([
    {
      name: 'bytes that are no request',
      body: Buffer.from('text'),
      type: 'application/timestamp-query',
      status: 400,
    },
    { name: 'JSON that is none', body: Buffer.from('{'), type: 'application/json', status: 400 },
    { name: 'another media type', body: writeRequest(SHA256, DIGEST), type: 'text/plain', status: 415 },
  ])('refuses $name', async ({ body, type, status }) => {
    expect((await ask(body, type)).status).toBe(status);
  });

  it.each([
    { name: 'of a stranger of the same name', changes: { signer: 'stranger' } },
    { name: 'of a time before the certificate', changes: { time: NOW - 3_600_000 } },
    { name: 'of a time after the certificate', changes: { time: NOW + 3_600_000 } },
    { name: 'of other bytes', changes: { lie: 'digest' } },
  ] as const)('gives a stamp $name when told to, which the library refuses', async ({ changes }) => {
    sigstore.tsa.tamper(changes);
    const bundle = await signStatement(sigstore, 'v2');
    expect(() => verifyBundle(sigstore, bundle)).toThrow();
    sigstore.tsa.tamper({});
    verifyBundle(sigstore, await signStatement(sigstore, 'v2'));
  });

  it('may have a certificate that is over, which the library refuses', async () => {
    const validity = { notBefore: NOW - 7_200_000, notAfter: NOW - 3_600_000 };
    const late = await startSigstore({ now: () => NOW, tsa: { validity } });
    const bundle = await signStatement(late, 'none');
    expect(() => verifyBundle(late, bundle, { tlogThreshold: 0 })).toThrow('timestamp could not be verified');
    await late.close();
  });
});
