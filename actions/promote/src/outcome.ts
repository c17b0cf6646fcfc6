import type { Outputs } from '@artifact-lifecycle/core/action';
import { type GateResult, stops } from '@artifact-lifecycle/gates';
import {
  type CopyPlan,
  type CopyReport,
  type CopyStatistics,
  type Digest,
  formatLocation,
  formatReference,
  type Location,
  type Tag,
  type TagOutcome,
} from '@artifact-lifecycle/registry';
import type { promote } from './inputs.ts';
import type { JudgedPromotion } from './judged-promotion.ts';

/** One name at a destination, and what became of it or, in a dry run, would. */
export interface PromotedTag {
  readonly location: Location;
  readonly tag: Tag;
  readonly outcome: TagOutcome;
  readonly previous: Digest | undefined;
}

/** How far one promotion came. */
export type PromotionState = 'refused' | 'planned' | 'promoted' | 'failed' | 'not-started';

/** One promotion as it is told to people and programs. */
export interface PromotionOutcome {
  readonly judged: JudgedPromotion;
  readonly state: PromotionState;
  readonly tags: readonly PromotedTag[];
  /** Distinct manifests attached to the image that its copies have with them. */
  readonly referrers: number;
  readonly copied: CopyStatistics;
  /** Manifests of promotion records, in the order of the destinations. */
  readonly records: readonly Digest[];
  readonly warnings: readonly string[];
}

/** What a run has cost so far. */
export interface Effort {
  readonly requests: number;
  readonly seconds: number;
}

/** All promotions of a run. */
export interface RunOutcome extends Effort {
  /** Whether nothing was to be written: a dry run, or a plan. */
  readonly isPlanOnly: boolean;
  /** Whether a plan was asked for, which somebody is to carry out. */
  readonly isPlan?: boolean;
  readonly promotions: readonly PromotionOutcome[];
}

const NOTHING: CopyStatistics = {
  bytesCopied: 0,
  blobsCopied: 0,
  blobsMounted: 0,
  blobsSkipped: 0,
  manifestsCopied: 0,
};

/** A promotion that gates keep out, or that another one has kept from its turn. */
export function withoutCopy(judged: JudgedPromotion, state: 'refused' | 'not-started'): PromotionOutcome {
  return { judged, state, tags: [], referrers: 0, copied: NOTHING, records: [], warnings: [] };
}

/** A promotion that only was planned: all that it would write is counted as if it had to be sent. */
export function planned(judged: JudgedPromotion, plan: CopyPlan): PromotionOutcome {
  const blobs = plan.destinations.flatMap((destination) => destination.blobs);
  return {
    judged,
    state: 'planned',
    tags: plan.destinations.flatMap(({ registry: { location }, tags }) =>
      tags.map(({ tag, decision }) => ({
        location,
        tag,
        outcome: decision.outcome,
        previous: 'previous' in decision ? decision.previous : undefined,
      })),
    ),
    referrers: countDistinct(plan.destinations.flatMap(({ referrers }) => referrers)),
    copied: {
      ...NOTHING,
      bytesCopied: blobs.reduce((sum, { size }) => sum + size, 0),
      blobsCopied: blobs.length,
      manifestsCopied: plan.destinations.flatMap(({ levels }) => levels.flat()).length,
    },
    records: [],
    warnings: plan.warnings,
  };
}

/** A promotion that was carried out, or failed on its way. */
export function carriedOut(
  judged: JudgedPromotion,
  report: CopyReport,
  records: readonly Digest[],
): PromotionOutcome {
  const failed = report.destinations.some(({ error }) => error !== undefined);
  return {
    judged,
    state: failed ? 'failed' : 'promoted',
    tags: report.destinations.flatMap(({ location, tags }) =>
      tags.map(({ tag, outcome, previous }) => ({ location, tag, outcome, previous })),
    ),
    referrers: countDistinct(report.destinations.flatMap(({ referrers }) => referrers)),
    copied: report.statistics,
    records,
    warnings: report.warnings,
  };
}

/** The full names of what is at the destinations, `host/name:tag@digest`; without those that were not set. */
export function referencesOf({ promotions }: Pick<RunOutcome, 'promotions'>): readonly string[] {
  return promotions.flatMap(({ tags, judged }) =>
    tags
      .filter(({ outcome }) => outcome !== 'unset')
      .map(({ location, tag }) => formatReference({ location, tag, digest: judged.artifact.digest })),
  );
}

