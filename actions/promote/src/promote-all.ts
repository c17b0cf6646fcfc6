import { resolve } from 'node:path';
import type { Outputs } from '@artifact-lifecycle/core/action';
import { mapInParallel } from '@artifact-lifecycle/registry';
import { type CarriedOut, carryOut, refuseMovedSource } from './carrying-out.ts';
import { announce, type News } from './deployment.ts';
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
import { OwnHeads } from './own-heads.ts';
import { asStale, makePlan, type PromotionPlan, readPlan, refuseStale, writePlan } from './plan-file.ts';
import { requestsOfPlan } from './plan-inputs.ts';
import { judgePromotion, type PlannedPromotion, planPromotion, refuseSharedNames } from './preparation.ts';
import { isOldNews } from './record-there.ts';
import { writeReport } from './report.ts';
import { readRequests } from './request.ts';
import { openRecordSigner, type RecordSigner } from './signing.ts';
import { summarise, verdictOf } from './summary.ts';
import { refuseUnrecorded } from './unrecorded.ts';

/** Promotions that are judged at a time: each asks registries and services. */
const AT_A_TIME = 4;

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
  for (const one of judged) {
    const planning = planPromotion(one, signer, desk);
    ready.push(await (plan === undefined ? planning : planning.catch(asStale(inputs.planFile))));
  }
  refuseSharedNames(ready);
  if (plan !== undefined) refuseStale(plan, ready, inputs.planFile);
  if (isPlanOnly) {
    const run = await tell(ready.map((one) => planned(one, one.plan)));
    context.log.info(verdictOf(run));
    return desk.inputs.mode === 'plan' ? await leavePlan(makePlan(ready), planPath, desk) : {};
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
  const own = new OwnHeads();
  let failure: unknown;
  for (const one of ready) {
    if (failure !== undefined) {
      outcomes.push(withoutCopy(one, 'not-started'));
      continue;
    }
    try {
      const done = await carryOutOne(own.follow(one), signer, desk);
      own.note(one, done.heads);
      outcomes.push(done.outcome);
      failure = done.failure;
    } catch (error) {
      failure = error;
      outcomes.push(withoutCopy(one, 'not-started'));
    }
  }
  return { outcomes, failure };
}

async function carryOutOne(
  one: PlannedPromotion,
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<{ readonly outcome: PromotionOutcome } & Pick<CarriedOut, 'heads' | 'failure'>> {
  await refuseMovedSource(one, desk.context.signal);
  const announced = await announce(isOldNews(one) ? undefined : newsOf(one), desk);
  try {
    const done = await carryOut(one, signer, await desk.policyDigest(), desk);
    const { report, records, heads, failure } = done;
    await (failure === undefined ? announced.succeeded(records) : announced.failed());
    return { outcome: carriedOut(one, report, records), heads, failure };
  } catch (error) {
    await announced.failed();
    throw error;
  }
}

/** What GitHub is told of; nothing where no environment is named. */
function newsOf({ request, artifact, names, plan }: PlannedPromotion): News | undefined {
  if (request.to === undefined) return undefined;
  const places = plan.destinations.map(({ registry: { location }, tags }) => ({
    location,
    tags: tags.map(({ tag }) => tag),
  }));
  return { environment: request.to.name, artifact, version: names.version, places, verb: 'Promoted' };
}

/** Starts to count; what it returns tells how much it was until then. */
function measureEffort({ http, context: { clock } }: Desk): () => Effort {
  const start = clock.now();
  return () => ({ requests: http.statistics.requests, seconds: (clock.now() - start) / 1000 });
}
