/** A document in which what is reported is listed. */
export interface ListingDocument {
  /** BOM-Link (`urn:cdx:…/1`), or the name by which SPDX documents are referred to. */
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Whether a package is listed there under its purl. */
  readonly lists: (purl: string) => boolean;
}

/** What reports are of, and what they say beside the findings. */
export interface ReportContext {
  /** Of this suite: `1.2.3`. */
  readonly toolVersion: string;
  /** When it was looked up. */
  readonly date: Date;
  readonly subject: ReportedSubject;
  /** Documents that list the packages, where some were written. */
  readonly documents: readonly ListingDocument[];
}

/** An image with all its platforms, a directory or a file. */
export interface ReportedSubject {
  readonly kind: 'container' | 'application' | 'file';
  /** `ghcr.io/acme/app`, or the name of the directory or file. */
  readonly name: string;
  /** Of an image its digest. */
  readonly version: string | undefined;
  readonly purl: string | undefined;
  /**
   * Where the directory lies, or the file, from the repository's root with slashes: there code scanning finds it.
   * `undefined` for an image, whose files are nowhere in a repository.
   */
  readonly path: string | undefined;
}

/** How all reports call this suite. */
export const REPORT_TOOL = 'artifact-lifecycle-sbom';
/** Where people read on about it. */
export const REPORT_TOOL_URL = 'https://github.com/artifact-lifecycle/artifact-lifecycle';
