import type { SerializedBundle } from '@sigstore/bundle';
import type { Statement } from '../statement/statement.ts';

/** A statement, signed. */
export interface SignedStatement {
  readonly statement: Statement;
  /** Sigstore bundle v0.3, as it is stored: the bytes are written once and never anew. */
  readonly bytes: Uint8Array;
  readonly bundle: SerializedBundle;
}

/** Signs statements, by whatever stands behind it: Fulcio and a log, or a key. Safe to call many times at once. */
export interface Attestor {
  /** For people: the identity in the certificate once known, or the key's hint. */
  readonly describe: () => string;
  attest(
    statement: Statement,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<SignedStatement>;
}

/** Signs bytes that are no statement: for the tags that cosign before version 3 reads. */
export interface PayloadSigner {
  /**
   * Gives a message signature over the bytes.
   *
   * @throws SuiteError `UNSUPPORTED` where nobody could verify it: without a log of Rekor version 1 and without a key
   */
  signPayload(
    payload: Uint8Array,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<SerializedBundle>;
}
