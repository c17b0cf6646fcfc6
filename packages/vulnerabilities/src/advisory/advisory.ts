/** A severity as a record states it (OSV schema, "severity"). */
export interface StatedSeverity {
  /** `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu`. */
  readonly type: string;
  readonly score: string;
}

/** Begin or end of a range (OSV schema, "affected[].ranges[].events"). */
export interface RangeEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

/**
 * A range of versions. Commits of `GIT` are kept, but decide about no package. `UNKNOWN` is one that cannot be read:
 * of another type, without an `introduced`, or with an event of a kind that is not known. It decides nothing either,
 * and what it speaks of is undecided rather than not affected.
 */
export interface AffectedRange {
  readonly type: 'SEMVER' | 'ECOSYSTEM' | 'GIT' | 'UNKNOWN';
  readonly events: readonly RangeEvent[];
}

/** What a record says of one package (OSV schema, "affected"). */
export interface Affected {
  /** With its suffix: `Debian:12`, `npm`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly ranges: readonly AffectedRange[];
  readonly versions: readonly string[];
  readonly severity: readonly StatedSeverity[];
  /** The database's own word of severity for this package, where it has one (`severity`, Debian's `urgency`). */
  readonly statedWord: string | undefined;
}

/** A record as OSV's schema writes it: parsed, bounded, none of its bytes kept beside what stands here. */
export interface Advisory {
  readonly id: string;
  /** RFC 3339. */
  readonly modified: string;
  readonly published: string | undefined;
  readonly withdrawn: string | undefined;
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[];
  /**
   * The vulnerabilities that a distribution's record is about (OSV schema 1.7, "upstream"). Records of distributions
   * that are older than that field name them in "related": CVE ids there count where nothing stands here.
   */
  readonly upstream: readonly string[];
  readonly summary: string | undefined;
  readonly details: string | undefined;
  readonly severity: readonly StatedSeverity[];
  /** `database_specific.severity` as it stands there, or the word before a summary (`Moderate: skopeo …`). */
  readonly statedWord: string | undefined;
  readonly affected: readonly Affected[];
  /** Addresses to read on, the advisory's own first, then other advisories. */
  readonly references: readonly string[];
}
