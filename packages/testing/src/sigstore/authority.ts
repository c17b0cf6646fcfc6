import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  makeName,
  makeSerial,
  signCertificate,
  subjectKeyIdentifier,
} from './certificate.ts';
import { makeSigningKey, type SigningKey } from './signing-key.ts';

const DAY = 86_400_000;

/** A root and the intermediate below it that issues. */
export interface Authority {
  /** Name and key that leaves are issued by. */
  readonly name: Buffer;
  readonly key: SigningKey;
  /** DER: the intermediate, then the root. */
  readonly chain: readonly [Buffer, Buffer];
  readonly rootKey: SigningKey;
  readonly rootName: Buffer;
  readonly organization: string;
}

/** When authorities hold, in milliseconds since 1970. */
export interface AuthorityValidity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** From a day before until ten years after: tests that turn the clock by less need not think of it. */
export function validityAround(now: number): AuthorityValidity {
  return { notBefore: now - DAY, notAfter: now + 3650 * DAY };
}

/**
 * Makes an authority like the public good instance's: a P-384 root, a P-256 intermediate that may issue leaves of one
 * usage only.
 */
export function makeAuthority(organization: string, usage: string, validity: AuthorityValidity): Authority {
  const rootKey = makeSigningKey('P-384');
  const key = makeSigningKey('P-256');
  const rootName = makeName(organization, 'sigstore');
  const name = makeName(organization, 'sigstore-intermediate');
  const root = signCertificate(
    {
      subject: rootName,
      issuer: rootName,
      publicKey: rootKey.publicKey,
      ...validity,
      serial: makeSerial(),
      extensions: [
        keyUsage('certSign'),
        basicConstraints(true, 1),
        subjectKeyIdentifier(rootKey.publicKey),
        authorityKeyIdentifier(rootKey.publicKey),
      ],
    },
    rootKey,
  );
  const intermediate = signCertificate(
    {
      subject: name,
      issuer: rootName,
      publicKey: key.publicKey,
      ...validity,
      serial: makeSerial(),
      extensions: [
        keyUsage('certSign'),
        extendedKeyUsage(usage),
        basicConstraints(true, 0),
        subjectKeyIdentifier(key.publicKey),
        authorityKeyIdentifier(rootKey.publicKey),
      ],
    },
    rootKey,
  );
  return { name, key, chain: [intermediate, root], rootKey, rootName, organization };
}
