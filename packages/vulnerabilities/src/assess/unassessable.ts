import { SuiteError } from '@artifact-lifecycle/core';
import type { Assessment } from './assessment.ts';

/** What keeps anybody from saying that nothing counts. */
export interface Gap {
  /** One sentence, without its subject's name. */
  readonly fact: string;
  readonly remedy: string;
}

/**
 * What nobody could judge of a subject, for every gate alike: packages of a distribution that the source knows nothing
 * of, whose release nothing says, or whose database could not be read; and a subject in which nothing was found. That
 * nothing counts would be no answer. Languages that a source does not have, and versions without an order, are told and
 * stop nothing: who chose the source chose that, and no other source could order them.
 */
export function gapsOf({ source, components, notCovered, unmatched }: Assessment): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const { isDistribution, components: number, ecosystem } of notCovered) {
    if (!isDistribution) continue;
    gaps.push({
      fact: `It has ${packages(number)} of ${ecosystem}, of which ${source} knows nothing.`,
      remedy: 'Name a source in "advisories" that covers the distribution, or only report.',
    });
  }
  const unread = unmatched.find(({ cause }) => cause === 'unread');
  if (unread !== undefined) {
    gaps.push({
      fact: `What is installed in it is not known. ${unread.name}: ${unread.reason}`,
      remedy: 'Mend the image, whose package database is broken or cut off, or only report.',
    });
  }
  const unknown = unmatched.filter(({ cause }) => cause === 'no-release' || cause === 'no-database');
  const [first] = unknown;
  if (first !== undefined) {
    gaps.push({
      fact: `It has ${packages(unknown.length)} of a distribution that cannot be matched, such as ${first.purl ?? first.name}. ${first.reason}`,
      remedy: 'Describe the image itself, so that its release is known, or only report.',
    });
  }
  if (components === 0 && unmatched.length === 0) {
    gaps.push({
      fact: 'No package was found in it.',
      remedy: 'Check that it is what was meant; where it really holds no package, only report.',
    });
  }
  return gaps;
}

/**
 * Refuses to let pass what nobody could judge.
 *
 * @throws SuiteError `UNSUPPORTED` with the first gap
 */
export function refuseUnassessable(assessments: readonly Assessment[]): void {
  for (const assessment of assessments) {
    const [gap] = gapsOf(assessment);
    if (gap === undefined) continue;
    const { name, platform } = assessment.subject;
    const subject = platform === undefined ? name : `${name} (${platform})`;
    throw new SuiteError('UNSUPPORTED', `Nobody can judge ${subject}: ${gap.fact}`, { remedy: gap.remedy });
  }
}

function packages(number: number): string {
  return `${number} ${number === 1 ? 'package' : 'packages'}`;
}
