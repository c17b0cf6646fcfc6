import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Sigstore, startSigstore } from '../../src/index.ts';
import { signStatement, verifyBundle } from '../support/sigstore-client.ts';

let sigstore: Sigstore;
beforeEach(async () => {
  sigstore = await startSigstore();
});
afterEach(async () => {
  expect(sigstore.defects()).toEqual([]);
  await sigstore.close();
});

describe('a whole instance', () => {
  it('issues, logs and stamps what the library of Sigstore verifies', async () => {
    const bundle = await signStatement(sigstore, 'v2');
    const { identity } = verifyBundle(sigstore, bundle);
    expect(identity?.subjectAlternativeName).toBe(
      'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main',
    );
    expect(identity?.extensions?.issuer).toBe(sigstore.urls.issuer);
    expect(sigstore.lines()).toEqual([
      'fulcio POST /api/v2/signingCert 200',
      'rekor POST /api/v2/log/entries 201',
      'tsa POST /api/v1/timestamp 201',
    ]);
  });

  it.each([{ name: 'dsse' }, { name: 'intoto' }] as const)(
    'logs $name entries in Rekor v1 with promise and proof, however large the tree is',
    async ({ name }) => {
      for (let size = 1; size <= 7; size += 1) {
        const bundle = await signStatement(sigstore, name);
        const [entry] = bundle.verificationMaterial.tlogEntries;
        expect(entry?.inclusionPromise?.signedEntryTimestamp.length).toBeGreaterThan(60);
        expect(entry?.inclusionProof?.treeSize).toBe(String(size));
        expect(entry?.logIndex).not.toBe(entry?.inclusionProof?.logIndex);
        verifyBundle(sigstore, bundle);
      }
    },
  );

  it('stamps alone are enough where no log is asked for', async () => {
    const bundle = await signStatement(sigstore, 'none');
    verifyBundle(sigstore, bundle, { tlogThreshold: 0 });
    expect(() => verifyBundle(sigstore, bundle)).toThrow();
  });
});
