import { describe, expect, it } from '@jest/globals';
import { type Mistaken, mistakesOf } from './mistakes.ts';

const CASES: readonly Mistaken[] = [
  [
    'records of nobody',
    'version: 1\nrecords: {}\n',
    ['2:1: records names no signer: set certificate-identity, certificate-identity-pattern or key.'],
  ],
  [
    'records of two',
    'version: 1\nrecords: { certificate-identity: a, key: b }\n',
    ['2:42: records.key cannot stand beside certificate-identity: a signer is named in one way.'],
  ],
  [
    'an issuer beside a key',
    'version: 1\nrecords: { key: b, certificate-oidc-issuer: https://a.example }\n',
    [
      '2:45: records.certificate-oidc-issuer needs a certificate-identity or certificate-identity-pattern beside it.',
    ],
  ],
  [
    'a private key',
    'version: 1\nrecords: { key: "-----BEGIN EC PRIVATE KEY-----" }\n',
    ['2:17: records.key is a private key; a policy names public keys.'],
  ],
  [
    'a pattern of everybody',
    'version: 1\nrecords: { certificate-identity-pattern: "**" }\n',
    ['2:42: records.certificate-identity-pattern matches everybody: "**".'],
  ],
  ['a Sigstore that is nothing', 'version: 1\nsigstore: {}\n', ['2:1: sigstore names nothing.']],
  [
    'a Sigstore that is a number',
    'version: 1\nsigstore: 1\n',
    ['2:11: sigstore must be text or a mapping, not a whole number; put it in quotes.'],
  ],
  [
    'an address with a password',
    'version: 1\nsigstore: { rekor-url: "https://me:hunter2@rekor.example" }\n',
    ['2:24: sigstore.rekor-url must not hold a user name or password.'],
  ],
  [
    'a registry that is an address',
    'version: 1\nregistries:\n  https://ghcr.io: { kind: ghcr }\n',
    ['3:3: registries has the key "https://ghcr.io", which is an address; write the host alone, "ghcr.io".'],
  ],
  [
    'a registry twice',
    'version: 1\nregistries:\n  docker.io: {}\n  index.docker.io: {}\n',
    ['4:3: registries["index.docker.io"] names the host docker.io a second time.'],
  ],
];

describe('records, a Sigstore or registries that are wrong', () => {
  it.each(CASES)('is told of: %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
