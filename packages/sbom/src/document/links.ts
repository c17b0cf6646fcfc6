/** Where a component is described: another document, by its name and bytes. */
export interface DocumentLink {
  /** BOM-Link (`urn:cdx:…/1`), SPDX 2's namespace or SPDX 3's `spdxId`. */
  readonly uri: string;
  /** Hexadecimal; SPDX 2.3 demands SHA-1 (6.6). */
  readonly sha1: string;
  readonly sha256: string;
}

/** Links of components, by the id of their package. */
export type DocumentLinks = ReadonlyMap<string, DocumentLink>;
