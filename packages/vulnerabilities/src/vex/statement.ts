/** What a statement says of a vulnerability in a product (OpenVEX's words; CycloneDX and CSAF are brought to them). */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

/** What names a component of a product, or the product itself. */
export interface VexComponent {
  /** purls (or other ids) that mean it; a purl without version or qualifiers means all of them. */
  readonly ids: readonly string[];
  /** Limits it to versions, `vers:npm/>=1.0.0|<2.0.0`; a range that cannot be read excuses no version. */
  readonly versions?: string | undefined;
}

/** What names a product or a component in it. */
export interface VexProduct extends VexComponent {
  /** Digests of the product, `sha256:…`, lower case. */
  readonly digests: readonly string[];
  /** Components in it that the statement is limited to; empty: the whole product. */
  readonly subcomponents: readonly VexComponent[];
}

/** Whose word it is. */
export interface VexOrigin {
  /** File as it was named, or `attestation sha256:…`. */
  readonly document: string;
  readonly format: 'openvex' | 'cyclonedx' | 'csaf';
  readonly author: string | undefined;
  /** Place in the document: `statements[3]`. */
  readonly place: string;
  /** When the document was issued, in milliseconds; 0 where it does not say. */
  readonly issuedAt: number;
}

/** One statement. */
export interface VexStatement {
  /** The vulnerability and its aliases. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: VexStatus;
  /** `vulnerable_code_not_present`, … or the document's own words. */
  readonly justification: string | undefined;
  /** Impact or action statement. */
  readonly note: string | undefined;
  /** When it was said, in milliseconds; later statements win. 0 where nobody says: whatever has a time is later. */
  readonly at: number;
  readonly origin: VexOrigin;
}

/** A document as it was read. */
export interface VexDocument {
  readonly format: VexOrigin['format'];
  /** In the document's order, which decides between statements of the same time. */
  readonly statements: readonly VexStatement[];
  /** What is not as the format demands, and excuses nothing; one sentence each. */
  readonly warnings: readonly string[];
}
