import type { TrustedRoot } from '@sigstore/protobuf-specs';

/** Whose Sigstore somebody signs with (contract: `sigstore`, `fulcio-url`, `rekor-url`, `rekor-version`, `tsa-url`). */
export interface SigstoreInstance {
  /** For people: `the public good instance`. */
  readonly name: string;
  /** Whether what is logged there can be read by anybody: a private repository must ask for that. */
  readonly isPublic: boolean;
  readonly fulcioUrl: string | undefined;
  /** `undefined` leaves the log out. */
  readonly rekor: { readonly url: string; readonly version: 1 | 2 } | undefined;
  readonly tsaUrl: string | undefined;
  /** What proves that a signature is of this instance. */
  readonly trustedRoot: TrustedRoot;
}

/** A trusted root with the name it is told by. */
export interface NamedTrustedRoot {
  readonly name: string;
  readonly root: TrustedRoot;
}

/** Addresses and trusted root of a Sigstore of one's own, as the input `sigstore`'s file has them. */
export interface OwnSigstore {
  readonly fulcioUrl?: string | undefined;
  readonly rekorUrl?: string | undefined;
  readonly rekorVersion?: number | undefined;
  readonly tsaUrl?: string | undefined;
  /** From the root of the file system. */
  readonly trustedRoot?: string | undefined;
}

/** Whose Sigstore is meant (contract: `sigstore`). */
export type SigstoreSource =
  | { readonly kind: 'auto' | 'public-good' | 'github' }
  | ({ readonly kind: 'own' } & OwnSigstore);
