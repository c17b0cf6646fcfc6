import type { SuiteError } from '@artifact-lifecycle/core';
import type { PlannedDeletion, PlannedTransition } from '../plan/plan.ts';

/** Whether an error ends the run, because nothing else would go better; what is of one image does not. */
export function endsRun({ code }: SuiteError): boolean {
  return code === 'UNAUTHORIZED' || code === 'CANCELLED' || code === 'INTERNAL';
}

/** What came of one item of a plan. */
export type ItemOutcome =
  | { readonly kind: 'deleted' | 'untagged' | 'transitioned' }
  /** It was not there any more. */
  | { readonly kind: 'gone' }
  /** It has changed, or what must go before it is still there. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: SuiteError }
  /** Not begun, for lack of quota. */
  | { readonly kind: 'remaining' };

export interface ItemReport<Item> {
  readonly item: Item;
  readonly outcome: ItemOutcome;
}

/** What came of a plan; items in its order. */
export interface ExecutionReport {
  readonly deletions: readonly ItemReport<PlannedDeletion>[];
  readonly transitions: readonly ItemReport<PlannedTransition>[];
  /** Images that are deleted now, not counting those that were gone. */
  readonly deleted: number;
  readonly untagged: number;
  readonly transitioned: number;
  readonly skipped: number;
  readonly failed: number;
  readonly remaining: number;
}

export function summarizeExecution(
  deletions: readonly ItemReport<PlannedDeletion>[],
  transitions: readonly ItemReport<PlannedTransition>[],
): ExecutionReport {
  const count = (kind: ItemOutcome['kind']): number =>
    [...deletions, ...transitions].filter(({ outcome }) => outcome.kind === kind).length;
  return {
    deletions,
    transitions,
    deleted: count('deleted'),
    untagged: count('untagged'),
    transitioned: count('transitioned'),
    skipped: count('skipped'),
    failed: count('failed'),
    remaining: count('remaining'),
  };
}
