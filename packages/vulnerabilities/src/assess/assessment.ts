import type { UnmatchedComponent } from '../component/component.ts';
import { SEVERITIES, type Severity } from '../severity/severity.ts';
import type { JudgedFinding, VulnerabilityVerdict } from '../verdict/verdict.ts';

/** What was looked at: an image of one platform, a directory, a file. */
export interface AssessedSubject {
  /** `ghcr.io/acme/app`, or the name of the directory or file. */
  readonly name: string;
  /** `linux/arm64`; `undefined` for what is no image. */
  readonly platform: string | undefined;
}

/** Packages of which a source knows nothing at all: that it has no advisories for them says nothing. */
export interface UncoveredPackages {
  /** What it knows nothing of: `Debian:12`, `PyPI`. */
  readonly ecosystem: string;
  /** One sentence: `GitHub has no advisories for Debian:12`. */
  readonly reason: string;
  /** How many there are. */
  readonly components: number;
  /** Whether they are of a distribution: what an image stands on. */
  readonly isDistribution: boolean;
}

/** What is known against one subject, and what could not be known. */
export interface Assessment {
  readonly subject: AssessedSubject;
  /** Who was asked, for people: `OSV (https://api.osv.dev)`. */
  readonly source: string;
  /** How many packages were looked up. */
  readonly components: number;
  readonly verdict: VulnerabilityVerdict;
  readonly unmatched: readonly UnmatchedComponent[];
  /** Sorted by ecosystem. */
  readonly notCovered: readonly UncoveredPackages[];
}

/** How many findings there are of each severity. */
export type SeverityCounts = Readonly<Record<Severity | 'unknown', number>>;

/** Whether somebody said with a reason that a finding does no harm here: a statement, or an exception. */
export function isExcused({ excuses }: Pick<JudgedFinding, 'excuses'>): boolean {
  return excuses.some(({ kind }) => kind === 'vex' || kind === 'exception');
}

/** Counts findings by severity, without those that are excused by a statement or an exception. */
export function countBySeverity(findings: readonly JudgedFinding[]): SeverityCounts {
  const counts = Object.fromEntries(
    [...SEVERITIES, 'unknown' as const].map((severity): [string, number] => [
      severity,
      findings.filter((one) => one.finding.rating.severity === severity && !isExcused(one)).length,
    ]),
  );
  const { none = 0, low = 0, medium = 0, high = 0, critical = 0, unknown = 0 } = counts;
  return { none, low, medium, high, critical, unknown };
}
