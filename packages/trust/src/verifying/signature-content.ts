import { createHash } from 'node:crypto';
import type { SignedEntity } from '@sigstore/verify';
import { encodePae } from '../signing/pre-auth-encoding.ts';
import { verifyBytes, verifyDigest } from './signature-check.ts';
import type { SignedBundle } from './signed-bundle.ts';

/** The digest of the artifact at hand. */
export interface ArtifactDigest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

type SignatureContent = SignedEntity['signature'];

const BY_LENGTH: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };

/**
 * What the library compares log entries with and verifies the signature over. Unlike the library's own it needs the
 * artifact's digest only, and knows the digest that goes with each kind of key.
 */
export function toSignatureContent(
  { payload, signature }: SignedBundle,
  artifact: ArtifactDigest,
): SignatureContent {
  const compareSignature = (recorded: Buffer): boolean => signature.equals(recorded);
  if (payload.kind === 'artifact') {
    const digest = Buffer.from(artifact.hex, 'hex');
    return {
      signature,
      compareSignature,
      compareDigest: (recorded) => digest.equals(recorded),
      compareSignedDigest: (recorded) => digest.equals(recorded),
      verifySignature: (key) => artifact.algorithm === 'sha256' && verifyDigest(key, digest, signature),
    };
  }
  const content = payload.kind === 'envelope' ? payload.payload : payload.bytes;
  const signed =
    payload.kind === 'envelope' ? encodePae(payload.payloadType, payload.payload) : payload.bytes;
  return {
    signature,
    compareSignature,
    compareDigest: isDigestOf(content),
    compareSignedDigest: isDigestOf(signed),
    verifySignature: (key) => verifyBytes(key, signed, signature),
  };
}

function isDigestOf(bytes: Buffer): (recorded: Buffer) => boolean {
  return (recorded) => {
    const algorithm = BY_LENGTH[recorded.length];
    return algorithm !== undefined && createHash(algorithm).update(bytes).digest().equals(recorded);
  };
}
