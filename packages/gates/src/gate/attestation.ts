import type { Condition } from '@artifact-lifecycle/core/policy';
import type { Verification } from '@artifact-lifecycle/trust';
import { formatCondition, valueAt } from '../proof/condition.ts';
import { proofFacts, signatureFacts } from '../proof/proof-facts.ts';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { enumerate, fail, firstOf, pass } from '../verdict/verdicts.ts';
import { refusalOf } from './signature.ts';

/**
 * Judges the gate `attestation`: a statement of some type, by someone, says something. One accepted statement that meets
 * all conditions is enough, whatever others say: nothing tells which of them is the last word.
 */
export function judgeAttestation(
  { predicateType, where = [] }: GateSettings<'attestation'>,
  verification: Verification,
): Verdict {
  const facts: EvidenceFacts = {
    ...proofFacts(verification),
    predicateType,
    where: firstOf(where.map(formatCondition)),
  };
  const accepted = verification.evidence.filter(
    (evidence) => evidence.verdict === 'accepted' && evidence.predicateType === predicateType,
  );
  if (!verification.verified || accepted.length === 0) {
    return fail(refusalOf(verification, `There is no attestation of type ${predicateType} about it.`), facts);
  }
  const judged = accepted.map((evidence) => ({
    evidence,
    unmet: where.filter((condition) => !isMet(condition, evidence.statement?.predicate)),
  }));
  const meeting = judged.find(({ unmet }) => unmet.length === 0);
  if (meeting !== undefined) {
    const says = where.length === 0 ? '' : ` It says ${enumerate(where.map(formatCondition), 5)}.`;
    return pass(`${meeting.evidence.reason}${says}`, {
      ...facts,
      statement: signatureFacts(meeting.evidence),
    });
  }
  const [closest] = judged.toSorted((a, b) => a.unmet.length - b.unmet.length);
  const unmet = closest?.unmet ?? [];
  const found = unmet.map(({ path }) => valueAt(closest?.evidence.statement?.predicate, path));
  return fail(
    `No accepted statement of type ${predicateType} says ${enumerate(where.map(formatCondition), 5)}: ${enumerate(
      unmet.map(({ path }, index) => formatCondition({ path, equals: found[index] })),
      5,
    )}.`,
    { ...facts, unmet: firstOf(unmet.map(formatCondition)) },
  );
}

function isMet({ path, equals }: Condition, predicate: unknown): boolean {
  return valueAt(predicate, path) === equals;
}
