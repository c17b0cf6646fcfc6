/** What a statement says of a vulnerability in a product (OpenVEX's words; CycloneDX and CSAF are brought to them). */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

/** What names a product or a component in it. */
export interface VexProduct {
  /** purls (or other ids) that mean it; a purl without version or qualifiers means all of them. */
  readonly ids: readonly string[];
  /** Digests of the product, `sha256:…`, lower case. */
  readonly digests: readonly string[];
  /** Components in it that the statement is limited to; empty: the whole product. */
  readonly subcomponents: readonly string[];
}

/** Whose word it is. */
export interface VexOrigin {
  /** File as it was named, or `attestation sha256:…`. */
  readonly document: string;
  readonly format: 'openvex' | 'cyclonedx' | 'csaf';
  readonly author: string | undefined;
  /** Place in the document: `statements[3]`. */
  readonly place: string;
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
  /** When it was said, in milliseconds; later statements win. */
  readonly at: number;
  readonly origin: VexOrigin;
}
