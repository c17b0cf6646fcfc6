import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@artifact-lifecycle/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SigstoreInstance } from '../../src/instance/instance.ts';
import { pemOfKey } from '../../src/key/key-algorithm.ts';
import type { SignedStatement } from '../../src/signing/attestor.ts';
import { createKeyAttestor } from '../../src/signing/key-attestor.ts';
import { encodePae } from '../../src/signing/pre-auth-encoding.ts';
import { makeSignatureStatement } from '../../src/statement/sbom-statement.ts';
import { type Bench, SUBJECT, startBench } from '../support/bench.ts';
import { COSIGN_MISSING, COSIGN_TIMEOUT_MS, runCosign } from '../support/cosign.ts';

const STATEMENT = makeSignatureStatement(SUBJECT);
const KEYS: Readonly<Record<string, KeyObject>> = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  Ed25519: generateKeyPairSync('ed25519').privateKey,
};

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await bench.close();
  expect(bench.sigstore.defects()).toEqual([]);
});

type Log = 1 | 2 | 'stamp' | 'none';

function instanceFor(log: Log): SigstoreInstance {
  const { urls } = bench.sigstore;
  if (log === 'none') return bench.instance({ rekor: undefined, tsaUrl: undefined });
  if (log === 'stamp') return bench.instance({ rekor: undefined });
  return bench.instance({ rekor: { url: log === 1 ? urls.rekorV1 : urls.rekor, version: log } });
}

function sign(name: string, log: Log): Promise<SignedStatement> {
  const privateKey = KEYS[name] as KeyObject;
  return createKeyAttestor({
    privateKey,
    instance: instanceFor(log),
    http: bench.http,
    clock: systemClock,
  }).attest(STATEMENT);
}

describe('signs with a key', () => {
  it.each([
    { name: 'P-256', log: 2, digest: 'sha256' },
    { name: 'P-256', log: 1, digest: 'sha256' },
    { name: 'P-256', log: 'stamp', digest: 'sha256' },
    { name: 'P-256', log: 'none', digest: 'sha256' },
    { name: 'P-384', log: 2, digest: 'sha384' },
    { name: 'P-384', log: 1, digest: 'sha256' },
    { name: 'P-384', log: 'none', digest: 'sha256' },
    { name: 'P-521', log: 2, digest: 'sha512' },
    { name: 'RSA', log: 2, digest: 'sha256' },
    { name: 'RSA', log: 1, digest: 'sha256' },
    { name: 'Ed25519', log: 1, digest: null },
    { name: 'Ed25519', log: 'stamp', digest: null },
  ] as const)('$name, log $log', async ({ name, log, digest }) => {
    const { bundle } = await sign(name, log);
    const { dsseEnvelope: envelope, verificationMaterial: material } = bundle;
    const signed = encodePae(envelope?.payloadType ?? '', Buffer.from(envelope?.payload ?? '', 'base64'));
    const signature = Buffer.from(envelope?.signatures[0]?.sig ?? '', 'base64');
    expect(verify(digest, signed, createPublicKey(KEYS[name] as KeyObject), signature)).toBe(true);
    expect(material.publicKey?.hint).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(envelope?.signatures[0]?.keyid ?? '').toBe('');
    expect(material.tlogEntries ?? []).toHaveLength(typeof log === 'number' ? 1 : 0);
  });

  it('refuses Ed25519 for a log of version 2, which takes no such signature', () => {
    expect(() => sign('Ed25519', 2)).toThrow(/version 2 does not take plain Ed25519/);
  });

  it.each([
    {
      name: 'a curve of cryptocurrencies',
      key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
    },
    {
      name: 'RSA with an odd number of bits',
      key: generateKeyPairSync('rsa', { modulusLength: 2056 }).privateKey,
    },
  ])('refuses $name', ({ key }) => {
    const options = { privateKey: key, instance: instanceFor('none'), http: bench.http, clock: systemClock };
    expect(() => createKeyAttestor(options)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });
});

describe('the same signature again', () => {
  it('is fetched from a log of version 1', async () => {
    const [first, second] = [await sign('RSA', 1), await sign('RSA', 1)];
    const indexOf = ({ bundle }: SignedStatement): unknown =>
      bundle.verificationMaterial.tlogEntries[0]?.logIndex;
    expect(indexOf(second)).toBe(indexOf(first));
    expect(bench.sigstore.rekorV1.entries).toHaveLength(1);
    expect(bench.sigstore.lines().filter((line) => line.startsWith('rekorV1 GET'))).toHaveLength(1);
  });

  it('is an error that says what to do in a log of version 2', async () => {
    await sign('RSA', 2);
    await expect(sign('RSA', 2)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      remedy: expect.stringContaining('P-256'),
    });
  });

  it('is another one by a key whose signatures differ', async () => {
    await Promise.all([sign('P-256', 2), sign('P-256', 2)]);
    expect(bench.sigstore.rekor.entries).toHaveLength(2);
  });
});

