import { formatCount, type Line, type Summary } from '@artifact-lifecycle/core/action';
import type { RestoreReport } from '@artifact-lifecycle/retention';

/** What restoring came to, in one line. */
export function restoreVerdict({ items }: RestoreReport): string {
  const count = (outcome: string): number => items.filter((item) => item.outcome === outcome).length;
  const failed = count('failed');
  return [
    `Restored ${formatCount(count('restored'), 'image')}`,
    ...(count('there') > 0 ? [`${count('there')} were there`] : []),
    ...(failed > 0 ? [`${failed} could not be brought back`] : []),
    ...(count('remaining') > 0 ? [`${count('remaining')} remain for the next run`] : []),
  ].join('; ');
}

export function restoredFacts({ items, problems }: RestoreReport): Readonly<Record<string, unknown>> {
  return {
    restored: items.map(({ line, outcome, reason }) => ({ id: line.id, tags: line.tags, outcome, reason })),
    problems,
  };
}

export function summariseRestore(report: RestoreReport, summary: Summary): void {
  summary.heading(
    `${report.items.some(({ outcome }) => outcome === 'failed') ? '⚠️' : '✅'} ${restoreVerdict(report)}`,
  );
  summary.table(
    ['Image', 'Outcome', 'Why'],
    report.items.map(({ line, outcome, reason }): readonly Line[] => [
      { code: line.tags.join(', ') || line.id },
      outcome,
      reason ?? '',
    ]),
  );
  if (report.problems.length > 0) summary.list(report.problems);
}
