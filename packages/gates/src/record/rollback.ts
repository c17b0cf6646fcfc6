import { SuiteError } from '@artifact-lifecycle/core';
import type { VerifiedRecord } from './verified-record.ts';

/** Where a rollback goes. */
export interface RollbackChoice {
  /** What is there now, by the newest record. */
  readonly current: VerifiedRecord;
  /** The newest record of what goes back. */
  readonly target: VerifiedRecord;
}

/**
 * Chooses what a rollback puts back: `previous`, the newest digest that was there before the present one and that is not
 * withdrawn itself; or a digest, or a version, that has a record there (contract: `rollback-to`).
 *
 * @param entries the environment's records, the newest first
 * @throws SuiteError `NOT_FOUND` where nothing of the kind has been there, `INPUT_INVALID` where it is there now
 */
export function chooseRollback(
  to: string,
  entries: readonly VerifiedRecord[],
  environment: string,
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
  const target =
    to === 'previous'
      ? earlier.find(({ subject }) => !withdrawn.has(subject))
      : entries.find((entry) => isNamed(entry, to));
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
  if (target.subject === current.subject) {
    throw new SuiteError(
      'INPUT_INVALID',
      `${JSON.stringify(to)} is ${current.subject}, which ${environment} has now.`,
      {
        remedy: 'Name an earlier version or digest, or leave "rollback-to" out for the one before.',
      },
    );
  }
  return { current, target };
}

function isNamed({ subject, record }: VerifiedRecord, to: string): boolean {
  const version = to.replace(/^v(?=\d)/, '');
  return (
    subject === to ||
    (record.version !== null && record.version.replace(/^v(?=\d)/, '') === version) ||
    record.destination.tags.some(({ tag, previous }) => tag === to && previous === null)
  );
}
