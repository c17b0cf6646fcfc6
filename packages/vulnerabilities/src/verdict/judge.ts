import type { Finding } from '../finding/finding.ts';
import { SEVERITY_ORDER } from '../severity/severity.ts';
import { statementsAbout } from '../vex/holding-statement.ts';
import type { VexStatement } from '../vex/statement.ts';
import type { VexSubject } from '../vex/subject.ts';
import { checkExceptions, covers } from './exceptions.ts';
import { knownIn, thresholdExcuses } from './thresholds.ts';
import type {
  Exception,
  Excuse,
  JudgedFinding,
  VulnerabilityPolicy,
  VulnerabilityVerdict,
} from './verdict.ts';

/**
 * Decides which findings count. Pure: the same findings, statements and day give the same verdict.
 *
 * All excuses of a finding are recorded, in this order: what its makers say (VEX), what was excepted, what the policy
 * lets pass. A later statement that it is affected or looked into takes an earlier excuse away.
 *
 * @param now milliseconds since 1970: the day on which exceptions must hold.
 * @throws SuiteError `INPUT_INVALID` for exceptions that have ended; {@link checkExceptions} tells of those of a policy
 */
export function judge(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  subject: VexSubject,
  policy: VulnerabilityPolicy,
  now: number,
): VulnerabilityVerdict {
  checkExceptions(policy.ignore, now);
  const statementOn = statementsAbout(statements, subject);
  const wasKnown = knownIn(policy.knownBefore);
  const used = new Set<Exception>();
  const judged = findings.map((finding): JudgedFinding => {
    const statement = statementOn(finding);
    const exceptions = policy.ignore.filter((exception) => covers(exception, finding));
    for (const exception of exceptions) used.add(exception);
    const excuses: readonly Excuse[] = [
      ...(statement !== undefined && excusesBy(statement) ? [{ kind: 'vex', statement } as const] : []),
      ...exceptions.map((exception) => ({ kind: 'exception', exception }) as const),
      ...thresholdExcuses(finding, policy, wasKnown),
    ];
    return { finding, counts: excuses.length === 0, excuses, statement };
  });
  return {
    findings: judged.sort(compareJudged),
    unusedExceptions: policy.ignore.filter((exception) => !used.has(exception)),
  };
}

function excusesBy({ status }: VexStatement): boolean {
  return status === 'not_affected' || status === 'fixed';
}

function compareJudged(a: JudgedFinding, b: JudgedFinding): number {
  return (
    Number(b.counts) - Number(a.counts) ||
    placeOf(a.finding) - placeOf(b.finding) ||
    compareText(a.finding.id, b.finding.id) ||
    compareText(a.finding.component.purl, b.finding.component.purl)
  );
}

function placeOf({ rating: { severity } }: Finding): number {
  return SEVERITY_ORDER.indexOf(severity);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
