import type { Finding } from '../finding/finding.ts';
import type { VexStatement } from '../vex/statement.ts';

/** A finding that is let pass for a reason, until a day (contract: `ignore`). */
export interface Exception {
  /** Id of the vulnerability or one of its aliases, in any case. */
  readonly id: string;
  /** Only in this package: its name, or a purl of which version and qualifiers may be left out. */
  readonly package?: string | undefined;
  readonly reason: string;
  /** The last day on which it passes, `2026-12-31`, in UTC. */
  readonly until: string;
}

/** What makes a finding count (contract: gate `vulnerabilities`). */
export interface VulnerabilityPolicy {
  readonly failOn: 'low' | 'medium' | 'high' | 'critical' | 'kev';
  readonly onlyFixed: boolean;
  readonly minEpss: number | undefined;
  readonly ignore: readonly Exception[];
  /** Findings of the version before, where only new ones count (`new-only`); all count when absent. */
  readonly knownBefore?: readonly Pick<Finding, 'id' | 'aliases' | 'component'>[] | undefined;
}

/** Why a finding does not count. */
export type Excuse =
  | { readonly kind: 'vex'; readonly statement: VexStatement }
  | { readonly kind: 'exception'; readonly exception: Exception }
  /** Milder than asked for, without a fix, below the EPSS, not exploited, known in the version before. */
  | {
      readonly kind: 'below' | 'unfixed' | 'unlikely' | 'not-exploited' | 'known-before';
      readonly reason: string;
    };

/** A finding with what was decided about it. */
export interface JudgedFinding {
  readonly finding: Finding;
  /** Whether it stops. */
  readonly counts: boolean;
  /** What excuses it, the strongest word first; empty where it counts. */
  readonly excuses: readonly Excuse[];
  /** The statement that holds of it, whichever way it speaks. */
  readonly statement: VexStatement | undefined;
}

/** What came out for a subject. */
export interface VulnerabilityVerdict {
  /** Sorted: those that count first, then by severity, id, purl. */
  readonly findings: readonly JudgedFinding[];
  /** Exceptions that matched nothing: they can go. */
  readonly unusedExceptions: readonly Exception[];
}
