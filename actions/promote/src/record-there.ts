import { findRecords, strangeness } from '@artifact-lifecycle/gates';
import { type DestinationPlan, type Digest, formatLocation } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { chooseVerifier, type DestinationHead } from './heads.ts';
import type { PlannedPromotion } from './preparation.ts';
import { openReader } from './records.ts';
import type { RecordSigner } from './signing.ts';

/**
 * The record by which something came in that is there already under all its names: nothing comes in now. What has come
 * in after it stays the newest, so that a run that is repeated days later is no news of an older version.
 */
export async function findRecordThere(
  { artifact: { digest }, request: { to }, results }: PlannedPromotion,
  { registry, tags }: DestinationPlan,
  head: DestinationHead | undefined,
  signer: RecordSigner,
  desk: Desk,
): Promise<Digest | undefined> {
  if (head === undefined || to === undefined || !areThere(tags)) return undefined;
  if (head.record?.subject === digest) return head.manifest;
  const isReleased = results.some(({ gate, evidence }) => gate === 'hold' && evidence['released'] === true);
  const verify = chooseVerifier(signer, desk);
  if (isReleased || verify === undefined) return undefined;
  const place = formatLocation(registry.location);
  const found = await findRecords(digest, openReader(registry, verify, desk));
  const own = found.findLast(
    (one) => one.kind === 'verified' && strangeness(one, to.name, place) === undefined,
  );
  return own?.kind === 'verified' ? own.manifest : undefined;
}

/** Whether nothing is to come in that is not there, and something else has come in since. */
export function isOldNews({ artifact, heads = [], plan }: PlannedPromotion): boolean {
  return (
    plan.destinations.every(({ tags }) => areThere(tags)) &&
    heads.every(({ record }) => record !== undefined && record.subject !== artifact.digest)
  );
}

function areThere(tags: DestinationPlan['tags']): boolean {
  return tags.every(({ decision }) => decision.outcome === 'same');
}
