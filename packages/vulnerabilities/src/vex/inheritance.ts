import type { VexProduct } from './statement.ts';

/** What a document takes from what it is enclosed in (OpenVEX, "Data Inheritance"). */
export interface Inheritance {
  /** As it is named in results: a file, `attestation sha256:…`. */
  readonly document: string;
  /** Products of statements that name none: an attestation's subjects. */
  readonly products: readonly VexProduct[];
  /** When it was said, where the document does not tell, in milliseconds. */
  readonly issuedAt: number | undefined;
}
