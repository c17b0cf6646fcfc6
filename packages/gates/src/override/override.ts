import type { Environment } from '@artifact-lifecycle/core/policy';
import type { GateResult } from '../verdict/verdict.ts';
import { enumerate, shorten } from '../verdict/verdicts.ts';

/** Who may break the glass of an environment (policy file: `override`). */
export type OverrideSettings = Required<Environment>['override'];

/**
 * What no override lifts (contract: "never for digest, signature or immutability"). Digests and immutable tags are no
 * gates: what they refuse is an error wherever it happens. Of the gates, `signature` says who made the artifact;
 * `promote-from` stands on a signature of whoever promoted it before; `hold` says that somebody has withdrawn it, and is
 * lifted by releasing it, which is recorded, too.
 */
export const NEVER_OVERRIDDEN: ReadonlySet<GateResult['gate']> = new Set([
  'signature',
  'promote-from',
  'hold',
]);

/** A longer reason is no reason: an essay goes where people discuss. */
const MAX_REASON_LENGTH = 1000;

/** Who wants to break the glass, and why. */
export interface OverrideRequest {
  /** Input `override-reason`. */
  readonly reason: string;
  /**
   * Login of who triggered this attempt of the run: `triggering_actor`, not `actor`, which stays that of the first
   * attempt whoever runs it again.
   */
  readonly actor: string;
  /** Teams of the policy in which the actor is an active member, as the policy writes them. */
  readonly teams: readonly string[];
}

/** Whether the glass may be broken. */
export type OverrideDecision =
  | { readonly kind: 'granted'; readonly reason: string; readonly actor: string; readonly by: string }
  /** One sentence that says why not. */
  | { readonly kind: 'refused'; readonly problem: string };

/** Judges whether somebody may break the glass of an environment. */
export function judgeOverride(
  settings: OverrideSettings | undefined,
  { reason, actor, teams }: OverrideRequest,
): OverrideDecision {
  const said = reason.trim();
  if (said === '') return { kind: 'refused', problem: 'An override needs a reason.' };
  if (said.length > MAX_REASON_LENGTH) {
    return {
      kind: 'refused',
      problem: `The reason of an override has at most ${MAX_REASON_LENGTH} characters, not ${said.length}.`,
    };
  }
  if (settings === undefined) {
    return { kind: 'refused', problem: "The environment's policy has no override: nobody may." };
  }
  const { actors = [], teams: allowed = [] } = settings;
  const who = actor.toLowerCase();
  if (who !== '' && actors.some((one) => one.toLowerCase() === who)) {
    return { kind: 'granted', reason: said, actor, by: 'actor' };
  }
  const mine = new Set(teams.map((team) => team.toLowerCase()));
  const team = who === '' ? undefined : allowed.find((one) => mine.has(one.toLowerCase()));
  if (team !== undefined) return { kind: 'granted', reason: said, actor, by: `team ${team}` };
  const named = enumerate([...actors, ...allowed.map((one) => `team ${one}`)], 10);
  return {
    kind: 'refused',
    problem: `${actor === '' ? 'Somebody unknown' : shorten(actor)} may not override; the policy names ${named}.`,
  };
}

/** Makes warnings of what stops, as far as an override goes; what it does not lift stays as it is. */
export function overrideGates(
  results: readonly GateResult[],
  { actor, by }: Extract<OverrideDecision, { readonly kind: 'granted' }>,
): readonly GateResult[] {
  return results.map((result) => {
    const { gate, verdict, reason } = result;
    const isStopping = verdict === 'fail' || verdict === 'error';
    if (!isStopping || result.isWarning || NEVER_OVERRIDDEN.has(gate)) return result;
    const overridden = { by: shorten(actor), as: shorten(by), verdict };
    return {
      ...result,
      verdict: 'overridden',
      reason: `Overridden by ${shorten(actor)}: ${reason}`,
      evidence: { ...result.evidence, overridden },
    };
  });
}
