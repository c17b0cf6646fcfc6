import type { Assessment } from '../assess/assessment.ts';

/** What the findings do not say: sentences on what was not looked up, sorted, each once. */
export function limitationsOf(assessments: readonly Assessment[]): readonly string[] {
  const said = assessments.flatMap(({ source, unmatched, notCovered }) => [
    ...notCovered.map(
      ({ ecosystem, components }) =>
        `${source} knows nothing of ${ecosystem}: ${components} ${components === 1 ? 'package was' : 'packages were'} not looked up.`,
    ),
    ...unmatched
      // Of files and operating systems there is nothing to know, and images have many.
      .filter(({ cause }) => cause !== 'untracked')
      .map(({ name, purl, cause, reason }) => {
        const what = cause === 'undecided' ? 'was not decided about' : 'was not looked up';
        return `${purl ?? name} ${what}: ${reason.replace(/\.$/, '')}.`;
      }),
  ]);
  return [...new Set(said)].sort();
}
