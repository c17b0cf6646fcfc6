import { createHash, type KeyObject } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';

/** How a key signs, in the words of those who must know. */
export interface KeyAlgorithm {
  /** For `crypto.sign`; `null` for keys that hash for themselves. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null;
  /** `PublicKeyDetails` of sigstore's protobuf-specs: what Rekor v2 goes by. */
  readonly details: string;
  /** Whether two signatures over the same bytes differ. */
  readonly isRandomised: boolean;
}

/** Curves, with the digest that sigstore's algorithm registry pairs each with. */
const CURVES: Readonly<Record<string, KeyAlgorithm>> = {
  prime256v1: { digest: 'sha256', details: 'PKIX_ECDSA_P256_SHA_256', isRandomised: true },
  secp384r1: { digest: 'sha384', details: 'PKIX_ECDSA_P384_SHA_384', isRandomised: true },
  secp521r1: { digest: 'sha512', details: 'PKIX_ECDSA_P521_SHA_512', isRandomised: true },
};

const RSA_SIZES: ReadonlySet<number> = new Set([2048, 3072, 4096]);

/**
 * Tells how a key signs. Rekor v2 wants of each curve the digest of its size; everybody else (Rekor v1's `dsse`, cosign
 * with `--key`, @sigstore/verify) checks every curve with SHA-256.
 *
 * @throws SuiteError `UNSUPPORTED` for keys that no verifier of Sigstore's takes
 */
export function algorithmOf(key: KeyObject, log: 1 | 2 | undefined): KeyAlgorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return { digest: null, details: 'PKIX_ED25519', isRandomised: false };
  const curve = details?.namedCurve ?? '';
  const bits = details?.modulusLength ?? 0;
  const found = type === 'ec' && Object.hasOwn(CURVES, curve) ? CURVES[curve] : undefined;
  if (found !== undefined) return log === 2 ? found : { ...found, digest: 'sha256' };
  if (type === 'rsa' && RSA_SIZES.has(bits)) {
    return { digest: 'sha256', details: `PKIX_RSA_PKCS1V15_${bits}_SHA256`, isRandomised: false };
  }
  const kind =
    type === 'rsa' ? `RSA with ${bits} bits` : `${type ?? 'unknown'}${curve === '' ? '' : ` ${curve}`}`;
  throw new SuiteError(
    'UNSUPPORTED',
    `Nobody who verifies Sigstore's signatures takes this kind of key: ${kind}.`,
    {
      remedy: 'Use a key on the curve P-256 (or P-384, P-521), Ed25519, or RSA with 2048, 3072 or 4096 bits.',
    },
  );
}

/** What a key is called in a bundle: the SHA-256 of its SubjectPublicKeyInfo, in base64, as cosign writes it. */
export function hintOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** A public key in PEM. */
export function pemOfKey(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
