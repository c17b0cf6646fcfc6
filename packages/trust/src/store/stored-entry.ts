import type { ErrorCode } from '@artifact-lifecycle/core';
import type { Digest } from '@artifact-lifecycle/registry';
import type { BundleOrigin } from '../verifying/evidence.ts';

/** A bundle as it was found: bytes from outside, not looked at yet. */
export interface StoredBundle {
  readonly kind: 'bundle';
  readonly origin: BundleOrigin;
  readonly bytes: Uint8Array;
}

/**
 * What cosign before version 3 writes beside a payload, as the annotations of its layer say it: text from outside,
 * not looked at (cosign, "SIGNATURE_SPEC").
 */
export interface LegacyMaterial {
  /** Base64; of the payload's bytes. The envelope of an attestation holds its own. */
  readonly signature?: string | undefined;
  /** PEM. */
  readonly certificate?: string | undefined;
  /** PEM, the issuer's certificate first. */
  readonly chain?: string | undefined;
  /** JSON: `SignedEntryTimestamp` of Rekor v1, and the `Payload` that it signs. */
  readonly rekorBundle?: string | undefined;
  /** JSON: `SignedRFC3161Timestamp`, base64. */
  readonly timestamp?: string | undefined;
}

/** A layer of a `.sig` tag: a simple signing payload, signed. */
export interface LegacySignature {
  readonly kind: 'legacy-signature';
  readonly origin: BundleOrigin;
  readonly payload: Uint8Array;
  readonly material: LegacyMaterial;
}

/** A layer of an `.att` tag: a DSSE envelope. */
export interface LegacyAttestation {
  readonly kind: 'legacy-attestation';
  readonly origin: BundleOrigin;
  readonly envelope: Uint8Array;
  readonly material: LegacyMaterial;
}

/** A statement that nobody signed: buildkit's, whose existence is all that it proves. Its bytes are not fetched. */
export interface UnsignedStatement {
  readonly kind: 'unsigned';
  readonly origin: BundleOrigin;
  /** The manifest of the platform that it is said to be about. */
  readonly about: Digest;
  /** As the layer's annotation has it. */
  readonly predicateType: string | undefined;
}

/** What cannot be taken for evidence as it is: a manifest that is gone, about something else, or too large. */
export interface BrokenEntry {
  readonly kind: 'broken';
  readonly origin: BundleOrigin;
  readonly code: ErrorCode;
  /** One sentence. */
  readonly problem: string;
}

/** What a store holds about an artifact. */
export type StoredEntry =
  | StoredBundle
  | LegacySignature
  | LegacyAttestation
  | UnsignedStatement
  | BrokenEntry;
