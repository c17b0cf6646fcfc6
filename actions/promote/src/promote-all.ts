import { resolve } from 'node:path';
import type { Outputs } from '@artifact-lifecycle/core/action';
import { CopyError, mapInParallel } from '@artifact-lifecycle/registry';
import { carryOut, refuseMovedSource } from './carrying-out.ts';
import { announce } from './deployment.ts';
import type { Desk } from './desk.ts';
import type { promote } from './inputs.ts';
import { gateFailure } from './judging.ts';
import {
  carriedOut,
  type Effort,
  factsOf,
  isRefused,
  outputsOf,
  type PromotionOutcome,
  planned,
  type RunOutcome,
  withoutCopy,
} from './outcome.ts';
import { makePlan, type PromotionPlan, readPlan, refuseStale, writePlan } from './plan-file.ts';
import { inputsOfPlan } from './plan-inputs.ts';
import { judgePromotion, type PlannedPromotion, planPromotion } from './preparation.ts';
import { writeReport } from './report.ts';
import { readRequests } from './request.ts';
import { openRecordSigner, type RecordSigner } from './signing.ts';
import { summarise, verdictOf } from './summary.ts';

/** Promotions that are judged at a time: each asks registries and services. */
const AT_A_TIME = 4;

/** Judges every promotion that is asked for, plans all of them, and carries them out, or only says what would be. */
export async function promoteAll(opened: Desk): Promise<Outputs<typeof promote>> {
  const { context } = opened;
  const effort = measureEffort(opened);
  const planPath = resolve(context.workspace, opened.inputs.planFile);
  const plan = opened.inputs.mode === 'promote' ? await readPlan(planPath) : undefined;
  const desk = plan === undefined ? opened : { ...opened, inputs: inputsOfPlan(opened.inputs, plan) };
  const requests = readRequests(desk.inputs, desk.policy);
  const signer = await openRecordSigner(desk);
  const judged = await mapInParallel(requests, AT_A_TIME, context.signal, (request) =>
    judgePromotion(request, signer, desk),
  );
  const isPlanOnly = desk.inputs.dryRun || desk.inputs.mode === 'plan';
  const tell = async (promotions: readonly PromotionOutcome[]): Promise<RunOutcome> => {
    const run: RunOutcome = { promotions, isPlanOnly, ...effort() };
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
  const ready: PlannedPromotion[] = [];
  for (const one of judged) ready.push(await planPromotion(one, signer, desk));
  const made = makePlan(ready);
  if (plan !== undefined) refuseStale(plan, made, desk.inputs.planFile);
  if (isPlanOnly) {
    const run = await tell(ready.map((one) => planned(one, one.plan)));
    context.log.info(verdictOf(run));
    return desk.inputs.mode === 'plan' ? await leavePlan(made, planPath, desk) : {};
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
  if (inputs.dryRun) return {};
  await writePlan(plan, path);
  context.log.info(`The plan is in ${inputs.planFile}`);
  return { planFile: inputs.planFile };
}

/** One after the other; the first that fails is the last, and all are told of. */
async function carryOutAll(
  ready: readonly PlannedPromotion[],
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<{ readonly outcomes: readonly PromotionOutcome[]; readonly failure: unknown }> {
  const outcomes: PromotionOutcome[] = [];
  let failure: unknown;
  for (const one of ready) {
    if (failure !== undefined) {
      outcomes.push(withoutCopy(one, 'not-started'));
      continue;
    }
    try {
      outcomes.push(await carryOutOne(one, signer, desk));
    } catch (error) {
      failure = error;
      outcomes.push(
        error instanceof CopyError ? carriedOut(one, error.report, []) : withoutCopy(one, 'not-started'),
      );
    }
  }
  return { outcomes, failure };
}

async function carryOutOne(
  one: PlannedPromotion,
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<PromotionOutcome> {
  await refuseMovedSource(one, desk.context.signal);
  const announced = await announce(one, desk);
  try {
    const { report, records } = await carryOut(one, signer, await desk.policyDigest(), desk);
    await announced.succeeded(records);
    return carriedOut(one, report, records);
  } catch (error) {
    await announced.failed();
    throw error;
  }
}

/** Starts to count; what it returns tells how much it was until then. */
function measureEffort({ http, context: { clock } }: Desk): () => Effort {
  const start = clock.now();
  return () => ({ requests: http.statistics.requests, seconds: (clock.now() - start) / 1000 });
}
