import { createHash, type Hash } from 'node:crypto';

/** A content address: `sha256:` and 64 lower-case hex digits, or `sha512:` and 128. */
export type Digest = `${DigestAlgorithm}:${string}`;

/** The registered algorithms of the image-spec that the server stores content under. */
export type DigestAlgorithm = 'sha256' | 'sha512';

const SHA256 = /^sha256:[a-f0-9]{64}$/;
const SHA512 = /^sha512:[a-f0-9]{128}$/;

/** Says whether a text is a digest the server knows how to verify. */
export function isDigest(text: string): text is Digest {
  return SHA256.test(text) || SHA512.test(text);
}

/** Names the algorithm of a digest. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** Gives the hexadecimal part of a digest. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** Hashes bytes at hand. */
export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return finishDigest(createHash(algorithm).update(bytes), algorithm);
}

/** Ends a running hash as a digest. */
export function finishDigest(hash: Hash, algorithm: DigestAlgorithm): Digest {
  return `${algorithm}:${hash.digest('hex')}`;
}
