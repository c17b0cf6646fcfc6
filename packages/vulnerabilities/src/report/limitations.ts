import type { Assessment } from '../assess/assessment.ts';
import type { UnmatchedComponent } from '../component/component.ts';

/**
 * What the findings do not say: sentences on what was not looked up, each once. Things of which nobody keeps advisories
 * are none of it.
 */
export function limitationsOf(assessments: readonly Assessment[]): readonly string[] {
  const uncovered = assessments.flatMap(({ notCovered }) =>
    notCovered.map(
      ({ reason, components }) =>
        `${sentence(reason)} ${components === 1 ? '1 package was' : `${components} packages were`} not looked up.`,
    ),
  );
  return [...new Set([...uncovered, ...sayUnmatched(assessments)])].sort();
}

/** Packages that could not be matched, by the reason; on each platform they are the same ones. */
function sayUnmatched(assessments: readonly Assessment[]): readonly string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { unmatched } of assessments) {
    for (const { name, purl, reason } of unmatched.filter(isGap)) {
      const names = byReason.get(reason) ?? new Set();
      byReason.set(reason, names.add(purl ?? name));
    }
  }
  return [...byReason].map(([reason, names]) => {
    const [first = '', ...others] = [...names].sort();
    return others.length === 0
      ? `${first} could not be matched: ${sentence(reason)}`
      : `${names.size} packages, ${first} among them, could not be matched: ${sentence(reason)}`;
  });
}

/** Whether somebody might have something to say of it. */
function isGap({ cause }: UnmatchedComponent): boolean {
  return cause !== 'untracked';
}

function sentence(text: string): string {
  const trimmed = text.trim().replace(/\.+$/, '');
  return `${trimmed.slice(0, 1).toUpperCase()}${trimmed.slice(1)}.`;
}
