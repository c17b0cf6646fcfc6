import type { Verification } from '@artifact-lifecycle/trust';
import { newestAccepted, proofFacts } from '../proof/proof-facts.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';
import { refusalOf } from './signature.ts';

/** Judges the gate `provenance`: where and how it was built is proven. What is demanded is in `demandsOf`. */
export function judgeProvenance(verification: Verification): Verdict {
  const { slsa, verified } = verification;
  const facts: EvidenceFacts = {
    ...proofFacts(verification),
    slsaLevel: slsa.level,
    builder: slsa.builder === undefined ? null : shorten(slsa.builder),
    missing: firstOf(slsa.missing.map(({ level, reason }) => `level ${level}: ${shorten(reason)}`)),
  };
  const newest = newestAccepted(verification);
  if (!verified || newest === undefined) {
    return fail(refusalOf(verification, 'There is no provenance about it.'), facts);
  }
  const source = newest.certificate?.sourceRepositoryUri;
  const from = source === undefined ? '' : ` from ${source}`;
  return pass(`SLSA build level ${slsa.level} is proven: it was built${from}. ${newest.reason}`, facts);
}
