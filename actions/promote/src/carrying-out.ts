import { SuiteError } from '@artifact-lifecycle/core';
import { createProgress } from '@artifact-lifecycle/core/action';
import { keepRecord, moveHead, type RecordedTag, withdrawnAfterPromotion } from '@artifact-lifecycle/gates';
import {
  type BeforeTags,
  type CopyReport,
  type DestinationPlan,
  type Digest,
  executePlan,
  formatLocation,
  formatReference,
  sameLocation,
} from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { refuseInterleaving } from './heads.ts';
import type { JudgedPromotion } from './judged-promotion.ts';
import type { PlannedPromotion } from './preparation.ts';
import { makeRecord } from './record-making.ts';
import type { RecordSigner } from './signing.ts';

/** A promotion that was carried out. */
export interface CarriedOut {
  readonly report: CopyReport;
  /** Digests of the record manifests, in the order of the destinations; none where nobody signs. */
  readonly records: readonly Digest[];
}

/**
 * Carries a promotion out: content, then the record, then the head, then the tags, so that what has a name in an
 * environment has its record there.
 *
 * @throws CopyError with the state of every destination
 */
export async function carryOut(
  planned: PlannedPromotion,
  signer: RecordSigner | undefined,
  policyDigest: string | undefined,
  desk: Desk,
): Promise<CarriedOut> {
  const { log, clock, isTerminal, signal } = desk.context;
  const { plan } = planned;
  const records = new Map<string, Digest>();
  const beforeTags: BeforeTags = async (destination, options) => {
    await refuseMovedSource(planned, options.signal);
    if (signer === undefined) return;
    const manifest = await record(planned, destination, { signer, policyDigest, desk });
    records.set(formatLocation(destination.registry.location), manifest);
  };
  const progress = createProgress({ log, clock, isTerminal });
  try {
    const report = await executePlan(plan, {
      clock,
      signal,
      beforeTags,
      onProgress: ({ doneBytes, totalBytes, doneBlobs, totalBlobs }) =>
        progress.update({ doneBytes, totalBytes, doneItems: doneBlobs, totalItems: totalBlobs }),
    });
    const inOrder = plan.destinations.map(({ registry }) => records.get(formatLocation(registry.location)));
    return { report, records: inOrder.flatMap((manifest) => manifest ?? []) };
  } finally {
    progress.finish();
  }
}

interface Recording {
  readonly signer: RecordSigner;
  readonly policyDigest: string | undefined;
  readonly desk: Desk;
}

async function record(
  planned: PlannedPromotion,
  destination: DestinationPlan,
  { signer, policyDigest, desk }: Recording,
): Promise<Digest> {
  const { registry } = destination;
  const { clock, signal, log } = desk.context;
  const { request, artifact, names, heads } = planned;
  const head = heads?.find((one) => sameLocation(one.registry.location, registry.location));
  if (request.to !== undefined && head !== undefined) await refuseInterleaving(request.to.name, head, signal);
  const made = makeRecord(
    { ...planned, version: names.version, event: 'promotion', policyDigest },
    {
      location: registry.location,
      tags: destination.tags.map(
        ({ tag, decision }): RecordedTag => ({
          tag,
          previous: 'previous' in decision ? decision.previous : null,
        }),
      ),
      previous: head?.manifest,
      withdrawn: withdrawnAfterPromotion(artifact.digest, head?.record),
    },
    desk,
  );
  const { manifest } = await keepRecord(made, { registry, attestor: signer.attestor, clock, signal });
  const warning = await moveHead({ manifest, record: made.record }, { registry, clock, signal });
  if (warning !== undefined) log.warning(warning);
  return manifest;
}

/**
 * Looks again what the source's tag is: what has been moved while the gates were judged is not what was asked for.
 *
 * @throws SuiteError `PLAN_STALE`
 */
export async function refuseMovedSource(
  { artifact: { registry, reference, digest }, results }: JudgedPromotion,
  signal: AbortSignal,
): Promise<void> {
  const { tag } = reference;
  // What no gate has judged is what it was a moment ago.
  if (results.length === 0 || tag === undefined || reference.digest !== undefined) return;
  const current = (await registry.resolve(tag, { signal }))?.digest;
  if (current === digest) return;
  throw new SuiteError(
    'PLAN_STALE',
    `${formatReference({ ...reference, digest: undefined })} was ${digest} when the gates judged it, and is ${current ?? 'gone'} now.`,
    { remedy: 'Promote by digest, or run it again, so that the gates judge what is there now.' },
  );
}
