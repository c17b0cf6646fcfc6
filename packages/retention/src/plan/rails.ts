import { SuiteError } from '@artifact-lifecycle/core';
import type { RetentionPlan } from './plan.ts';

/** Limits past which nothing is deleted. */
export interface Rails {
  /** Of images and tags. */
  readonly maxDeletes: number;
  /** Of images that a policy has a say about; what hangs on them does not count. */
  readonly maxPercent: number;
  /** So many of those stay. */
  readonly keepAtLeast: number;
}

/** Contract: "cleanup", the defaults of the inputs. */
export const DEFAULT_RAILS: Rails = { maxDeletes: 1000, maxPercent: 50, keepAtLeast: 1 };

/** The rails that a plan goes past, a sentence each. */
export function findExceededRails(plan: RetentionPlan, rails: Rails): readonly string[] {
  const { total, going } = plan.roots;
  const deletes = plan.delete.length;
  if (deletes === 0) return [];
  const percent = total === 0 ? 0 : (going / total) * 100;
  return [
    ...(deletes > rails.maxDeletes
      ? [`The plan has ${deletes} deletions; max-deletes is ${rails.maxDeletes}.`]
      : []),
    ...(percent > rails.maxPercent
      ? [
          `The plan deletes ${going} of ${total} images (${percent.toFixed(1)} %); max-percent is ${rails.maxPercent}.`,
        ]
      : []),
    ...(going > 0 && total - going < rails.keepAtLeast
      ? [`The plan keeps ${total - going} of ${total} images; keep-at-least is ${rails.keepAtLeast}.`]
      : []),
  ];
}

/** Ends the run where a plan goes past a rail. @throws SuiteError `RAIL_EXCEEDED` */
export function enforceRails(plan: RetentionPlan, rails: Rails): void {
  const exceeded = findExceededRails(plan, rails);
  if (exceeded.length > 0) throw new SuiteError('RAIL_EXCEEDED', `${plan.target}: ${exceeded.join(' ')}`);
}
