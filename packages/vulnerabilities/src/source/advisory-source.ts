import type { Advisory } from '../advisory/advisory.ts';
import type { Component } from '../component/component.ts';

/** Why a source cannot judge a component that others could. */
export interface Gap {
  /** What it knows nothing of: `Debian:12`, `PyPI`. */
  readonly ecosystem: string;
  /** `GitHub has no advisories for Debian:12`. */
  readonly reason: string;
}

/** What a source has to say of one component: candidates, which matching judges by their ranges. */
export interface Candidates {
  readonly component: Component;
  readonly advisories: readonly Advisory[];
  /** Where it stands, that there are no advisories says nothing, and whoever reports or decides says so. */
  readonly gap?: Gap | undefined;
}

/** The outside that knows advisories: OSV's API, GitHub's, a directory of files. */
export interface AdvisorySource {
  /** For people: `OSV (https://api.osv.dev)`, `directory advisories/`. */
  readonly title: string;
  /**
   * Finds the records that name these components, in their order; a component it does not know has none.
   *
   * @throws SuiteError `UNREACHABLE`, `RATE_LIMITED`, `CONTENT_INVALID`, `LIMIT_EXCEEDED`: what could not be asked is
   *   an error, never an empty answer.
   */
  find(
    components: readonly Component[],
    options: { readonly signal: AbortSignal },
  ): Promise<readonly Candidates[]>;
}

/** How likely a vulnerability is to be exploited in the next 30 days (FIRST, EPSS). */
export interface Epss {
  /** 0 to 1. */
  readonly score: number;
  readonly percentile: number;
  /** The day it was computed, `2026-11-25`. */
  readonly date: string | undefined;
}

/** A vulnerability that is known to be exploited (CISA, KEV catalogue). */
export interface KnownExploited {
  readonly dateAdded: string;
  readonly dueDate: string | undefined;
  readonly ransomware: boolean;
}

/** What is known of vulnerabilities beside advisories, by CVE id. */
export interface ExploitationSource {
  epss(
    cves: readonly string[],
    options: { readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<string, Epss>>;
  kev(options: { readonly signal: AbortSignal }): Promise<ReadonlyMap<string, KnownExploited>>;
}
