import { SuiteError } from '@artifact-lifecycle/core';
import type { VerifiedRecord } from './verified-record.ts';

/** Where a rollback goes. */
export interface RollbackChoice {
  /** What is there now, by the newest record. */
  readonly current: VerifiedRecord;
  /** The newest record of what goes back. */
  readonly target: VerifiedRecord;
  /** What is withdrawn by it. */
  readonly taken: readonly string[];
}

/**
 * Chooses what a rollback puts back: `previous`, what the channels of the present one pointed to before, else the newest
 * digest that was there before, that is not withdrawn itself; or a digest, or a version, that has a record there
 * (contract: `rollback-to`).
 *
 * @param entries the environment's records, the newest first
 * @param above says what channels point to in place of what is the newest: digests of newer versions, which are taken out
 *   where it is named itself (2.0.9, a fix of the older line, came in after 2.1.0)
 * @throws SuiteError `NOT_FOUND` where nothing of the kind has been there, `INPUT_INVALID` where it is there now
 */
export function chooseRollback(
  to: string,
  entries: readonly VerifiedRecord[],
  environment: string,
  above: (target: VerifiedRecord) => readonly string[] = () => [],
): RollbackChoice {
  const current = entries[0];
  if (current === undefined) {
    throw new SuiteError(
      'NOT_FOUND',
      `The environment ${environment} has no record, so nothing was there before.`,
      {
        remedy: 'Promote with records first; a rollback goes to what has one.',
      },
    );
  }
  const withdrawn = new Set(current.record.withdrawn);
  const earlier = entries.filter(({ subject }) => subject !== current.subject);
  const standing = earlier.filter(({ subject }) => !withdrawn.has(subject));
  const target =
    to === 'previous' ? findPrevious(current, standing) : entries.find((entry) => isNamed(entry, to));
  if (target === undefined) {
    const known = [...new Set(earlier.map(({ record, subject }) => record.version ?? subject))].slice(0, 5);
    throw new SuiteError(
      'NOT_FOUND',
      to === 'previous'
        ? `Nothing was in ${environment} before ${current.subject} that is not withdrawn.`
        : `${JSON.stringify(to)} has no record in ${environment}.`,
      {
        remedy:
          known.length === 0
            ? 'Promote another version in place of a rollback.'
            : `What has been there: ${known.join(', ')}.`,
      },
    );
  }
  if (target.subject !== current.subject) return { current, target, taken: [current.subject] };
  const taken = above(target);
  if (taken.length === 0) {
    throw new SuiteError(
      'INPUT_INVALID',
      `${JSON.stringify(to)} is ${current.subject}, which ${environment} has now.`,
      {
        remedy: 'Name an earlier version or digest, or leave "rollback-to" out for the one before.',
      },
    );
  }
  return { current, target, taken };
}

/** A fix of an older line took its channels from the version before it, not from the newest one that was there. */
function findPrevious(
  { record }: VerifiedRecord,
  standing: readonly VerifiedRecord[],
): VerifiedRecord | undefined {
  const before = new Set(record.destination.tags.flatMap(({ previous }) => previous ?? []));
  const replaced = standing.filter(({ subject }) => before.has(subject));
  const [first] = replaced;
  const isClear = first !== undefined && replaced.every(({ subject }) => subject === first.subject);
  return isClear ? first : standing[0];
}

/** Whether a text names what a record is about: its digest, its version, or a tag that was new with it. */
export function isNamed({ subject, record }: VerifiedRecord, to: string): boolean {
  const version = to.replace(/^v(?=\d)/, '');
  return (
    subject === to ||
    (record.version !== null && record.version.replace(/^v(?=\d)/, '') === version) ||
    record.destination.tags.some(({ tag, previous }) => tag === to && previous === null)
  );
}
