import * as z from 'zod/mini';
import { oneOrMore, optional, required, settings } from '../settings.ts';
import { glob, plainText, wholeNumber } from '../texts.ts';
import { warnOnly } from './warn-only.ts';

/** Gate `checks`: check runs and commit statuses of the artifact's commit are successful. */
export function checksGate() {
  return settings({
    require: required('Names of checks or commit statuses.', oneOrMore(plainText('test'))),
    app: optional('Slug of the GitHub App that must have reported them.', plainText('github-actions')),
    ...warnOnly(),
  });
}

/** How the gate `tests` counts unless it says so itself. */
export const TESTS_DEFAULTS = { minPassed: 1, maxFailed: 0 } as const;

/** Gate `tests`: counted test cases. */
export function testsGate() {
  return settings(
    {
      junit: optional('JUnit reports.', oneOrMore(glob('reports/**/*.xml'))),
      attestation: optional(
        'Read the in-toto test result that is attested on the artifact.',
        z.literal(true),
      ),
      'min-passed': optional('At least so many pass.', wholeNumber(0), { default: TESTS_DEFAULTS.minPassed }),
      'max-failed': optional('At most so many fail.', wholeNumber(0), { default: TESTS_DEFAULTS.maxFailed }),
      ...warnOnly(),
    },
    ({ junit, attestation }, report) => {
      if (junit === undefined && attestation === undefined) report('reads nothing: set junit or attestation');
      if (junit !== undefined && attestation !== undefined)
        report('cannot stand beside junit', 'attestation');
    },
  );
}
