import { isSuiteError } from '@artifact-lifecycle/core';
import { headTag, interleaved, type RecordVerifier, type VerifiedRecord } from '@artifact-lifecycle/gates';
import { type Digest, openRegistry, type Registry } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { readNewestRecord } from './newest-record.ts';
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
      try {
        if (verify !== undefined) {
          const record = await readNewestRecord(to.name, openReader(registry, verify, desk));
          return { registry, manifest: record?.manifest, record };
        }
      } catch (error) {
        // Where the policy names nobody whose records count, those of others are there by right: without "records"
        // there is no rollback, and so nothing is withdrawn.
        if (desk.policy?.records !== undefined || !isSuiteError(error, 'NOT_VERIFIED')) throw error;
      }
      const manifest = (await resolveHead(to.name, registry, desk.context.signal))?.digest;
      return { registry, manifest, record: undefined };
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
