import { SuiteError } from '@artifact-lifecycle/core';
import type { Assessment } from './assessment.ts';

/**
 * Refuses to let pass what nobody could judge: packages of a distribution that the source knows nothing of, whose
 * release nothing says, or whose database could not be read. That nothing was found would be no answer.
 *
 * @throws SuiteError `UNSUPPORTED`
 */
export function refuseUnassessable(assessments: readonly Assessment[]): void {
  for (const { subject, source, notCovered, unmatched } of assessments) {
    const name = subject.platform === undefined ? subject.name : `${subject.name} (${subject.platform})`;
    const gap = notCovered.find(({ isDistribution }) => isDistribution);
    if (gap !== undefined) {
      throw new SuiteError(
        'UNSUPPORTED',
        `${name} has ${gap.components} packages of ${gap.ecosystem}, of which ${source} knows nothing.`,
        { remedy: 'Name a source in "advisories" that covers the distribution, or only report.' },
      );
    }
    const unread = unmatched.find(({ cause }) => cause === 'unread');
    if (unread !== undefined) {
      throw new SuiteError(
        'UNSUPPORTED',
        `What is installed in ${name} is not known. ${unread.name}: ${unread.reason}`,
        { remedy: 'Mend the image, whose package database is broken or cut off, or only report.' },
      );
    }
    const unknown = unmatched.filter(({ cause }) => cause === 'no-release' || cause === 'no-database');
    const [first] = unknown;
    if (first !== undefined) {
      throw new SuiteError(
        'UNSUPPORTED',
        `${name} has ${unknown.length} packages of a distribution that cannot be matched, such as ${first.purl ?? first.name}. ${first.reason}`,
        { remedy: 'Describe the image itself, so that its release is known, or only report.' },
      );
    }
  }
}
