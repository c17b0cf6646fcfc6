import type { Digest, RequestOptions } from '@artifact-lifecycle/registry';
import type { SignedStatement } from '../signing/attestor.ts';
import type { BundleOrigin } from '../verifying/evidence.ts';

/** A bundle as it was found: bytes from outside, not looked at yet. */
export interface StoredBundle {
  readonly origin: BundleOrigin;
  readonly bytes: Uint8Array;
}

/** Where bundles about an artifact are kept: a registry, GitHub, a directory. */
export interface AttestationStore {
  /** Every bundle about a digest. What cannot be read is an error, never an empty answer. */
  list(subject: Digest, options?: RequestOptions): Promise<readonly StoredBundle[]>;
  /** Keeps a bundle, and reads it back; what is there already is left alone. */
  put(subject: Digest, signed: SignedStatement, options?: RequestOptions): Promise<BundleOrigin>;
}
