import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  headTag,
  interleaved,
  type RecordReader,
  type RecordVerifier,
  readHead,
  type VerifiedRecord,
} from '@artifact-lifecycle/gates';
import {
  type Digest,
  formatLocation,
  formatReference,
  openRegistry,
  type Registry,
} from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { openReader, openVerifier, recordIdentity } from './records.ts';
import type { PromotionRequest } from './request.ts';
import type { RecordSigner } from './signing.ts';

/** The newest record of an environment at one of its repositories, as it was before this run. */
export interface DestinationHead {
  readonly registry: Registry;
  /** Digest of the record manifest that the head tag points to. */
  readonly manifest: Digest | undefined;
  /** The record, where it counts. */
  readonly record: VerifiedRecord | undefined;
}

/**
 * Reads the newest records at the destinations. `undefined` where the promotion names no environment.
 *
 * @throws SuiteError `NOT_VERIFIED` where something stands there that counts as no record: then nobody knows what was
 *   withdrawn
 */
export async function readHeads(
  { to, destinations }: PromotionRequest,
  signer: RecordSigner | undefined,
  desk: Desk,
): Promise<readonly DestinationHead[] | undefined> {
  if (to === undefined) return undefined;
  const verify = chooseVerifier(signer, desk);
  return Promise.all(
    destinations.map(async (location): Promise<DestinationHead> => {
      const registry = openRegistry(location, desk.connections);
      if (verify === undefined) {
        const manifest = (await resolveHead(to.name, registry, desk.context.signal))?.digest;
        return { registry, manifest, record: undefined };
      }
      const { head, end } = await readHeadIfThere(to.name, openReader(registry, verify, desk));
      if (head !== undefined || end.kind === 'start') {
        return { registry, manifest: head?.manifest, record: head };
      }
      const name = formatReference({ location, tag: headTag(to.name), digest: undefined });
      const reason = end.kind === 'refused' ? ` ${end.reason}` : '';
      throw new SuiteError(
        'NOT_VERIFIED',
        `${name} should be the newest record of ${to.name}, and does not count as one.${reason}`,
        {
          remedy: `Find out who moved it; "mode: history" shows what ${formatLocation(location)} has. Point it back to the newest record that counts, or remove it.`,
        },
      );
    }),
  );
}

/** Records count that the policy's `records` signs; without it those of whoever signs now. */
export function chooseVerifier(signer: RecordSigner | undefined, desk: Desk): RecordVerifier | undefined {
  if (desk.policy?.records !== undefined) return openVerifier(desk, () => recordIdentity(desk));
  return signer === undefined ? undefined : openVerifier(desk, async () => signer.identity);
}

/**
 * Looks again whether a head is what it was when the gates were judged.
 *
 * @throws SuiteError `PLAN_STALE`
 */
export async function refuseInterleaving(
  environment: string,
  head: DestinationHead,
  signal: AbortSignal,
): Promise<void> {
  const current = (await resolveHead(environment, head.registry, signal))?.digest;
  if (current !== head.manifest) throw interleaved(head.registry, environment, head.manifest, current);
}

/** A repository that does not exist yet has no head. */
async function readHeadIfThere(
  environment: string,
  reader: RecordReader,
): Promise<Awaited<ReturnType<typeof readHead>>> {
  try {
    return await readHead(environment, reader);
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return { head: undefined, end: { kind: 'start' } };
    throw error;
  }
}

async function resolveHead(
  environment: string,
  registry: Registry,
  signal: AbortSignal,
): Promise<{ readonly digest: Digest } | undefined> {
  try {
    return await registry.resolve(headTag(environment), { signal });
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
