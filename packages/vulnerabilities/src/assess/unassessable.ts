import { SuiteError } from '@artifact-lifecycle/core';
import type { Assessment } from './assessment.ts';

/**
 * Refuses to let pass what nobody could judge: packages of a distribution that the source knows nothing of, or whose
 * release nothing says. That nothing was found would be no answer.
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
