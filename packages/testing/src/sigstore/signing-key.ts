import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { derOid, derSequence } from './der.ts';

/** Kinds of keys the services sign with. */
export type KeyKind = 'P-256' | 'P-384' | 'ed25519';

/** A key of a service, with what certificates and trusted roots say of it. */
export interface SigningKey {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as SubjectPublicKeyInfo. */
  readonly spki: Buffer;
  /** AlgorithmIdentifier of its signatures, in DER. */
  readonly algorithm: Buffer;
  /** The digest its signatures are made over; `null` for Ed25519, which hashes itself. */
  readonly digest: 'sha256' | 'sha384' | null;
  /** `PublicKeyDetails` of sigstore's protobuf-specs. */
  readonly keyDetails: string;
  sign(bytes: Uint8Array): Buffer;
}

const KINDS = {
  'P-256': { oid: '1.2.840.10045.4.3.2', digest: 'sha256', keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
  'P-384': { oid: '1.2.840.10045.4.3.3', digest: 'sha384', keyDetails: 'PKIX_ECDSA_P384_SHA_384' },
  ed25519: { oid: '1.3.101.112', digest: null, keyDetails: 'PKIX_ED25519' },
} as const;

/** Makes a new key. */
export function makeSigningKey(kind: KeyKind): SigningKey {
  const { privateKey, publicKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind });
  const { oid, digest, keyDetails } = KINDS[kind];
  return {
    kind,
    privateKey,
    publicKey,
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    algorithm: derSequence(derOid(oid)),
    digest,
    keyDetails,
    sign: (bytes) => sign(digest, bytes, privateKey),
  };
}
