import { SuiteError } from '@artifact-lifecycle/core';
import type { GateResult, RecordedCanary, VerifiedRecord } from '@artifact-lifecycle/gates';
import {
  type CopyPlan,
  formatLocation,
  formatReference,
  openRegistry,
  planCopy,
  sameLocation,
  type TagLists,
} from '@artifact-lifecycle/registry';
import { findArtifact } from './artifact-search.ts';
import { settleChannels } from './channels.ts';
import type { Desk } from './desk.ts';
import { openProofs } from './gathering/proofs.ts';
import { chooseVerifier, readHeads } from './heads.ts';
import type { JudgedPromotion } from './judged-promotion.ts';
import { judgeGates } from './judging.ts';
import { nameAtDestination } from './naming.ts';
import { breakGlass } from './override.ts';
import { openRecords, type RecordDesk } from './records.ts';
import type { PromotionRequest } from './request.ts';
import type { RecordSigner } from './signing.ts';

/** A promotion that may be carried out, and what there is to do. */
export interface PlannedPromotion extends JudgedPromotion {
  readonly plan: CopyPlan;
}

/** Resolves what is promoted, once, and has every gate judge it. */
export async function judgePromotion(
  request: PromotionRequest,
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<JudgedPromotion> {
  const { log, clock } = desk.context;
  const artifact = await findArtifact(request, desk);
  log.info(`${formatReference(artifact.reference)} is ${artifact.digest}`);
  const names = nameAtDestination(request, artifact, desk);
  const heads = await readHeads(request, signer, desk);
  const now = clock.now();
  const records = openRecords(artifact, request, desk);
  let canary: RecordedCanary | undefined;
  const judged = await judgeGates(
    {
      ...{ desk, request, artifact, names, now },
      proofs: openProofs(artifact, request, desk),
      records,
      onCanary: (one) => {
        canary = one;
      },
    },
    heads,
  );
  const { results, override } = await breakGlass(judged, request, desk);
  const journey = await readJourney(results, records);
  return { request, artifact, names, heads, results, journey, canary, override, now };
}

/** Read already where a gate has asked for it; where that gate could not, nobody can. */
async function readJourney(
  results: readonly GateResult[],
  records: RecordDesk,
): Promise<readonly VerifiedRecord[]> {
  const asked = results.find(({ gate }) => gate === 'promote-from');
  return asked === undefined || asked.verdict === 'error' ? [] : records.journey();
}

/**
 * Plans the copy, by reading alone: tags that never move first, then the channels of its version.
 *
 * @throws SuiteError `TAG_EXISTS`, and those of `planCopy`
 */
export async function planPromotion(
  judged: JudgedPromotion,
  signer: RecordSigner | undefined,
  desk: Desk,
  lists: TagLists,
): Promise<PlannedPromotion> {
  const { request, artifact, names, heads } = judged;
  const { signal, log } = desk.context;
  const verify = chooseVerifier(signer, desk);
  const destinations = await Promise.all(
    request.destinations.map(async (location) => {
      const registry = openRegistry(location, desk.connections);
      const head = heads?.find((one) => sameLocation(one.registry.location, location))?.record;
      const { moving, kept } = await settleChannels(names, artifact, { registry, head, verify }, desk);
      for (const { tag, version } of kept) {
        log.notice(
          `${formatLocation(location)}:${tag} stays at ${version}, which is newer than ${names.version ?? ''}.`,
        );
      }
      return { registry, tags: [...new Set([...names.tags, ...moving])], isChannel: names.isChannel };
    }),
  );
  const plan = await planCopy({
    source: artifact.registry,
    reference: artifact.reference,
    // Whatever its tag is by now: what was judged is promoted.
    root: artifact.root,
    destinations,
    referrers: desk.inputs.referrers,
    lists,
    signal,
  });
  return { ...judged, plan };
}

/**
 * Looks whether two images of a run are to get the same name: the second would take it from the first.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function refuseSharedNames(promotions: readonly PlannedPromotion[]): void {
  const owners = new Map<string, string>();
  for (const { artifact, plan } of promotions) {
    for (const { registry, tags } of plan.destinations) {
      for (const { tag } of tags) {
        const name = formatReference({ location: registry.location, tag, digest: undefined });
        const owner = owners.get(name) ?? artifact.digest;
        owners.set(name, owner);
        if (owner === artifact.digest) continue;
        throw new SuiteError('INPUT_INVALID', `${owner} and ${artifact.digest} are both to be ${name}.`, {
          remedy: 'Promote them one after the other, or under names of their own.',
        });
      }
    }
  }
}
