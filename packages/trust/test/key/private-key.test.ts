import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Secret } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import { pemOfKey } from '../../src/key/key-algorithm.ts';
import { readPrivateKey } from '../../src/key/private-key.ts';
import { COSIGN_KEY, COSIGN_PASSWORD, COSIGN_PUBLIC_KEY } from '../support/cosign-key.ts';

const PASSWORD = 'correct horse';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ED25519 = generateKeyPairSync('ed25519').privateKey;

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function encrypted(key: KeyObject): string {
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSWORD } as const;
  return key.export(options).toString();
}

function cosignContainer(change: (document: Record<string, Record<string, unknown>>) => void): string {
  const document = JSON.parse(Buffer.from(COSIGN_KEY.split('\n').slice(1, -1).join(''), 'base64').toString());
  change(document);
  const body = Buffer.from(JSON.stringify(document)).toString('base64');
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${body}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

describe('readPrivateKey', () => {
  it.each([
    { name: 'PKCS#8 on P-256', pem: pkcs8(privateKey), key: privateKey },
    { name: 'PKCS#8 with RSA', pem: pkcs8(RSA), key: RSA },
    { name: 'PKCS#8 with Ed25519', pem: pkcs8(ED25519), key: ED25519 },
    { name: 'encrypted PKCS#8', pem: encrypted(privateKey), key: privateKey },
    { name: 'encrypted PKCS#8 with RSA', pem: encrypted(RSA), key: RSA },
    {
      name: 'what OpenSSL wrote of old',
      pem: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      key: privateKey,
    },
    {
      name: 'the curve in a block before it',
      pem: `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${privateKey.export({ type: 'sec1', format: 'pem' }).toString()}`,
      key: privateKey,
    },
    { name: 'lines that end in CR LF', pem: pkcs8(privateKey).replaceAll('\n', '\r\n'), key: privateKey },
  ])('reads $name', async ({ pem, key }) => {
    const read = await readPrivateKey(new Secret(pem), new Secret(PASSWORD));
    expect(pemOfKey(createPublicKey(read))).toBe(pemOfKey(createPublicKey(key)));
  });

  it.each([
    { name: 'now', pem: COSIGN_KEY },
    { name: 'before version 1.13', pem: COSIGN_KEY.replaceAll('SIGSTORE', 'COSIGN') },
  ])('reads what cosign writes $name', async ({ pem }) => {
    const read = await readPrivateKey(new Secret(pem), new Secret(COSIGN_PASSWORD));
    expect(pemOfKey(createPublicKey(read)).trim()).toBe(COSIGN_PUBLIC_KEY);
  });

  it.each([
    { name: 'no PEM', pem: 'secret-text', says: 'is not PEM' },
    { name: 'a block that does not end', pem: '-----BEGIN PRIVATE KEY-----\nAAAA', says: 'is not PEM' },
    { name: 'a public key', pem: COSIGN_PUBLIC_KEY, says: 'is a PUBLIC KEY' },
    {
      name: 'bytes that are no key',
      pem: pkcs8(privateKey).replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'),
      says: 'cannot be read',
    },
    {
      name: 'a wrong password',
      pem: encrypted(RSA),
      password: 'secret-text',
      says: 'key-password is not its password',
    },
    {
      name: 'a wrong password for cosign',
      pem: COSIGN_KEY,
      password: 'secret-text',
      says: 'key-password is not its',
    },
    {
      name: 'scrypt that costs gigabytes',
      pem: cosignContainer((document) => {
        document['kdf'] = { ...document['kdf'], params: { N: 2 ** 24, r: 8, p: 1 } };
      }),
      says: 'encrypted in another way',
    },
    {
      name: 'scrypt with a number that is no power',
      pem: cosignContainer((document) => {
        document['kdf'] = { ...document['kdf'], params: { N: 65_535, r: 8, p: 1 } };
      }),
      says: 'encrypted in another way',
    },
    {
      name: 'another cipher',
      pem: cosignContainer((document) => {
        document['cipher'] = { ...document['cipher'], name: 'aes' };
      }),
      says: 'encrypted in another way',
    },
    {
      name: 'a container that is no JSON',
      pem: COSIGN_KEY.replace(/\n[\s\S]+\n/, '\nc2VjcmV0LXRleHQ=\n'),
      says: 'not the JSON that cosign writes',
    },
  ])('refuses $name', async ({ pem, password = PASSWORD, says }) => {
    const error: unknown = await readPrivateKey(new Secret(pem), new Secret(password)).catch(
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(says) });
    expect(`${String(error)} ${(error as Error).stack}`).not.toContain('secret-text');
  });

  it.each([encrypted(privateKey), COSIGN_KEY])('asks for the password of an encrypted one', async (pem) => {
    await expect(readPrivateKey(new Secret(pem))).rejects.toThrow(/there is no key-password/);
  });
});