/** Whether something keeps a promotion out. */
export function isRefused({ results }: Pick<JudgedPromotion, 'results'>): boolean {
  return results.some(stops);
}

/** The outputs of a run (contract: "promote"). */
export function outputsOf(run: RunOutcome): Outputs<typeof promote> {
  const { promotions, isPlanOnly, requests, seconds } = run;
  const [first] = promotions;
  const total = totalOf(promotions);
  const { bytesCopied, blobsMounted, blobsSkipped } = total;
  return {
    promoted: !isPlanOnly && promotions.every(({ state }) => state === 'promoted'),
    ...(first !== undefined && { digest: first.judged.artifact.digest }),
    references: referencesOf(run),
    gates: gatesOf(promotions),
    ...(first?.records[0] !== undefined && { record: first.records[0] }),
    statistics: { requests, bytesCopied, blobsMounted, blobsSkipped, seconds },
    matrix: matrixOf(promotions),
  };
}

/** The sum of all copies. */
export function totalOf(promotions: readonly PromotionOutcome[]): CopyStatistics {
  return promotions.reduce(
    (sum, { copied }) => ({
      bytesCopied: sum.bytesCopied + copied.bytesCopied,
      blobsCopied: sum.blobsCopied + copied.blobsCopied,
      blobsMounted: sum.blobsMounted + copied.blobsMounted,
      blobsSkipped: sum.blobsSkipped + copied.blobsSkipped,
      manifestsCopied: sum.manifestsCopied + copied.manifestsCopied,
    }),
    NOTHING,
  );
}

/** Every gate of every promotion; which promotion it is of, stands beside it where there are several. */
function gatesOf(promotions: readonly PromotionOutcome[]): readonly object[] {
  const isOne = promotions.length === 1;
  return promotions.flatMap(({ judged }) =>
    judged.results.map((result) => ({
      ...gateFacts(result),
      ...(!isOne && { environment: judged.request.to?.name ?? null, digest: judged.artifact.digest }),
    })),
  );
}

/** A gate as outputs and reports have it. */
export function gateFacts({ gate, verdict, reason, evidence, isWarning }: GateResult): object {
  return { gate, verdict, reason, evidence, warnOnly: isWarning };
}

/** One job a destination (contract: output `matrix`); which digest it is for, says it where that is one. */
function matrixOf(promotions: readonly PromotionOutcome[]): object {
  const jobs = new Map<string, { environment?: string; destination: string; digests: Set<Digest> }>();
  for (const { judged } of promotions) {
    const environment = judged.request.to?.name;
    for (const destination of judged.request.destinations.map(formatLocation)) {
      const key = JSON.stringify([environment, destination]);
      const job = jobs.get(key) ?? {
        ...(environment !== undefined && { environment }),
        ...{ destination, digests: new Set<Digest>() },
      };
      job.digests.add(judged.artifact.digest);
      jobs.set(key, job);
    }
  }
  return {
    include: [...jobs.values()].map(({ digests, ...job }) => {
      const [digest, other] = digests;
      return other === undefined ? { ...job, digest } : job;
    }),
  };
}

/** What the summary says beyond the outputs, for the output `json`: sizes in bytes, `previous` where a tag moved. */
export function factsOf(run: RunOutcome, isDryRun: boolean): Readonly<Record<string, unknown>> {
  const { promotions } = run;
  const total = totalOf(promotions);
  return {
    dryRun: isDryRun,
    tags: promotions.flatMap(tagFacts),
    referrers: promotions.reduce((sum, { referrers }) => sum + referrers, 0),
    blobsCopied: total.blobsCopied,
    manifestsCopied: total.manifestsCopied,
    warnings: promotions.flatMap(({ warnings }) => warnings),
    promotions: promotions.map((one) => ({
      state: one.state,
      environment: one.judged.request.to?.name ?? null,
      source: formatReference(one.judged.artifact.reference),
      digest: one.judged.artifact.digest,
      version: one.judged.names.version ?? null,
      destinations: one.judged.request.destinations.map(formatLocation),
      tags: tagFacts(one),
      records: one.records,
      override: one.judged.override,
    })),
  };
}

function tagFacts({ tags }: PromotionOutcome): readonly object[] {
  return tags.map(({ location, tag, outcome, previous }) => ({
    reference: formatReference({ location, tag, digest: undefined }),
    outcome,
    ...(previous !== undefined && { previous }),
  }));
}

function countDistinct(referrers: readonly { readonly digest: Digest }[]): number {
  return new Set(referrers.map(({ digest }) => digest)).size;
}
