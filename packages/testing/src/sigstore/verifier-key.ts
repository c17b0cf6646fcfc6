import { constants, createPublicKey, type KeyObject, publicDecrypt, X509Certificate } from 'node:crypto';
import { derNull, derOctets, derOid, derSequence } from './der.ts';
import { verifyEcdsaDigest } from './ecdsa-digest.ts';

/** A key somebody signed with, as a log keeps it. */
export interface VerifierKey {
  readonly publicKey: KeyObject;
  /** What the log writes down: the certificate or the key, in DER and in PEM. */
  readonly der: Buffer;
  readonly pem: string;
  readonly isCertificate: boolean;
}

/** Digests of signatures, with their length and, for RSA's padding, their identifiers. */
const DIGESTS = {
  sha256: { length: 32, oid: '2.16.840.1.101.3.4.2.1', protobuf: 'SHA2_256' },
  sha384: { length: 48, oid: '2.16.840.1.101.3.4.2.2', protobuf: 'SHA2_384' },
  sha512: { length: 64, oid: '2.16.840.1.101.3.4.2.3', protobuf: 'SHA2_512' },
} as const;

export type DigestName = keyof typeof DIGESTS;

/** `HashAlgorithm` of sigstore's protobuf-specs. */
export function protobufDigestName(digest: DigestName): string {
  return DIGESTS[digest].protobuf;
}

/** The digest that Rekor v2 goes by for a `PublicKeyDetails`, and the key that must be behind it. */
const KEY_DETAILS: Readonly<Record<string, readonly [DigestName, string]>> = {
  PKIX_ECDSA_P256_SHA_256: ['sha256', 'prime256v1'],
  PKIX_ECDSA_P384_SHA_384: ['sha384', 'secp384r1'],
  PKIX_ECDSA_P521_SHA_512: ['sha512', 'secp521r1'],
  PKIX_RSA_PKCS1V15_2048_SHA256: ['sha256', 'rsa-2048'],
  PKIX_RSA_PKCS1V15_3072_SHA256: ['sha256', 'rsa-3072'],
  PKIX_RSA_PKCS1V15_4096_SHA256: ['sha256', 'rsa-4096'],
};

/** The digest for a key; `undefined` when the details are not taken or say another key than there is. */
export function digestForDetails(details: unknown, key: KeyObject): DigestName | undefined {
  if (typeof details !== 'string' || !Object.hasOwn(KEY_DETAILS, details)) return undefined;
  const [digest, kind] = KEY_DETAILS[details] ?? [];
  return kind === describeKey(key) ? digest : undefined;
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'rsa') return `rsa-${asymmetricKeyDetails?.modulusLength ?? 0}`;
  return asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? '';
}

/** Reads a certificate in DER or PEM; `undefined` for what is none. */
export function readCertificate(bytes: Buffer): VerifierKey | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    return {
      publicKey: certificate.publicKey,
      der: certificate.raw,
      pem: certificate.toString(),
      isCertificate: true,
    };
  } catch {
    return undefined;
  }
}

/** Reads a SubjectPublicKeyInfo in DER, or a public key in PEM; `undefined` for what is none. */
export function readPublicKey(bytes: Buffer): VerifierKey | undefined {
  try {
    const isPem = bytes.includes('-----BEGIN PUBLIC KEY');
    if (!isPem && bytes.includes('-----BEGIN')) return undefined;
    const publicKey = isPem
      ? createPublicKey(bytes)
      : createPublicKey({ key: bytes, format: 'der', type: 'spki' });
    return {
      publicKey,
      der: publicKey.export({ type: 'spki', format: 'der' }),
      pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      isCertificate: false,
    };
  } catch {
    return undefined;
  }
}

/** Says whether a signature is one over a digest, for the keys that sign digests. */
export function verifyDigest(key: KeyObject, name: DigestName, digest: Buffer, signature: Buffer): boolean {
  const { length, oid } = DIGESTS[name];
  if (digest.length !== length) return false;
  try {
    if (key.asymmetricKeyType === 'ec') return verifyEcdsaDigest(key, digest, signature);
    const info = derSequence(derSequence(derOid(oid), derNull()), derOctets(digest));
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(info);
  } catch {
    // Bytes that are no signature at all are one that does not hold.
    return false;
  }
}
