import {
  type EnvironmentHistory,
  type HistoryReport,
  type ReportedPlace,
  type ReportedPromotion,
  type ReportedRun,
  type ReportedState,
  stops,
} from '@artifact-lifecycle/gates';
import {
  type Digest,
  formatLocation,
  formatReference,
  type Location,
  sameLocation,
} from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import type { DestinationHead } from './heads.ts';
import { tellRemark } from './history-remarks.ts';
import type { PromotedTag, PromotionOutcome, RunOutcome } from './outcome.ts';
import { approvalsIn, policyOf, runOf } from './record-making.ts';
import { stationOfSource } from './request.ts';
import type { RegionRollback, RollbackPlan } from './rollback-plan.ts';
import { tellTag } from './summary.ts';

/** What a page tells of the run that writes it. */
export async function reportRun(time: number, desk: Desk): Promise<ReportedRun> {
  return {
    time: new Date(time).toISOString(),
    run: runOf(desk),
    policy: policyOf(await desk.policyDigest(), desk),
  };
}

/** A promotion as the report has it. */
export function reportPromotion(
  { judged, state, tags, records, copied, warnings }: PromotionOutcome,
  { isPlanOnly }: Pick<RunOutcome, 'isPlanOnly'>,
): ReportedPromotion {
  const { request, artifact, results, journey, canary, override, names, heads } = judged;
  const isSame = tags.every(({ outcome }) => outcome === 'same' || outcome === 'kept');
  const isUnchanged = state === 'promoted' && isSame && copied.manifestsCopied === 0;
  return {
    event: 'promotion',
    state: isUnchanged ? 'unchanged' : state,
    environment: request.to?.name ?? null,
    from: stationOfSource(request)?.name ?? null,
    artifact: {
      source: formatReference(artifact.reference),
      digest: artifact.digest,
      version: names.version ?? artifact.version ?? null,
      commit: artifact.commit ?? null,
    },
    journey: journey.map(({ record, signer, manifest }) => ({
      environment: record.environment ?? '',
      time: record.time,
      signer: signer ?? null,
      record: manifest,
    })),
    gates: results,
    canary: canary ?? null,
    approvals: approvalsIn(results),
    override,
    places: request.destinations.map((location, index) =>
      placeOf(location, { tags, record: records[index], heads, isPlanOnly }),
    ),
    withdrawn: [],
    warnings,
  };
}

interface PlaceFacts {
  readonly tags: readonly PromotedTag[];
  readonly record: Digest | undefined;
  readonly heads: readonly DestinationHead[] | undefined;
  readonly isPlanOnly: boolean;
}

function placeOf(location: Location, { tags, record, heads, isPlanOnly }: PlaceFacts): ReportedPlace {
  const before = heads?.find(({ registry }) => sameLocation(registry.location, location))?.record;
  return {
    name: formatLocation(location),
    tags: tags
      .filter((one) => sameLocation(one.location, location))
      .map(({ tag, outcome, previous }) => ({
        tag,
        outcome: tellTag(outcome, isPlanOnly),
        isSet: outcome !== 'unset' && outcome !== 'refused',
        previous: previous ?? null,
      })),
    record: record ?? null,
    before: before === undefined ? null : { digest: before.subject, version: before.record.version },
  };
}

/** A rollback as the report has it. */
export function reportRollback(
  { station, request, artifact, regions, results }: RollbackPlan,
  records: readonly Digest[],
): ReportedPromotion {
  const done: ReportedState = records.length > 0 ? 'rolled-back' : 'planned';
  const state = results.some(stops) ? 'refused' : done;
  return {
    event: 'rollback',
    state,
    environment: station.name,
    from: null,
    artifact: {
      source: formatReference(artifact.reference),
      digest: artifact.digest,
      version: request.version ?? artifact.version ?? null,
      commit: artifact.commit ?? null,
    },
    journey: [],
    gates: results,
    canary: null,
    approvals: [],
    override: null,
    places: regions.map((region, index) => regionOf(region, records[index], state)),
    withdrawn: state === 'refused' ? [] : [...new Set(regions.flatMap(({ taken }) => taken))].toSorted(),
    warnings: [],
  };
}

function regionOf(
  { registry, current, channels, isRecorded }: RegionRollback,
  record: Digest | undefined,
  state: ReportedState,
): ReportedPlace {
  return {
    name: formatLocation(registry.location),
    tags:
      state === 'refused'
        ? []
        : channels.map(({ tag, digest }) => ({
            tag,
            outcome: tellTag('moved', state === 'planned'),
            isSet: true,
            previous: digest,
          })),
    record: record ?? null,
    // What was ended on its way has its record, which says nothing of what was there before.
    before: isRecorded ? null : { digest: current.subject, version: current.record.version },
  };
}

/** What an environment has had, as the report has it. */
export function reportHistory({
  environment,
  repository,
  entries,
  remarks,
}: EnvironmentHistory): HistoryReport['histories'][number] {
  return {
    environment,
    repository,
    entries: entries.map(({ manifest, subject, record, signer }) => ({
      time: record.time,
      event: record.event,
      version: record.version,
      digest: subject,
      actor: record.run?.actor || signer || 'the key',
      gates: record.gates,
      override: record.override,
      record: manifest,
      run: record.run?.url ?? null,
    })),
    remarks: remarks.map(tellRemark),
  };
}
