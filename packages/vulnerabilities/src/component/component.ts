/** Where a component was found; what a document does not say stays away. */
export interface ComponentLocation {
  /** From the root, without a leading slash; inside archives `app.jar!BOOT-INF/lib/x.jar`. */
  readonly path: string;
  /** Digest of the layer that brought it. */
  readonly layer?: string | undefined;
}

/**
 * A package as matching sees it. Everything that decides about a finding comes from the purl, so that an image and
 * its SBOM, ours or another tool's, give the same findings.
 */
export interface Component {
  /** Canonical purl; names the component in findings, statements and reports. */
  readonly purl: string;
  /** purl type: `npm`, `deb`. */
  readonly type: string;
  /** `@babel`, `org.apache.commons`, `debian`. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** As the ecosystem writes it, an rpm's with the epoch of its qualifier (`1:2.4-1`). */
  readonly version: string | undefined;
  /** A folder of the package, where the purl is of one. */
  readonly subpath?: string | undefined;
  readonly qualifiers: Readonly<Record<string, string | undefined>>;
  /** The package it was built from (qualifier `upstream`); `version` where it is not the component's own. */
  readonly source: { readonly name: string; readonly version?: string | undefined } | undefined;
  readonly locations: readonly ComponentLocation[];
  /** Whether it is there for building and testing only. */
  readonly isDevelopment: boolean;
}

/**
 * Why a component could not be matched.
 *
 * - `no-purl`, `no-version`: the document does not say enough.
 * - `no-release`: a distribution's package, and nothing says of which release.
 * - `no-database`: a distribution of which no database of advisories in OSV's format is known.
 * - `unread`: what lists a distribution's packages could not be read, or not all of it: what else is there nobody knows.
 * - `undecided`: a record names it, and its version, or the record's, cannot be put in order.
 * - `untracked`: files, operating systems and other things of which nobody keeps advisories; many, and no gap.
 */
export type UnmatchedCause =
  | 'no-purl'
  | 'no-version'
  | 'no-release'
  | 'no-database'
  | 'unread'
  | 'undecided'
  | 'untracked';

/** A component that could not be matched, and why: reported, never passed over in silence. */
export interface UnmatchedComponent {
  readonly name: string;
  readonly purl: string | undefined;
  readonly cause: UnmatchedCause;
  /** For people, one sentence. */
  readonly reason: string;
}

/** What can be matched of an inventory or a document, and what cannot. */
export interface ComponentList {
  /** Sorted by purl, each once. */
  readonly components: readonly Component[];
  /** Sorted by purl or name. */
  readonly unmatched: readonly UnmatchedComponent[];
}
