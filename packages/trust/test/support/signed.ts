import type { SerializedBundle } from '@sigstore/bundle';
import type { SignedStatement, Statement } from '../../src/index.ts';

/** A certificate that is valid from 2026-11-25T19:39:31Z, for stores that only look at its date. */
export const CERTIFICATE =
  'MIIBbTCCAROgAwIBAgIUPe9QH000eQ4LZpdfVC96BkebCa0wCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBdDAeFw0yNjExMjUxOTM5MzFaFw0yNjExMjYxOTM5MzFaMAwxCjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARtz223I5/EP3LmTAimB8TfzVoWWCuOi2lQUSM8dxtCWa0lBNCoNW1pJBYLKmxZwVOavV+fy2g8zMfOfuM9FC/ro1MwUTAdBgNVHQ4EFgQUkluZkHx1XMLgTbOHYERFs8k1S6UwHwYDVR0jBBgwFoAUkluZkHx1XMLgTbOHYERFs8k1S6UwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAzIIh9SSajGnEr6XJILKrEqHXn1XuK9wtLtvvxeJQL+8CIHucnMW9sfeiO+XDQZkE1eCCreQ+sibSGZsPxI3buOtQ';

/** When {@link CERTIFICATE} begins. */
export const CERTIFICATE_DATE = '2026-11-25T19:39:31Z';

/** What a bundle of a test differs in. */
export interface SignedChanges {
  readonly predicateType?: string;
  readonly predicate?: Readonly<Record<string, unknown>>;
  readonly subject?: string;
  readonly signature?: string;
  readonly material?: Partial<SerializedBundle['verificationMaterial']>;
  readonly mediaType?: string;
}

/** A statement as an attestor gives it, but signed by nobody: for stores, which do not verify. */
export function makeSigned(changes: SignedChanges = {}): SignedStatement {
  const statement: Statement = {
    subject: [
      { name: 'app', digest: { sha256: (changes.subject ?? 'a'.repeat(64)).replace('sha256:', '') } },
    ],
    predicateType: changes.predicateType ?? 'https://slsa.dev/provenance/v1',
    predicate: changes.predicate ?? { builder: 'test' },
  };
  const payload = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', ...statement }));
  const material = {
    certificate: { rawBytes: CERTIFICATE },
    tlogEntries: [],
    timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'c3RhbXA=' }] },
    ...changes.material,
  };
  const bundle = {
    mediaType: changes.mediaType ?? 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: material,
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: changes.signature ?? 'c2ln', keyid: '' }],
    },
  } as SerializedBundle;
  return { statement, bundle, bytes: Buffer.from(JSON.stringify(bundle)) };
}
