import { type Clock, isSuiteError, systemClock } from '@artifact-lifecycle/core';
import type { Location } from '../name/location.ts';
import { copyBlobs, uploadMissing } from './blobs.ts';
import { Journey } from './journey.ts';
import { Limiter } from './limiter.ts';
import { COPY_CONCURRENCY } from './limits.ts';
import { copyManifests } from './manifests.ts';
import type { CopyPlan, DestinationPlan } from './plan.ts';
import type { CopyProgress } from './progress.ts';
import { readBack } from './read-back.ts';
import { CopyError, type CopyReport } from './report.ts';
import { TAG_PHASES } from './tag-phases.ts';
import { Tally } from './tally.ts';
import type { Transfer } from './transfer.ts';

/** How to carry out a plan. */
export interface CopyOptions {
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** Blobs and manifests on their way at a time, over all destinations. */
  readonly concurrency?: number | undefined;
  /** In its place, a limit that several copies share. */
  readonly limiter?: Limiter | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  /**
   * Steps that are taken one after the other when all destinations have everything, each for all of them before the
   * next, and before the first tag is set anywhere: the place for what has to be there before the copy has a name. Where
   * one throws, no further step is taken and no tag is set.
   */
  readonly beforeTags?: readonly BeforeTags[] | undefined;
}

/** Does something at a destination that has all of an image, and no name for it yet. */
export type BeforeTags = (
  destination: DestinationPlan,
  options: { readonly signal: AbortSignal },
) => Promise<void>;

/** What all destinations of a copy share. */
type Shared = Pick<Transfer, 'source' | 'limiter' | 'tally' | 'clock' | 'signal'>;

/**
 * Carries out a plan: at every destination blobs, manifests, read-back; and when all of them have everything,
 * the tags, cosign's first, then versions, then channels. A run that ends before leaves no tag whose content
 * is incomplete, and running it again finishes the work.
 *
 * @throws CopyError with the state of every destination, where one failed: then no further tag was set anywhere
 */
export async function executePlan(plan: CopyPlan, options: CopyOptions = {}): Promise<CopyReport> {
  const shared: Shared = {
    source: plan.source,
    limiter: options.limiter ?? new Limiter(options.concurrency ?? COPY_CONCURRENCY),
    tally: new Tally(
      plan.destinations.flatMap(({ blobs }) => blobs),
      options.onProgress,
    ),
    clock: options.clock ?? systemClock,
    signal: options.signal ?? new AbortController().signal,
  };
  const journeys = plan.destinations.map((destination) => new Journey(destination));
  await Promise.all(groupByHost(journeys).map((group) => copyToHost(group, shared)));
  await prepareTags(journeys, options.beforeTags ?? [], shared.signal);
  await setTags(journeys, plan, shared);
  const report: CopyReport = {
    digest: plan.root.digest,
    destinations: journeys.map((journey) => journey.report()),
    statistics: shared.tally.statistics,
    warnings: plan.warnings,
  };
  const first = report.destinations.find(({ error }) => error !== undefined)?.error;
  if (first !== undefined) throw new CopyError(report, first);
  return report;
}

/** Serves destinations of one host one after the other, so that what the first got is mounted for the next. */
async function copyToHost(group: readonly Journey[], shared: Shared): Promise<void> {
  const served: Location[] = [];
  for (const journey of group) {
    const { registry } = journey.plan;
    await journey.attempt(shared.signal, () =>
      copyContent(journey, served, { ...shared, destination: registry }),
    );
    if (!journey.hasFailed) served.push(registry.location);
  }
}

async function copyContent(journey: Journey, served: readonly Location[], transfer: Transfer): Promise<void> {
  const unsent = await copyBlobs(journey.plan.blobs, served, transfer);
  try {
    await copyManifests(journey, transfer);
  } catch (error) {
    // A registry may say 201 to a mount and not have the blob (MANIFEST_BLOB_UNKNOWN), or have lost one since.
    if (unsent.length === 0 || !isSuiteError(error, 'NOT_FOUND')) throw error;
    await uploadMissing(unsent, transfer);
    await copyManifests(journey, transfer);
  }
  await readBack(journey.plan, transfer);
}

async function prepareTags(
  journeys: readonly Journey[],
  steps: readonly BeforeTags[],
  signal: AbortSignal,
): Promise<void> {
  for (const step of steps) {
    if (journeys.some(({ hasFailed }) => hasFailed)) return;
    await Promise.all(
      journeys.map((journey) => journey.attempt(signal, () => step(journey.plan, { signal }))),
    );
  }
}

/** Sets tags when every destination has everything: a promotion to several is done at all of them or none. */
async function setTags(
  journeys: readonly Journey[],
  plan: CopyPlan,
  { clock, signal }: Shared,
): Promise<void> {
  for (const phase of TAG_PHASES) {
    if (journeys.some(({ hasFailed }) => hasFailed)) return;
    const set = journeys.map((journey) => {
      // A plan may have been long in the making, and lie about longer, even where no content is missing.
      const setting = { destination: journey.plan.registry, clock, signal, lookAgain: true };
      return journey.attempt(signal, () => phase(journey, plan, setting));
    });
    await Promise.all(set);
  }
}

function groupByHost(journeys: readonly Journey[]): readonly (readonly Journey[])[] {
  const groups = new Map<string, Journey[]>();
  for (const journey of journeys) {
    const { location } = journey.plan.registry;
    const key = location.kind === 'registry' ? location.host : `${location.kind}:${location.path}`;
    groups.set(key, [...(groups.get(key) ?? []), journey]);
  }
  return [...groups.values()];
}
