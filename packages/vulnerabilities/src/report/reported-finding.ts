import type { Assessment } from '../assess/assessment.ts';
import type { ComponentLocation } from '../component/component.ts';
import { sortLocations } from '../component/read-component.ts';
import { SEVERITY_ORDER } from '../severity/severity.ts';
import type { JudgedFinding } from '../verdict/verdict.ts';

/** A finding as reports tell it: once, on whatever platforms it is. */
export interface ReportedFinding extends JudgedFinding {
  /** Sorted; empty for what is no image. */
  readonly platforms: readonly string[];
  /** Of all platforms, sorted, each once. */
  readonly locations: readonly ComponentLocation[];
}

/**
 * Puts the findings of several platforms together: the same vulnerability in the same package, judged the same way,
 * is one. Those that count come first, then by severity, id and purl.
 */
export function mergeFindings(assessments: readonly Assessment[]): readonly ReportedFinding[] {
  const merged = new Map<string, ReportedFinding>();
  for (const { subject, verdict } of assessments) {
    for (const judged of verdict.findings) {
      const { finding, counts, excuses, statement } = judged;
      const key = JSON.stringify([finding.id, finding.component.purl, counts, excuses, statement ?? null]);
      const before = merged.get(key);
      const platforms = subject.platform === undefined ? [] : [subject.platform];
      merged.set(key, {
        ...judged,
        platforms: [...new Set([...(before?.platforms ?? []), ...platforms])].sort(),
        locations: sortLocations([...(before?.locations ?? []), ...finding.component.locations]),
      });
    }
  }
  return [...merged]
    .sort(([keyA, a], [keyB, b]) => rank(a) - rank(b) || compare(a, b) || (keyA < keyB ? -1 : 1))
    .map(([, one]) => one);
}

/** What stops comes before all that does not. */
function rank({ counts, finding }: JudgedFinding): number {
  return (counts ? 0 : SEVERITY_ORDER.length) + SEVERITY_ORDER.indexOf(finding.rating.severity);
}

function compare({ finding: a }: JudgedFinding, { finding: b }: JudgedFinding): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  if (a.component.purl === b.component.purl) return 0;
  return a.component.purl < b.component.purl ? -1 : 1;
}
