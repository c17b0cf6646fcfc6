import { type Assessment, countBySeverity } from '../assess/assessment.ts';
import type { Exception } from '../verdict/verdict.ts';
import { describeStatement } from '../vex/describe-statement.ts';
import { limitationsOf } from './limitations.ts';
import { mergeFindings, type ReportedFinding } from './reported-finding.ts';
import { addressesOf, addressOf, sayExcuse, shorten } from './wording.ts';

/** Texts of records are articles; facts are for programs. */
const MAX_SUMMARY_CHARS = 300;

/** What was found, as plain data with stable names: for outputs, evidence of gates, and other programs. */
export function factsOfAssessments(assessments: readonly Assessment[]): Readonly<Record<string, unknown>> {
  const findings = mergeFindings(assessments);
  return {
    source: assessments[0]?.source,
    counts: countBySeverity(findings),
    failing: findings.filter(({ counts }) => counts).length,
    findings: findings.map(factsOfFinding),
    notCovered: assessments.flatMap(({ subject, notCovered }) =>
      notCovered.map((one) => ({ platform: subject.platform, ...one })),
    ),
    unmatched: assessments.flatMap(({ subject, unmatched }) =>
      unmatched.map((one) => ({ platform: subject.platform, ...one })),
    ),
    limitations: limitationsOf(assessments),
    unusedExceptions: unusedExceptionsOf(assessments),
  };
}

/** Exceptions that match nothing on any platform: they can go. */
export function unusedExceptionsOf(assessments: readonly Assessment[]): readonly Exception[] {
  const [first, ...others] = assessments.map(({ verdict }) => verdict.unusedExceptions);
  return (first ?? []).filter((one) =>
    others.every((unused) => unused.some((other) => JSON.stringify(other) === JSON.stringify(one))),
  );
}

function factsOfFinding({
  finding,
  counts,
  excuses,
  statement,
  platforms,
  locations,
}: ReportedFinding): object {
  const { id, aliases, component, advisories, rating, fixedIn, summary, published, epss, kev } = finding;
  return {
    id,
    aliases,
    advisories,
    package: {
      purl: component.purl,
      type: component.type,
      namespace: component.namespace,
      name: component.name,
      version: component.version,
    },
    severity: rating.severity,
    score: rating.score,
    vector: rating.vector,
    method: rating.method,
    fixedIn,
    summary: summary === undefined ? undefined : shorten(summary, MAX_SUMMARY_CHARS),
    url: addressOf(finding),
    urls: addressesOf(finding),
    published,
    epss: epss?.score,
    epssPercentile: epss?.percentile,
    kev: kev?.dateAdded,
    isDevelopment: component.isDevelopment,
    counts,
    excuses: excuses.map((excuse) => ({ kind: excuse.kind, says: sayExcuse(excuse) })),
    statement: statement === undefined ? undefined : describeStatement(statement),
    platforms,
    locations,
  };
}