describe('payloads for cosign’s older tags', () => {
  it.each([
    { name: 'P-256', log: 1, kind: 'hashedrekord 0.0.1' },
    { name: 'RSA', log: 1, kind: 'hashedrekord 0.0.1' },
    { name: 'P-256', log: 'none', kind: undefined },
  ] as const)('are signed with $name, log $log', async ({ name, log, kind }) => {
    const privateKey = KEYS[name] as KeyObject;
    const payload = Buffer.from('{"critical":{}}');
    const options = { privateKey, instance: instanceFor(log), http: bench.http, clock: systemClock };
    const { messageSignature, verificationMaterial } = await createKeyAttestor(options).signPayload(payload);
    const signature = Buffer.from(messageSignature?.signature ?? '', 'base64');
    expect(verify('sha256', payload, createPublicKey(privateKey), signature)).toBe(true);
    const [entry] = verificationMaterial.tlogEntries ?? [];
    expect(entry === undefined ? undefined : `${entry.kindVersion?.kind} ${entry.kindVersion?.version}`).toBe(
      kind,
    );
    expect(entry?.inclusionPromise !== undefined).toBe(kind !== undefined);
  });
});

(COSIGN_MISSING === '' ? describe : describe.skip)(`cosign${COSIGN_MISSING}`, () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cosign-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it.each([
    { name: 'P-256', log: 2, options: [] },
    { name: 'P-256', log: 1, options: [] },
    { name: 'RSA', log: 2, options: [] },
    // Rekor v2 demands SHA-384 of this curve, and cosign supposes SHA-256 of every key.
    { name: 'P-384', log: 2, options: ['--signature-digest-algorithm', 'sha384'] },
    { name: 'P-384', log: 'none', options: [] },
    { name: 'Ed25519', log: 'none', options: [] },
    { name: 'P-256', log: 'none', options: [] },
  ] as const)(
    'accepts $name, log $log',
    async ({ name, log, options }) => {
      const signed = await sign(name, log);
      await writeFile(join(directory, 'bundle.json'), signed.bytes);
      await writeFile(join(directory, 'root.json'), JSON.stringify(bench.sigstore.trustedRoot));
      await writeFile(join(directory, 'key.pub'), pemOfKey(createPublicKey(KEYS[name] as KeyObject)));
      const argv = [
        'verify-blob-attestation',
        ...['--key', 'key.pub', '--bundle', 'bundle.json', '--trusted-root', 'root.json'],
        ...['--type', 'https://sigstore.dev/cosign/sign/v1'],
        ...['--digest', 'c'.repeat(64), '--digestAlg', 'sha256'],
        ...(log === 'none' ? ['--insecure-ignore-tlog'] : ['--use-signed-timestamps']),
        ...options,
      ];
      expect(await runCosign(argv, directory)).toMatch(/^accepted: [\s\S]*Verified OK/);
    },
    COSIGN_TIMEOUT_MS,
  );
});
