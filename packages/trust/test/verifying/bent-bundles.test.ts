import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCertificate } from '../../src/certificate/certificate.ts';
import { codeSigningProblem } from '../../src/certificate/code-signing.ts';
import { DerError, readDer, readElements } from '../../src/certificate/der.ts';
import { readCertificateFacts } from '../../src/certificate/read-facts.ts';
import type { Evidence } from '../../src/verifying/evidence.ts';
import { readStampedTime } from '../../src/verifying/timestamp.ts';
import { verifyArtifact } from '../../src/verifying/verify-artifact.ts';
import {
  ARTIFACT,
  type Forge,
  type Forgery,
  GITHUB,
  makeKey,
  makePolicy,
  NOW,
  openForge,
  stored,
} from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

async function examine(bytes: Uint8Array): Promise<Evidence | undefined> {
  const { evidence } = await verifyArtifact({
    digest: ARTIFACT,
    entries: [stored(bytes)],
    policy: makePolicy({ require: [] }),
    roots: [forge.root],
    clock: { now: () => NOW },
  });
  return evidence[0];
}

describe.each<[name: string, forgery: Forgery]>([
  ['Rekor v2', {}],
  ['Rekor v1', { log: 1 }],
  ['a bare signature', { message: Buffer.from('an artifact') }],
])('a bundle of %s with a byte changed', (_, forgery) => {
  it('is refused, or proves the very same', async () => {
    const honest = Buffer.from(JSON.stringify(forge.forge(forgery)));
    const proven = await examine(honest);
    expect(proven).toMatchObject({ verdict: 'accepted' });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(honest.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const bent = Buffer.from(honest);
        bent[at] = (bent[at] ?? 0) ^ bits;
        const found = await examine(bent);
        if (found?.verdict === 'accepted') expect(found).toEqual(proven);
        else refused += 1;
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

describe('any bytes', () => {
  it('as a bundle are refused, and never an error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.json().map(Buffer.from)),
        async (bytes) => {
          expect(await examine(bytes)).toMatchObject({
            verdict: 'refused',
            reason: expect.stringMatching(/\.$/),
          });
        },
      ),
    );
  });

  it('as DER are read to the last byte, or refused as such', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          const whole = Buffer.concat(readElements(bytes).map((element) => element.whole));
          expect(whole).toEqual(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(DerError);
        }
      }),
    );
  });

  it('changed in a certificate or a stamp end in no other failure than their own', () => {
    const { leaf } = forge.sigstore.fulcio.issue(makeKey().publicKey, { iss: GITHUB });
    const stamp = forge.sigstore.tsa.stamp(Buffer.from('bytes'));
    const read = (bytes: Buffer): void => {
      const certificate = readCertificate(bytes);
      codeSigningProblem(certificate);
      readCertificateFacts(certificate);
    };
    read(leaf);
    expect(readStampedTime(stamp)).toBe(NOW);
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, bits) => {
        for (const [honest, reader] of [
          [leaf, read],
          [stamp, readStampedTime],
        ] as const) {
          const bent = Buffer.from(honest);
          bent[place % bent.length] = (bent[place % bent.length] ?? 0) ^ bits;
          try {
            reader(bent);
          } catch (error) {
            expect(error).toBeInstanceOf(DerError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a length in two bytes where one would do', '048101ff'],
    ['a length of zeros', '0482000100'],
    ['a length without end', '04800000'],
    ['a length past the end', '0405ff'],
    ['a length of five bytes', '04850000000001'],
    ['a tag of several bytes', '1f8101'],
    ['two elements', '05000500'],
    ['nothing', ''],
  ])('that are %s are no DER', (_, hex) => {
    expect(() => readDer(Buffer.from(hex, 'hex'))).toThrow(DerError);
  });
});
