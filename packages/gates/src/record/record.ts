import type { EvidenceFacts, GateResult } from '../verdict/verdict.ts';

/** Predicate type of promotion records; the number changes with its shape (docs: its JSON Schema). */
export const PROMOTION_RECORD_TYPE = 'https://github.com/artifact-lifecycle/artifact-lifecycle/promotion/v1';

/** A gate as a record keeps it. */
export interface RecordedGate {
  readonly gate: GateResult['gate'];
  readonly verdict: GateResult['verdict'];
  readonly warnOnly: boolean;
  readonly reason: string;
  readonly evidence: EvidenceFacts;
  /** SHA-256 of the evidence as canonical JSON (RFC 8785): what was looked at can be shown to be that. */
  readonly evidenceDigest: string;
}

/** Who let it in. */
export interface RecordedApproval {
  readonly login: string;
  readonly id: number;
  readonly comment: string;
}

/** What a canary came to. */
export interface RecordedCanary {
  readonly judge: 'netflix' | 'exact';
  /** 0 to 100, two decimals. */
  readonly score: number;
  readonly classification: 'pass' | 'marginal' | 'fail';
  readonly pass: number;
  readonly marginal: number;
  readonly groups: readonly { readonly name: string; readonly score: number; readonly weight: number }[];
  /** At most 100, those that did not pass first. */
  readonly metrics: readonly RecordedMetric[];
}

/** A number as JSON can hold it; infinite ones as Prometheus writes them. */
export type RecordedNumber = number | '+Inf' | '-Inf';

/** One metric of a canary: enough to tell and to draw what was found. */
export interface RecordedMetric {
  readonly name: string;
  readonly group: string;
  readonly classification: 'pass' | 'high' | 'low' | 'no-data';
  /** Whether it alone made the whole score 0. */
  readonly isCritical: boolean;
  /** One sentence. */
  readonly reason: string;
  /** How far the canary lies above the baseline; `null` where nothing was calculated. */
  readonly difference: {
    /** `shift`: in the metric's own unit. `ranks`: how far the chance that the canary is above is from even, -0.5 to 0.5. */
    readonly basis: 'shift' | 'ranks';
    readonly estimate: RecordedNumber;
    readonly lower: RecordedNumber;
    readonly upper: RecordedNumber;
    readonly confidence: number;
  } | null;
  /** `mean-ratio`: canary's mean by baseline's. `cles`: the chance that a point of the canary is above one of the baseline. */
  readonly effect: { readonly measure: 'mean-ratio' | 'cles'; readonly value: RecordedNumber } | null;
  readonly baseline: RecordedPoints;
  readonly canary: RecordedPoints;
}

/** The points of one side in a few numbers, for a box plot. */
export interface RecordedPoints {
  /** How many have a value, and how many have none (NaN). */
  readonly points: number;
  readonly missing: number;
  /** Minimum, lower quartile, median, upper quartile, maximum; `null` without points. */
  readonly quartiles:
    | readonly [RecordedNumber, RecordedNumber, RecordedNumber, RecordedNumber, RecordedNumber]
    | null;
}

/** A tag that was set, and what it pointed to before. */
export interface RecordedTag {
  readonly tag: string;
  readonly previous: string | null;
}

/** What happened. */
export type RecordedEvent = 'promotion' | 'rollback';

/**
 * The predicate: one artifact came into one environment (or back), through these gates. Its statement's subject is the
 * digest; the manifest that carries it refers to the digest at the destination.
 */
export interface PromotionRecord {
  readonly event: RecordedEvent;
  /** `null` where the promotion named repositories, not environments of a policy. */
  readonly environment: string | null;
  readonly from: string | null;
  /** `host/name`, the tag it was named by, and what that was. */
  readonly source: { readonly name: string; readonly tag: string | null; readonly digest: string };
  readonly destination: { readonly name: string; readonly tags: readonly RecordedTag[] };
  /** All places of the same promotion, `host/name`, sorted: its regions. */
  readonly destinations: readonly string[];
  /** RFC 3339, UTC: when the gates were judged. */
  readonly time: string;
  readonly version: string | null;
  readonly gates: readonly RecordedGate[];
  readonly approvals: readonly RecordedApproval[];
  readonly canary: RecordedCanary | null;
  readonly override: {
    readonly reason: string;
    readonly actor: string;
    readonly gates: readonly string[];
  } | null;
  readonly policy: { readonly uri: string; readonly sha256: string } | null;
  readonly run: {
    readonly url: string;
    readonly attempt: number;
    readonly actor: string;
    readonly workflow: string;
    readonly commit: string;
  } | null;
  /** Digest of the record manifest that was the newest of this environment in this repository: a chain. */
  readonly previous: string | null;
  /** Digests that rollbacks have withdrawn and nobody has released since, sorted: they may not come in again. */
  readonly withdrawn: readonly string[];
  readonly client: { readonly name: string; readonly version: string };
}
