import {
  type KeptRecord,
  keepRecord,
  moveHead,
  type RecordedTag,
  withdrawnAfterRollback,
} from '@artifact-lifecycle/gates';
import { type Digest, decideTag, setTag } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { refuseInterleaving } from './heads.ts';
import { makeRecord } from './record-making.ts';
import type { RegionRollback, RollbackPlan } from './rollback-plan.ts';
import type { RecordSigner } from './signing.ts';

/**
 * Writes a rollback: in every region the record and with it the hold, and when all of them have it, the channels.
 *
 * @throws SuiteError `PLAN_STALE` where something came in meanwhile
 */
export async function takeBack(
  plan: RollbackPlan,
  signer: RecordSigner,
  desk: Desk,
): Promise<readonly Digest[]> {
  const records: Digest[] = [];
  for (const region of plan.regions) {
    const { isRecorded, current } = region;
    records.push(isRecorded ? current.manifest : (await recordOne(region, plan, signer, desk)).manifest);
  }
  await Promise.all(plan.regions.map((region) => moveChannels(region, plan, desk)));
  return records;
}

async function recordOne(
  { registry, current, taken, channels }: RegionRollback,
  plan: RollbackPlan,
  { attestor }: RecordSigner,
  desk: Desk,
): Promise<KeptRecord> {
  const { clock, signal, log } = desk.context;
  const { artifact, station, results, request, now } = plan;
  const head = { registry, manifest: current.manifest, record: current };
  await refuseInterleaving(station.name, head, signal);
  const made = makeRecord(
    {
      ...{ request, artifact, results, now, version: request.version },
      canary: undefined,
      override: null,
      event: 'rollback',
      policyDigest: await desk.policyDigest(),
    },
    {
      location: registry.location,
      tags: channels.map(({ tag, digest }): RecordedTag => ({ tag, previous: digest })),
      previous: current.manifest,
      withdrawn: withdrawnAfterRollback(taken, artifact.digest, current),
    },
    desk,
  );
  const kept = await keepRecord(made, { registry, attestor, clock, signal });
  const warning = await moveHead(
    { manifest: kept.manifest, record: made.record },
    { registry, clock, signal },
  );
  if (warning !== undefined) log.warning(warning);
  return kept;
}

async function moveChannels(
  { registry, channels }: RegionRollback,
  { artifact }: RollbackPlan,
  { context }: Desk,
): Promise<void> {
  const { clock, signal } = context;
  const manifest = await registry.fetchManifest(artifact.digest, { signal });
  for (const { tag, digest } of channels) {
    const planned = decideTag({ current: digest, wanted: artifact.digest, isChannel: true });
    await setTag(
      { tag, manifest, planned, isChannel: true },
      { destination: registry, clock, signal, lookAgain: true },
    );
  }
}
