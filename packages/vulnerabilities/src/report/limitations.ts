import type { Assessment } from '../assess/assessment.ts';

/** What the findings do not say: sentences on what was not looked up, sorted, each once. */
export function limitationsOf(assessments: readonly Assessment[]): readonly string[] {
  const said = assessments.flatMap(({ source, unmatched, notCovered }) => [
    ...notCovered.map(
      ({ ecosystem, components }) =>
        `${source} knows nothing of ${ecosystem}: ${components} ${components === 1 ? 'package was' : 'packages were'} not looked up.`,
    ),
    ...unmatched.map(
      ({ name, purl, reason }) => `${purl ?? name} was not looked up: ${reason.replace(/\.$/, '')}.`,
    ),
  ]);
  return [...new Set(said)].sort();
}
