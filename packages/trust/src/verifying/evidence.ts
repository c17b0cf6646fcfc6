import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import type { SlsaVerdict } from '../level/slsa-verdict.ts';
import type { Statement } from '../statement/statement.ts';

/** Where a bundle came from. */
export type BundleOrigin =
  | { readonly kind: 'referrer'; readonly digest: string }
  | { readonly kind: 'legacy-tag'; readonly tag: string; readonly layer: number }
  /** The page of the attestation is known for those that were just put there. */
  | { readonly kind: 'github'; readonly id: string | undefined; readonly url?: string | undefined }
  /** A layer, from 0, of an attestation manifest inside an index. */
  | { readonly kind: 'buildkit'; readonly digest: string; readonly layer: number }
  /** `line` of a JSON lines file, from 1. */
  | { readonly kind: 'file'; readonly path: string; readonly line: number | undefined };

/** A bundle that was looked at, and what was found. Refused ones say why; nobody's silence is a proof. */
export interface Evidence {
  readonly origin: BundleOrigin;
  /** Digest of the artifact that it was held against: `sha256:…`. */
  readonly subject: string;
  readonly verdict: 'accepted' | 'refused';
  /** One sentence: why it was refused, or what it proves. */
  readonly reason: string;
  /** `undefined` where the bundle could not be read that far, or holds a bare signature. */
  readonly predicateType?: string | undefined;
  readonly statement?: Statement | undefined;
  readonly certificate?: CertificateFacts | undefined;
  /** When it was signed, by a timestamp authority or log that is trusted; milliseconds since 1970. */
  readonly signedAt?: number | undefined;
  readonly logEntries?: readonly { readonly log: string; readonly index: string }[] | undefined;
}

/** What verifying came to. */
export interface Verification {
  readonly verified: boolean;
  /** Why not, one sentence each: a requirement that nothing meets, a level that is not reached. */
  readonly refusals: readonly string[];
  readonly slsa: SlsaVerdict;
  readonly evidence: readonly Evidence[];
}
