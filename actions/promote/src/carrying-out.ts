import { SuiteError } from '@artifact-lifecycle/core';
import { keepRecord, moveHead, type RecordedTag, withdrawnAfterPromotion } from '@artifact-lifecycle/gates';
import {
  type BeforeTags,
  CopyError,
  type CopyOptions,
  type CopyReport,
  type DestinationPlan,
  type Digest,
  executePlan,
  formatReference,
  type Registry,
  sameLocation,
} from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { type DestinationHead, refuseInterleaving } from './heads.ts';
import type { JudgedPromotion } from './judged-promotion.ts';
import type { PlannedPromotion } from './preparation.ts';
import { makeRecord } from './record-making.ts';
import { findRecordThere } from './record-there.ts';
import type { RecordSigner } from './signing.ts';

/** A promotion that was carried out, or came as far as it did. */
export interface CarriedOut {
  readonly report: CopyReport;
  /** Digests of the record manifests, in the order of the destinations; none where nobody signs. */
  readonly records: readonly Digest[];
  /** The heads as it has moved them. */
  readonly heads: readonly DestinationHead[];
  /** Why it is not everywhere where it should be. */
  readonly failure: CopyError | undefined;
}

/**
 * Carries a promotion out: content, then the records of all destinations, then the heads, then the tags, so that what
 * has a name in an environment has its record there.
 */
export async function carryOut(
  planned: PlannedPromotion,
  signer: RecordSigner | undefined,
  policyDigest: string | undefined,
  desk: Desk,
  how: Pick<CopyOptions, 'limiter' | 'onProgress'>,
): Promise<CarriedOut> {
  const { log, clock, signal } = desk.context;
  const { plan } = planned;
  const kept = new Map<DestinationPlan, RecordAtPlace>();
  const keep: BeforeTags = async (destination, options) => {
    await refuseMovedSource(planned, options.signal);
    if (signer === undefined) return;
    kept.set(destination, await keepAt(planned, destination, { signer, policyDigest, desk }));
  };
  const point: BeforeTags = async (destination) => {
    const record = kept.get(destination)?.toMove;
    if (record === undefined) return;
    const warning = await moveHead(record, { registry: destination.registry, clock, signal });
    if (warning !== undefined) log.warning(warning);
  };
  const came = (report: CopyReport, failure?: CopyError): CarriedOut => ({
    ...{ report, failure },
    records: plan.destinations.flatMap((destination) => kept.get(destination)?.manifest ?? []),
    heads: [...kept].flatMap(([{ registry }, { toMove }]) =>
      toMove === undefined ? [] : [newHead(registry, planned.artifact.digest, toMove)],
    ),
  });
  try {
    return came(
      await executePlan(plan, {
        clock,
        signal,
        beforeTags: [keep, point],
        ...how,
      }),
    );
  } catch (error) {
    if (!(error instanceof CopyError)) throw error;
    return came(error.report, error);
  }
}

interface Recording {
  readonly signer: RecordSigner;
  readonly policyDigest: string | undefined;
  readonly desk: Desk;
}

/** The record of a promotion at one destination. */
interface RecordAtPlace {
  readonly manifest: Digest;
  /** To which the head is to be moved; `undefined` where it points there already. */
  readonly toMove: Parameters<typeof moveHead>[0] | undefined;
}

async function keepAt(
  planned: PlannedPromotion,
  destination: DestinationPlan,
  { signer, policyDigest, desk }: Recording,
): Promise<RecordAtPlace> {
  const { registry } = destination;
  const { clock, signal } = desk.context;
  const { request, artifact, names, heads } = planned;
  const head = heads?.find((one) => sameLocation(one.registry.location, registry.location));
  if (request.to !== undefined && head !== undefined) await refuseInterleaving(request.to.name, head, signal);
  const there = await findRecordThere(planned, destination, head, signer, desk);
  if (there !== undefined) return { manifest: there, toMove: undefined };
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
  return { manifest, toMove: { manifest, record: made.record } };
}

/** A head that was moved just now: it was signed by this run. */
function newHead(
  registry: Registry,
  subject: Digest,
  { manifest, record }: Parameters<typeof moveHead>[0],
): DestinationHead {
  return {
    ...{ registry, manifest },
    record: { manifest, subject, record, signedAt: undefined, signer: undefined },
  };
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
