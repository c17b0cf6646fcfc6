import type { Verdict } from '../verdict/verdict.ts';
import type { VerifiedRecord } from './verified-record.ts';

/** What is withdrawn from an environment after its newest record. */
export function withdrawnOf(head: VerifiedRecord | undefined): ReadonlySet<string> {
  return new Set(head?.record.withdrawn);
}

/** Whether a digest may come in: not where a rollback withdrew it, unless it is released by this run. */
export function judgeHold(digest: string, head: VerifiedRecord | undefined, isReleased: boolean): Verdict {
  const isHeld = withdrawnOf(head).has(digest);
  const evidence = { withdrawn: isHeld, released: isHeld && isReleased };
  if (!isHeld) return { verdict: 'pass', reason: 'No rollback has withdrawn it.', evidence };
  if (isReleased)
    return { verdict: 'pass', reason: 'A rollback withdrew it, and it is released now.', evidence };
  return {
    verdict: 'fail',
    reason: `A rollback withdrew it from ${head?.record.environment ?? 'here'}.`,
    evidence,
  };
}

/** What is withdrawn after this promotion: all that was, without what is released by coming in again. */
export function withdrawnAfterPromotion(digest: string, head: VerifiedRecord | undefined): readonly string[] {
  return [...withdrawnOf(head)].filter((one) => one !== digest).toSorted();
}

/** What is withdrawn after this rollback: all that was, and what has been taken out; never what was put back. */
export function withdrawnAfterRollback(
  taken: readonly string[],
  back: string,
  head: VerifiedRecord | undefined,
): readonly string[] {
  return [...new Set([...withdrawnOf(head), ...taken])].filter((one) => one !== back).toSorted();
}
