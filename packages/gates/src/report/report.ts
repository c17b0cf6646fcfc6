import type { PromotionRecord, RecordedApproval, RecordedCanary, RecordedEvent } from '../record/record.ts';
import type { GateResult } from '../verdict/verdict.ts';

/** How far a promotion, or a rollback, came. */
export type ReportedState =
  | 'promoted'
  /** All was there already. */
  | 'unchanged'
  /** Nothing was to be written. */
  | 'planned'
  /** A gate stops it. */
  | 'refused'
  | 'failed'
  /** Another promotion of the same run kept it from its turn. */
  | 'not-started'
  | 'rolled-back';

/** A tag at a destination. */
export interface ReportedTag {
  readonly tag: string;
  /** What became of it, in words: `created`, `would be moved`. */
  readonly outcome: string;
  /** Whether it points to the digest now. */
  readonly isSet: boolean;
  /** The digest that it pointed to before. */
  readonly previous: string | null;
}

/** One destination. */
export interface ReportedPlace {
  /** `host/name`. */
  readonly name: string;
  readonly tags: readonly ReportedTag[];
  /** Digest of the manifest of its record. */
  readonly record: string | null;
  /** What the environment had there before, by its newest record. */
  readonly before: { readonly digest: string; readonly version: string | null } | null;
}

/** An environment in which the artifact has been, by its record of that. */
export interface ReportedStop {
  readonly environment: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Whom the certificate names; `null` for a key. */
  readonly signer: string | null;
  /** Digest of the manifest of the record. */
  readonly record: string;
}

/** One artifact on its way to one environment, or back. */
export interface ReportedPromotion {
  readonly event: RecordedEvent;
  readonly state: ReportedState;
  /** `null` where repositories are named, not an environment. */
  readonly environment: string | null;
  /** The environment that it comes from. */
  readonly from: string | null;
  readonly artifact: {
    /** As it was named: `host/name:tag`. */
    readonly source: string;
    readonly digest: string;
    readonly version: string | null;
    readonly commit: string | null;
  };
  /** Where it has been, the first first. */
  readonly journey: readonly ReportedStop[];
  readonly gates: readonly GateResult[];
  readonly canary: RecordedCanary | null;
  readonly approvals: readonly RecordedApproval[];
  readonly override: PromotionRecord['override'];
  readonly places: readonly ReportedPlace[];
  /** Digests that a rollback takes out. */
  readonly withdrawn: readonly string[];
  readonly warnings: readonly string[];
}

/** What all pages tell of the run that wrote them. */
export interface ReportedRun {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly run: PromotionRecord['run'];
  readonly policy: PromotionRecord['policy'];
}

/** All promotions of a run. */
export interface PromotionReport extends ReportedRun {
  readonly promotions: readonly ReportedPromotion[];
  /** What it took, for people: `Copied`, `3.4 MB in 5 blobs`. */
  readonly effort: readonly { readonly name: string; readonly value: string }[];
}

/** One line of a history. */
export interface ReportedEntry {
  readonly time: string;
  readonly event: RecordedEvent;
  readonly version: string | null;
  readonly digest: string;
  readonly actor: string;
  readonly gates: readonly Pick<GateResult, 'gate' | 'verdict'>[];
  readonly override: PromotionRecord['override'];
  readonly record: string;
  /** Address of the run. */
  readonly run: string | null;
}

/** What environments have had. */
export interface HistoryReport extends ReportedRun {
  readonly histories: readonly {
    readonly environment: string;
    readonly repository: string;
    /** The newest first. */
    readonly entries: readonly ReportedEntry[];
    /** What is odd, a sentence each. */
    readonly remarks: readonly string[];
  }[];
}
