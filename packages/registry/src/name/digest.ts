import { createHash, type Hash } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';

/** A content address, `sha256:` and 64 hex digits or `sha512:` and 128; made only by the functions here. */
export type Digest = string & { readonly __brand: 'Digest' };

/** The algorithms of the image-spec that registries serve (image-spec, descriptor.md, "Registered algorithms"). */
export type DigestAlgorithm = 'sha256' | 'sha512';

const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 };
const DIGEST = /^(sha256|sha512):([a-f0-9]+)$/;

/** Reads a digest, or gives `undefined` where the text is none. */
export function tryParseDigest(text: string): Digest | undefined {
  // A longer text is no digest, whatever it holds; the check keeps the expression's work bounded.
  if (text.length > 'sha512:'.length + HEX_LENGTH.sha512) return undefined;
  const match = DIGEST.exec(text);
  if (match === null) return undefined;
  const [, algorithm, hex] = match;
  return hex?.length === HEX_LENGTH[algorithm as DigestAlgorithm] ? (text as Digest) : undefined;
}

/**
 * Reads a digest.
 *
 * @param what names the place it came from, for the error: `source`, `descriptor of a layer`.
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parseDigest(text: string, what: string): Digest {
  const digest = tryParseDigest(text);
  if (digest !== undefined) return digest;
  throw new SuiteError(
    'CONTENT_INVALID',
    `The ${what} is not a digest: ${JSON.stringify(text.slice(0, 200))}.`,
    {
      remedy: 'Write sha256: and 64 lower-case hex digits, or sha512: and 128.',
    },
  );
}

/** Whether a reference is a digest; a tag cannot hold the colon of one. */
export function isDigest(reference: string): reference is Digest {
  return tryParseDigest(reference) !== undefined;
}

/** The algorithm a digest names. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hexadecimal part of a digest. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The digest of bytes at hand. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** Hashes a stream as it passes. */
export class Digester {
  readonly #algorithm: DigestAlgorithm;
  readonly #hash: Hash;

  constructor(algorithm: DigestAlgorithm = 'sha256') {
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  /** The digest of all chunks; ends the digester. */
  digest(): Digest {
    return `${this.#algorithm}:${this.#hash.digest('hex')}` as Digest;
  }
}
