import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { X509Certificate } from '@sigstore/core';
import { type CtLogService, type Sigstore, startCtLog, startSigstore } from '../../src/index.ts';
import { postJson, readJson } from '../support/sigstore-client.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const POISON = '1.3.6.1.4.1.11129.2.4.3';
/** DER of NULL. */
const NOTHING = Buffer.of(5, 0);

let sigstore: Sigstore;
let log: CtLogService;
beforeEach(async () => {
  sigstore = await startSigstore();
  log = await startCtLog({ now: () => NOW });
});
afterEach(async () => {
  expect(log.defects).toEqual([]);
  await log.close();
  await sigstore.close();
});

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issue = (isPoisoned: boolean): readonly Buffer[] =>
  sigstore.fulcio.issue(
    publicKey,
    {},
    { sct: 'none', more: isPoisoned ? [{ oid: POISON, critical: true, value: NOTHING }] : [] },
  ).chain;
const add = (chain: unknown): Promise<Response> => postJson(`${log.url}/ct/v1/add-pre-chain`, { chain });
const encode = (chain: readonly Buffer[]): readonly string[] => chain.map((der) => der.toString('base64'));

describe('the front of a certificate transparency log', () => {
  it('signs the certificate without its poison, bound to the key of its issuer', async () => {
    const chain = issue(true);
    const answer = await readJson(add(encode(chain)));
    expect(answer).toMatchObject({ sct_version: 0, timestamp: NOW, extensions: '' });
    expect(answer.id).toBe(log.ctLog.id.toString('base64'));
    // The library's parser, not ours, takes the poison out.
    const [leaf, issuer] = chain.map((der) => X509Certificate.parse(Buffer.from(der)));
    if (leaf === undefined || issuer === undefined) throw new Error('no chain');
    const bare = leaf.clone();
    const at = bare.extensions.findIndex(({ subs: [name] }) => name?.toOID() === POISON);
    bare.extensions.splice(at, 1);
    const tbs = bare.tbsCertificate.toDER();
    const head = Buffer.alloc(12);
    head.writeBigUInt64BE(BigInt(NOW), 2);
    head.writeUInt16BE(1, 10);
    const length = Buffer.alloc(3);
    length.writeUIntBE(tbs.length, 0, 3);
    const hash = createHash('sha256').update(issuer.publicKey).digest();
    const signed = Buffer.concat([head, hash, length, tbs, Buffer.of(0, 0)]);
    const signature = Buffer.from(answer.signature, 'base64');
    expect([...signature.subarray(0, 2)]).toEqual([4, 3]);
    expect(signature.readUInt16BE(2)).toBe(signature.length - 4);
    expect(verify('sha256', signed, log.publicKey, signature.subarray(4))).toBe(true);
  });

  it.each([
    { name: 'a certificate without poison', chain: () => encode(issue(false)) },
    { name: 'a certificate without its issuer', chain: () => encode(issue(true).slice(0, 1)) },
    { name: 'bytes that are no certificate', chain: () => encode([Buffer.from('x'), Buffer.from('y')]) },
    {
      name: 'a chain whose issuer is none',
      chain: () => encode([...issue(true).slice(0, 1), Buffer.from('y')]),
    },
    { name: 'text that is no base64', chain: () => ['?', '?'] },
    { name: 'no list', chain: () => 'chain' },
  ])('refuses $name', async ({ chain }) => {
    expect((await add(chain())).status).toBe(400);
  });
});
