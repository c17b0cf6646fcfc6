import type { SerializedEnvelope } from '@sigstore/bundle';
import type { Signer } from './signer.ts';

/** A signature over bytes, as those who bear witness to it see it. */
export interface SignedContent {
  /** What was signed: for an envelope its pre-authentication encoding. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  /** `undefined` for a bare signature. */
  readonly envelope: SerializedEnvelope | undefined;
  readonly signer: Signer;
}

/** What a witness gives: in the JSON of bundles. */
export interface Testimony {
  /** `TransparencyLogEntry`. */
  readonly entries: readonly object[];
  /** RFC 3161 `TimeStampResp`, DER. */
  readonly timestamps: readonly Buffer[];
}

/** Bears witness to a signature: a transparency log, a timestamp authority. */
export interface Witness {
  testify(content: SignedContent, signal?: AbortSignal | undefined): Promise<Testimony>;
}
