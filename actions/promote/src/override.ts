import { SuiteError } from '@artifact-lifecycle/core';
import {
  type GateResult,
  judgeOverride,
  overrideGates,
  type PromotionRecord,
  stops,
} from '@artifact-lifecycle/gates';
import type { Desk } from './desk.ts';
import type { PromotionRequest } from './request.ts';

/** Results after the glass was broken, where it was. */
export interface Overridden {
  readonly results: readonly GateResult[];
  readonly override: PromotionRecord['override'];
}

/**
 * Turns failed gates into warnings, where the policy lets who runs this (contract: `override-reason`). Asked for where
 * nothing stops, it does nothing and is not recorded.
 *
 * @throws SuiteError `FORBIDDEN` where the policy does not let them
 */
export async function breakGlass(
  results: readonly GateResult[],
  { to }: PromotionRequest,
  desk: Desk,
): Promise<Overridden> {
  const reason = desk.inputs.overrideReason;
  if (reason === undefined || !results.some(stops)) return { results, override: null };
  const { env, log } = desk.context;
  const actor = env['GITHUB_TRIGGERING_ACTOR'] || env['GITHUB_ACTOR'] || '';
  const settings = to?.environment.override;
  const teams = await desk.github.teamsOf(actor, settings?.teams ?? []);
  const decision = judgeOverride(settings, { reason, actor, teams });
  if (decision.kind === 'refused') {
    throw new SuiteError('FORBIDDEN', `The gates cannot be overridden: ${decision.problem}`, {
      remedy: 'Leave "override-reason" out, or ask somebody whom the policy names in "override".',
    });
  }
  const overridden = overrideGates(results, decision);
  const gates = overridden.filter(({ verdict }) => verdict === 'overridden').map(({ gate }) => gate);
  if (gates.length === 0) return { results, override: null };
  log.warning(
    `The glass was broken by ${decision.actor} (${decision.by}): ${decision.reason} Overridden: ${gates.join(', ')}.`,
  );
  return { results: overridden, override: { reason: decision.reason, actor: decision.actor, gates } };
}
