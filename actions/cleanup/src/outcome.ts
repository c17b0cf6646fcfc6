import type { ItemOutcome } from '@artifact-lifecycle/retention';

/** What came of an item, with why it stays: `skipped: It has got the tag v2.` */
export function tellOutcome(outcome: ItemOutcome): string {
  switch (outcome.kind) {
    case 'skipped':
      return `${outcome.kind}: ${outcome.reason}`;
    case 'failed':
      return `${outcome.kind}: ${outcome.error.message}`;
    default:
      return outcome.kind;
  }
}
