import { type Clock, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import type { DestinationPlan } from './plan.ts';
import { forEach, type Transfer } from './transfer.ts';

/** Some registries answer from a copy that lags behind what was written a moment ago. */
const LAG_DELAYS_MS: readonly number[] = [250, 1000, 3000];

/**
 * Reads back what was written: every manifest by its digest, and that each referrer is listed with its
 * subject. Where nothing was written, nothing is asked.
 *
 * @throws SuiteError `PROTOCOL_INVALID` where a registry took something and does not have it
 */
export async function readBack(plan: DestinationPlan, transfer: Transfer): Promise<void> {
  const { destination, clock } = transfer;
  const place = formatLocation(destination.location);
  await forEach(plan.levels.flat(), transfer, async ({ digest }, signal) => {
    const isThere = async (): Promise<boolean> =>
      (await destination.resolve(digest, { signal })) !== undefined;
    if (await eventually(isThere, clock, signal)) return;
    throw lost(`${place} took the manifest ${digest}, but does not have it.`);
  });
  await forEach([...writtenReferrers(plan)], transfer, async ([subject, written], signal) => {
    const missing = async (): Promise<Digest | undefined> => {
      const listed = await destination.listReferrers(subject, { signal });
      const digests = new Set(listed.map(({ digest }) => digest));
      return written.find((digest) => !digests.has(digest));
    };
    if (await eventually(async () => (await missing()) === undefined, clock, signal)) return;
    throw lost(
      `${place} took ${await missing()}, which refers to ${subject}, but does not list it among what refers to that.`,
    );
  });
}

/** Asks until it is so, or the time a registry may lag behind is over. */
export async function eventually(
  isSo: () => Promise<boolean>,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (const delay of LAG_DELAYS_MS) {
    if (await isSo()) return true;
    await clock.sleep(delay, signal).catch((error: unknown) => {
      throwIfCancelled(signal);
      throw error;
    });
  }
  return isSo();
}

function writtenReferrers({ referrers }: DestinationPlan): ReadonlyMap<Digest, readonly Digest[]> {
  const written = new Map<Digest, Digest[]>();
  for (const { subject, digest, isMissing } of referrers) {
    if (isMissing) written.set(subject, [...(written.get(subject) ?? []), digest]);
  }
  return written;
}

function lost(fact: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', fact, {
    remedy: 'Run it again; if it stays so, ask who runs the registry. No tag was set.',
  });
}
