import { relative } from 'node:path';
import type { Outputs } from '@artifact-lifecycle/core/action';
import type { Cleaning } from './cleaning.ts';
import type { cleanup } from './inputs.ts';

/** A run as it is told to people and programs. */
export interface CleanupResult {
  readonly isDryRun: boolean;
  readonly workspace: string;
  readonly cleanings: readonly Cleaning[];
}

export function outputsOf({ cleanings, workspace, isDryRun }: CleanupResult): Outputs<typeof cleanup> {
  const sum = (count: (one: Cleaning) => number): number =>
    cleanings.reduce((total, one) => total + count(one), 0);
  const freed = cleanings.map(({ plan }) => plan.freedBytes);
  return {
    planned: sum(({ plan }) => plan.delete.length),
    deleted: sum(({ execution }) => execution?.deleted ?? 0),
    kept: sum(({ plan }) => plan.keep.length),
    remaining: sum(({ execution }) => execution?.remaining ?? 0),
    freedBytes: freed.includes(undefined)
      ? undefined
      : freed.reduce((total: number, one) => total + (one ?? 0), 0),
    plan: isDryRun ? undefined : cleanings.map(({ planFile }) => relative(workspace, planFile)).join('\n'),
  };
}

/** What the summary says beyond the outputs, for the output `json`. */
export function factsOf({ isDryRun, cleanings }: CleanupResult): Readonly<Record<string, unknown>> {
  return {
    dryRun: isDryRun,
    targets: cleanings.map(({ plan, limits, remarks, exceeded, execution }) => ({
      target: plan.target,
      delete: plan.delete,
      transition: plan.transition,
      problems: plan.problems,
      limits,
      remarks,
      exceeded,
      ...(execution !== undefined && {
        deleted: execution.deleted,
        untagged: execution.untagged,
        transitioned: execution.transitioned,
        skipped: execution.skipped,
        failed: execution.failed,
        remaining: execution.remaining,
      }),
    })),
  };
}
