import { formatBytes, formatCount, type Line, type Summary } from '@artifact-lifecycle/core/action';
import type { Cleaning } from './cleaning.ts';
import { tellOutcome } from './outcome.ts';
import type { CleanupResult } from './result.ts';

/** More rows say nothing to a reader; the plan has all. */
const MAX_ROWS = 100;

/** What a run came to, in one line: the verdict of log and summary. */
export function verdictOf({ cleanings, isDryRun }: CleanupResult): string {
  const planned = cleanings.reduce((total, { plan }) => total + plan.delete.length, 0);
  const kept = cleanings.reduce((total, { plan }) => total + plan.keep.length, 0);
  const executions = cleanings.flatMap(({ execution }) => execution ?? []);
  const stays = tellStaying(kept);
  if (executions.length === 0) {
    const verb = planned === 1 ? 'deletion is' : 'deletions are';
    return `${isDryRun ? 'Dry run: ' : ''}${formatCount(planned, '', '').trim()} ${verb} planned; ${stays}`;
  }
  const deleted = executions.reduce((total, one) => total + one.deleted, 0);
  const remaining = executions.reduce((total, one) => total + one.remaining, 0);
  const failed = executions.reduce((total, one) => total + one.failed, 0);
  const untagged = executions.reduce((total, one) => total + one.untagged, 0);
  const skipped = executions.reduce((total, one) => total + one.skipped, 0);
  const rest = [
    ...(untagged > 0 ? [`${formatCount(untagged, 'image')} lost a tag only`] : []),
    ...(skipped > 0 ? [`${skipped} of the plan stay after all`] : []),
    ...(remaining > 0 ? [`${remaining} remain for the next run`] : []),
    ...(failed > 0 ? [`${failed} were refused`] : []),
  ];
  return [`Deleted ${formatCount(deleted, 'image')}; ${stays}`, ...rest].join('; ');
}

/** Writes the job summary: the verdict, then for each target what goes and what stays, with the rule that decided. */
export function summarise(result: CleanupResult, summary: Summary): void {
  const isBad = result.cleanings.some(
    ({ exceeded, execution }) => exceeded.length > 0 || (execution?.failed ?? 0) > 0,
  );
  summary.heading(`${isBad ? '⚠️' : '✅'} ${verdictOf(result)}`);
  for (const cleaning of result.cleanings) summariseTarget(cleaning, summary);
}

function summariseTarget({ plan, limits, remarks, exceeded, execution }: Cleaning, summary: Summary): void {
  summary.heading([{ code: plan.target }], 4);
  if (plan.freedBytes !== undefined)
    summary.paragraph(`Frees ${formatBytes(plan.freedBytes)}, shared layers counted once.`);
  if (limits.length > 0) summary.list(limits);
  if (remarks.length > 0) summary.list(remarks);
  if (exceeded.length > 0) summary.list(exceeded);
  const outcomes = new Map(execution?.deletions.map(({ item, outcome }) => [item, tellOutcome(outcome)]));
  const rows = plan.delete.map((item): readonly Line[] => [
    nameOf(item),
    item.action === 'untag' ? 'tag only' : 'image',
    item.rule,
    item.reason,
    outcomes.get(item) ?? '',
  ]);
  summary.table(
    ['Delete', '', 'Rule', 'Why', ...(execution === undefined ? [] : ['Outcome'])],
    rows.slice(0, MAX_ROWS),
  );
  if (rows.length > MAX_ROWS) summary.paragraph(`${rows.length - MAX_ROWS} more stand in the plan.`);
  if (plan.transition.length > 0) {
    summary.table(
      ['Move to the archive', 'Rule', 'Why'],
      plan.transition.slice(0, MAX_ROWS).map((item) => [nameOf(item), item.rule, item.reason]),
    );
  }
  summary.details(tellStaying(plan.keep.length), (inner) => {
    inner.table(
      ['Keep', 'Rule', 'Why'],
      plan.keep.slice(0, MAX_ROWS).map((item) => [nameOf(item), item.rule, item.reason]),
    );
  });
  if (plan.problems.length > 0) {
    summary.details(`${formatCount(plan.problems.length, 'problem')}, for which images stay`, (inner) => {
      inner.list(plan.problems.slice(0, MAX_ROWS));
    });
  }
}

function tellStaying(count: number): string {
  return `${formatCount(count, 'image')} ${count === 1 ? 'stays' : 'stay'}`;
}

function nameOf({ id, tags }: { readonly id: string; readonly tags: readonly string[] }): Line {
  return { code: tags.length > 0 ? tags.join(', ') : id.slice(0, 19) };
}
