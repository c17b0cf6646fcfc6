import { constants, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { verifyEcdsaDigest } from './ecdsa-digest.ts';
import { Refusal } from './refusal.ts';

/** Digests that are used with the keys of a curve: its own, and SHA-256, which cosign takes for every key. */
const CURVE_DIGESTS: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha384', 'sha256'],
  secp521r1: ['sha512', 'sha256'],
};

/** Shorter keys can be factored. */
const MIN_RSA_BITS = 2048;
/** Longer ones only cost time. */
const MAX_RSA_BITS = 8192;

/** DigestInfo before a SHA-256 digest (RFC 8017, 9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** What is wrong with a public key for verifying signatures, as a half-sentence, or `undefined`. */
export function publicKeyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (kind === 'ed25519') return undefined;
  if (kind === 'ec' && Object.hasOwn(CURVE_DIGESTS, details?.namedCurve ?? '')) return undefined;
  const bits = details?.modulusLength ?? 0;
  if (kind === 'rsa' && bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS) return undefined;
  return `is of a kind that is not taken (${kind} ${details?.namedCurve ?? bits})`;
}

/** Whether a signature over bytes at hand is one by this key. */
export function verifyBytes(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKeyProblem(key) !== undefined) return false;
  return digestsFor(key).some((digest) => verify(digest, bytes, key, signature));
}

/**
 * Whether a signature over an artifact of this SHA-256 digest is one by this key.
 *
 * @throws Refusal for a key whose signatures are over the artifact itself.
 */
export function verifyDigest(key: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const problem = publicKeyProblem(key);
  if (problem !== undefined) return false;
  if (key.asymmetricKeyType === 'rsa') {
    try {
      const padding = constants.RSA_PKCS1_PADDING;
      return publicDecrypt({ key, padding }, signature).equals(Buffer.concat([SHA256_INFO, digest]));
    } catch {
      return false;
    }
  }
  const isValid = verifyEcdsaDigest(key, digest, signature);
  if (isValid !== undefined) return isValid;
  throw new Refusal('Bare signatures by this kind of key can only be verified with the whole artifact.');
}

function digestsFor(key: KeyObject): readonly (string | null)[] {
  if (key.asymmetricKeyType === 'ed25519') return [null];
  if (key.asymmetricKeyType === 'rsa') return ['sha256'];
  return CURVE_DIGESTS[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? [];
}
