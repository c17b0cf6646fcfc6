import { createProgress } from '@artifact-lifecycle/core/action';
import { type CopyProgress, Limiter, mapInParallel } from '@artifact-lifecycle/registry';
import { type CarriedOut, carryOut, refuseMovedSource } from './carrying-out.ts';
import { announce, type News } from './deployment.ts';
import type { Desk } from './desk.ts';
import { carriedOut, type PromotionOutcome, withoutCopy } from './outcome.ts';
import { OwnHeads } from './own-heads.ts';
import type { PlannedPromotion } from './preparation.ts';
import { isOldNews } from './record-there.ts';
import type { RecordSigner } from './signing.ts';

/** Promotions of a round that are under way at a time: enough to keep one thread busy with small images. */
const AT_A_TIME = 16;

/** Blobs and manifests on their way at a time, over all promotions of a round: each may hold some 512 KiB. */
const TRANSFERS_AT_A_TIME = 16;

/** What became of all promotions, and why not of all of them what should. */
export interface AllCarriedOut {
  readonly outcomes: readonly PromotionOutcome[];
  readonly failure: unknown;
}

/** Round by round; the first round in which one fails is the last, and all are told of. */
export async function carryOutAll(
  ready: readonly PlannedPromotion[],
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<AllCarriedOut> {
  const outcomes: PromotionOutcome[] = [];
  const own = new OwnHeads();
  const failures = new Map<PlannedPromotion, unknown>();
  for (const round of formRounds(ready)) {
    const done = await carryOutRound(round, own, failures, signer, desk);
    outcomes.push(...done);
  }
  // In the order that was asked for, whichever failed first.
  const [failure, ...others] = ready.flatMap((one) => (failures.has(one) ? [failures.get(one)] : []));
  for (const other of others) {
    desk.context.log.warning(
      `Another one failed, too. ${other instanceof Error ? other.message : String(other)}`,
    );
  }
  return { outcomes, failure };
}

/**
 * What may be carried out at the same time: copies between registries that stand in no environment. Into environments
 * images come one after the other, in the order that was asked for, because each follows a record, and what fails in one
 * keeps out of the next. A directory has one writer at a time.
 */
export function formRounds(ready: readonly PlannedPromotion[]): readonly (readonly PlannedPromotion[])[] {
  const rounds: PlannedPromotion[][] = [];
  let open: PlannedPromotion[] | undefined;
  for (const one of ready) {
    const isFree =
      one.request.to === undefined &&
      one.plan.destinations.every(({ registry: { location } }) => location.kind === 'registry');
    if (isFree && open !== undefined) {
      open.push(one);
      continue;
    }
    const round = [one];
    rounds.push(round);
    open = isFree ? round : undefined;
  }
  return rounds;
}

/** @param failures why promotions failed so far; from the first on, none is started. */
async function carryOutRound(
  round: readonly PlannedPromotion[],
  own: OwnHeads,
  failures: Map<PlannedPromotion, unknown>,
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<readonly PromotionOutcome[]> {
  const { log, clock, isTerminal } = desk.context;
  const limiter = round.length === 1 ? undefined : new Limiter(TRANSFERS_AT_A_TIME);
  const progress = createProgress({ log, clock, isTerminal });
  const sum = new ProgressSum(progress, round);
  try {
    // Each ends by itself, well or not: what is under way is not cut off by another one's failure.
    return await mapInParallel(round, AT_A_TIME, undefined, async (one) => {
      if (failures.size > 0) return withoutCopy(one, 'not-started');
      try {
        const done = await carryOutOne(own.follow(one), signer, desk, {
          limiter,
          onProgress: (state) => sum.update(one, state),
        });
        own.note(one, done.heads);
        if (done.failure !== undefined) failures.set(one, done.failure);
        return done.outcome;
      } catch (error) {
        failures.set(one, error);
        return withoutCopy(one, 'not-started');
      }
    });
  } finally {
    progress.finish();
  }
}

async function carryOutOne(
  one: PlannedPromotion,
  signer: RecordSigner | undefined,
  desk: Desk,
  how: Parameters<typeof carryOut>[4],
): Promise<{ readonly outcome: PromotionOutcome } & Pick<CarriedOut, 'heads' | 'failure'>> {
  await refuseMovedSource(one, desk.context.signal);
  const announced = await announce(isOldNews(one) ? undefined : newsOf(one), desk);
  try {
    const done = await carryOut(one, signer, await desk.policyDigest(), desk, how);
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

/** The progress of several copies as that of one. */
class ProgressSum {
  readonly #progress: ReturnType<typeof createProgress>;
  readonly #states = new Map<PlannedPromotion, CopyProgress>();
  readonly #sum = { doneBytes: 0, totalBytes: 0, doneItems: 0, totalItems: 0 };

  /** What is to be sent is known before the first has begun. */
  constructor(progress: ReturnType<typeof createProgress>, round: readonly PlannedPromotion[]) {
    this.#progress = progress;
    for (const { plan } of round) {
      const blobs = plan.destinations.flatMap((destination) => destination.blobs);
      this.#sum.totalItems += blobs.length;
      this.#sum.totalBytes += blobs.reduce((bytes, { size }) => bytes + size, 0);
    }
  }

  update(of: PlannedPromotion, state: CopyProgress): void {
    const before = this.#states.get(of);
    this.#states.set(of, state);
    this.#sum.doneBytes += state.doneBytes - (before?.doneBytes ?? 0);
    this.#sum.doneItems += state.doneBlobs - (before?.doneBlobs ?? 0);
    this.#sum.totalBytes += state.totalBytes - (before?.totalBytes ?? totalOf(of));
    this.#progress.update({ ...this.#sum });
  }
}

function totalOf({ plan }: PlannedPromotion): number {
  return plan.destinations.flatMap(({ blobs }) => blobs).reduce((bytes, { size }) => bytes + size, 0);
}
