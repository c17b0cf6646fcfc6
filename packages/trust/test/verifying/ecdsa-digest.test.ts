import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verifyEcdsaDigest } from '../../src/verifying/ecdsa-digest.ts';
import { verifyDigest } from '../../src/verifying/signature-check.ts';

const CURVES = ['P-256', 'P-384'] as const;

describe.each(CURVES)('ECDSA over a digest with %s', (namedCurve) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const other = generateKeyPairSync('ec', { namedCurve }).publicKey;
  const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

  it('takes what node:crypto signed, and that only', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, place, bits) => {
          const signature = sign('sha256', bytes, privateKey);
          const digest = hash(bytes);
          expect(verifyEcdsaDigest(publicKey, digest, signature)).toBe(true);
          expect(verifyEcdsaDigest(other, digest, signature)).toBe(false);
          const bent = Buffer.from(signature);
          const at = place % bent.length;
          bent[at] = (bent[at] ?? 0) ^ bits;
          expect(verifyEcdsaDigest(publicKey, digest, bent)).toBe(false);
          const bentDigest = Buffer.from(digest);
          bentDigest[place % 32] = (bentDigest[place % 32] ?? 0) ^ bits;
          expect(verifyEcdsaDigest(publicKey, bentDigest, signature)).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes no bytes for a signature that are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
        expect(verifyEcdsaDigest(publicKey, hash(bytes), Buffer.from(bytes))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['zeros', '3006020100020100'],
    ['ones', '3006020101020101'],
    ['a negative number', '30060201ff020101'],
    ['a number with a zero before it', '300702020001020101'],
    ['three numbers', '3009020101020101020101'],
    ['one number', '3003020101'],
    ['bytes behind it', '300602010102010100'],
  ])('takes no %s', (_, hex) => {
    expect(verifyEcdsaDigest(publicKey, hash(Buffer.of()), Buffer.from(hex, 'hex'))).toBe(false);
  });
});

describe('other keys over a digest', () => {
  const bytes = Buffer.from('an artifact');
  const digest = createHash('sha256').update(bytes).digest();

  it('RSA is verified by its padding', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = sign('sha256', bytes, privateKey);
    expect(verifyDigest(publicKey, digest, signature)).toBe(true);
    expect(verifyDigest(publicKey, Buffer.alloc(32), signature)).toBe(false);
    expect(verifyDigest(publicKey, digest, sign('sha512', bytes, privateKey))).toBe(false);
  });

  it('RSA of 1024 bits is not taken', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(verifyDigest(publicKey, digest, sign('sha256', bytes, privateKey))).toBe(false);
  });

  it('Ed25519 needs the artifact itself', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    expect(() => verifyDigest(publicKey, digest, sign(null, bytes, privateKey))).toThrow(/whole artifact/);
  });
});
