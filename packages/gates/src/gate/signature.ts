import type { Verification } from '@artifact-lifecycle/trust';
import { newestAccepted, proofFacts } from '../proof/proof-facts.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { fail, joinSentences, pass } from '../verdict/verdicts.ts';

/**
 * Judges the gate `signature`: someone in particular has signed the digest that is promoted, which covers all its
 * platforms. Who, and how long ago, is in what was demanded (`demandsOf`).
 */
export function judgeSignature(verification: Verification): Verdict {
  const facts = proofFacts(verification);
  const signed = newestAccepted(verification);
  if (verification.verified && signed !== undefined) return pass(signed.reason, facts);
  return fail(refusalOf(verification, 'Nobody has signed it.'), facts);
}

/** Why a verification is none, in one text. */
export function refusalOf({ refusals }: Verification, otherwise: string): string {
  return refusals.length === 0 ? otherwise : joinSentences(refusals);
}
