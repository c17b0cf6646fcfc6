import { isSuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestHex, field, isJsonObject } from '@artifact-lifecycle/registry';
import { readStatement } from '../statement/read-statement.ts';
import type { Statement } from '../statement/statement.ts';
import { Refusal } from '../verifying/refusal.ts';
import { parseStrictObject } from '../verifying/strict-json.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What a bundle claims to be about, before anybody has verified it. */
export type BundleClaim =
  | { readonly kind: 'statement'; readonly statement: Statement }
  /** A bare signature over an artifact with this digest, base64. */
  | { readonly kind: 'signature'; readonly digest: string }
  | { readonly kind: 'unreadable' };

const UNREADABLE: BundleClaim = { kind: 'unreadable' };

/** Looks at what a bundle claims. Nothing of it is verified: it may sort bundles, and never vouch for anything. */
export function readBundleClaim(bytes: Uint8Array): BundleClaim {
  try {
    const bundle = parseStrictObject(bytes, 'bundle');
    const envelope = field(bundle, 'dsseEnvelope');
    if (isJsonObject(envelope)) {
      const payload = Buffer.from(String(field(envelope, 'payload') ?? ''), 'base64');
      return {
        kind: 'statement',
        statement: readStatement(String(field(envelope, 'payloadType') ?? ''), payload),
      };
    }
    const signature = field(bundle, 'messageSignature');
    const digest = isJsonObject(signature) ? field(signature, 'messageDigest') : undefined;
    const value = isJsonObject(digest) ? field(digest, 'digest') : undefined;
    return typeof value === 'string' ? { kind: 'signature', digest: value } : UNREADABLE;
  } catch (error) {
    if (error instanceof Refusal || isSuiteError(error, 'CONTENT_INVALID', 'LIMIT_EXCEEDED'))
      return UNREADABLE;
    throw error;
  }
}

/** Whether a bundle claims to be about a digest; one that cannot be read may be. */
export function mayConcern(claim: BundleClaim, subject: Digest): boolean {
  const hex = digestHex(subject);
  switch (claim.kind) {
    case 'unreadable':
      return true;
    case 'signature':
      return claim.digest === Buffer.from(hex, 'hex').toString('base64');
    case 'statement':
      return claim.statement.subject.some(({ digest }) => digest[digestAlgorithm(subject)] === hex);
  }
}

/** Whether a stored entry claims to be about a digest; what cannot be read, or is no bundle, makes no such claim. */
export function claimsToConcern(entry: StoredEntry, subject: Digest): boolean {
  if (entry.kind !== 'bundle') return false;
  const claim = readBundleClaim(entry.bytes);
  return claim.kind !== 'unreadable' && mayConcern(claim, subject);
}
