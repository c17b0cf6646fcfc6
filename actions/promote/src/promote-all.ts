import { resolve } from 'node:path';
import type { Outputs } from '@artifact-lifecycle/core/action';
import { mapInParallel, TagLists } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import type { promote } from './inputs.ts';
import { gateFailure } from './judging.ts';
import {
  type Effort,
  factsOf,
  isRefused,
  outputsOf,
  type PromotionOutcome,
  planned,
  type RunOutcome,
  withoutCopy,
} from './outcome.ts';
import { asStale, makePlan, type PromotionPlan, readPlan, refuseStale, writePlan } from './plan-file.ts';
import { requestsOfPlan } from './plan-inputs.ts';
import { judgePromotion, planPromotion, refuseSharedNames } from './preparation.ts';
import { writeReport } from './report.ts';
import { readRequests } from './request.ts';
import { carryOutAll } from './rounds.ts';
import { openRecordSigner } from './signing.ts';
import { summarise, verdictOf } from './summary.ts';
import { refuseUnrecorded } from './unrecorded.ts';

/** Promotions that are judged, and then planned, at a time: each asks registries and services. */
const AT_A_TIME = 8;

/** Judges every promotion that is asked for, plans all of them, and carries them out, or only says what would be. */
export async function promoteAll(desk: Desk): Promise<Outputs<typeof promote>> {
  const { context } = desk;
  const effort = measureEffort(desk);
  const planPath = resolve(context.workspace, desk.inputs.planFile);
  const plan = desk.inputs.mode === 'promote' ? await readPlan(planPath) : undefined;
  const { inputs, policy } = desk;
  const requests = plan === undefined ? readRequests(inputs, policy) : requestsOfPlan(inputs, policy, plan);
  refuseUnrecorded(requests, desk);
  const signer = await openRecordSigner(desk);
  const judged = await mapInParallel(requests, AT_A_TIME, context.signal, (request) =>
    judgePromotion(request, signer, desk),
  );
  const isPlan = inputs.mode === 'plan' && !inputs.dryRun;
  const isPlanOnly = inputs.dryRun || isPlan;
  const tell = async (promotions: readonly PromotionOutcome[]): Promise<RunOutcome> => {
    const run: RunOutcome = { promotions, isPlanOnly, isPlan, ...effort() };
    context.setOutputs(outputsOf(run));
    context.addToJson(factsOf(run, desk.inputs.dryRun));
    summarise(run, context.summary);
    context.setOutputs(await writeReport(run, desk));
    return run;
  };
  const refused = judged.filter(isRefused);
  if (refused.length > 0) {
    await tell(judged.map((one) => withoutCopy(one, isRefused(one) ? 'refused' : 'not-started')));
    throw gateFailure(refused);
  }
  // What can be known to fail, fails before anything is written anywhere.
  const lists = new TagLists();
  const ready = await mapInParallel(judged, AT_A_TIME, context.signal, (one) => {
    const planning = planPromotion(one, signer, desk, lists);
    return plan === undefined ? planning : planning.catch(asStale(inputs.planFile));
  });
  for (const warning of ready.flatMap((one) => one.plan.warnings)) context.log.warning(warning);
  refuseSharedNames(ready);
  if (plan !== undefined) refuseStale(plan, ready, inputs.planFile);
  if (isPlanOnly) {
    const run = await tell(ready.map((one) => planned(one, one.plan)));
    context.log.info(verdictOf(run));
    return isPlan ? await leavePlan(makePlan(ready), planPath, desk) : {};
  }
  const { outcomes, failure } = await carryOutAll(ready, signer, desk);
  const run = await tell(outcomes);
  if (failure !== undefined) throw failure;
  context.log.info(verdictOf(run));
  return {};
}

async function leavePlan(
  plan: PromotionPlan,
  path: string,
  { inputs, context }: Desk,
): Promise<Outputs<typeof promote>> {
  await writePlan(plan, path);
  context.log.info(`The plan is in ${inputs.planFile}`);
  return { planFile: inputs.planFile };
}

/** Starts to count; what it returns tells how much it was until then. */
function measureEffort({ http, context: { clock } }: Desk): () => Effort {
  const start = clock.now();
  return () => ({ requests: http.statistics.requests, seconds: (clock.now() - start) / 1000 });
}
