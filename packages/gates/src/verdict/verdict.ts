import type { GateName } from '@artifact-lifecycle/core/policy';

/** What stands in evidence: plain data, written the same way each time. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Facts that a verdict rests on. Bounded: what is long is counted, and its first entries named. */
export type EvidenceFacts = { readonly [key: string]: Json };

/**
 * What a gate says. `fail`: the evidence is there and speaks against it. `error`: it cannot be told, for want of
 * evidence or of permission; it stops like a failure.
 */
export interface Verdict {
  readonly verdict: 'pass' | 'fail' | 'error';
  /** One sentence for people: `"lint" of a1b2c3d failed.` */
  readonly reason: string;
  readonly evidence: EvidenceFacts;
}

/** Conditions that no policy writes as a gate, and that are told beside the gates. */
export type ImpliedGate =
  /** The artifact carries its record of the environment before. */
  | 'promote-from'
  /** It was not withdrawn from this environment by a rollback. */
  | 'hold';

/** One row of the report (contract: output `gates`). */
export interface GateResult {
  readonly gate: GateName | ImpliedGate;
  readonly verdict: Verdict['verdict'] | 'overridden';
  readonly reason: string;
  readonly evidence: EvidenceFacts;
  /** Whether it only warns. */
  readonly isWarning: boolean;
}

/** Whether a promotion stops at it. */
export function stops({ verdict, isWarning }: GateResult): boolean {
  return !isWarning && (verdict === 'fail' || verdict === 'error');
}
