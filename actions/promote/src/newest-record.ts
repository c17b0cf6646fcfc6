import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { headTag, type RecordReader, readHead, type VerifiedRecord } from '@artifact-lifecycle/gates';
import { formatLocation, formatReference } from '@artifact-lifecycle/registry';

/**
 * Reads the newest record of an environment in a repository; `undefined` where there is none, or no repository yet.
 *
 * @throws SuiteError `NOT_VERIFIED` where something stands there that counts as no record: then nobody knows what was
 *   withdrawn
 */
export async function readNewestRecord(
  environment: string,
  reader: RecordReader,
): Promise<VerifiedRecord | undefined> {
  const { head, end } = await readHeadIfThere(environment, reader);
  if (head !== undefined || end.kind === 'start') return head;
  const { location } = reader.registry;
  const name = formatReference({ location, tag: headTag(environment), digest: undefined });
  const reason = end.kind === 'refused' ? ` ${end.reason}` : '';
  throw new SuiteError(
    'NOT_VERIFIED',
    `${name} should be the newest record of ${environment}, and does not count as one.${reason}`,
    {
      remedy: `Find out who moved it; "mode: history" shows what ${formatLocation(location)} has. Point it back to the newest record that counts, or remove it.`,
    },
  );
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
