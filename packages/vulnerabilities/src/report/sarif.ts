import type { Assessment } from '../assess/assessment.ts';
import { limitationsOf } from './limitations.ts';
import { REPORT_TOOL, REPORT_TOOL_URL, type ReportContext, type ReportedSubject } from './report-context.ts';
import { mergeFindings, type ReportedFinding } from './reported-finding.ts';
import { fingerprintOf, makeResult } from './sarif-result.ts';
import { makeRule } from './sarif-rule.ts';

/** GitHub refuses a run with more results, and shows the first 5,000 of them ("SARIF support"). */
export const MAX_SARIF_RESULTS = 25_000;

/** A list of limitations that nobody reads to its end says no more than its beginning. */
const MAX_NOTIFICATIONS = 100;

/** A report and how much of it there is. */
export interface SarifReport {
  readonly bytes: Uint8Array;
  /** Findings that are too many for GitHub, the mildest. */
  readonly omitted: number;
}

/**
 * Writes findings as SARIF 2.1.0, as GitHub's code scanning takes it: a rule for each vulnerability, a result for each
 * package that has it, those that count first. The same findings are the same bytes.
 */
export function writeSarif(assessments: readonly Assessment[], context: ReportContext): SarifReport {
  const all = mergeFindings(assessments);
  const findings = all.slice(0, MAX_SARIF_RESULTS);
  const omitted = all.length - findings.length;
  const byRule = groupByRule(findings);
  const ruleIds = [...byRule.keys()];
  const indexOf = new Map(ruleIds.map((id, index) => [id, index]));
  const fingerprints = numberFingerprints(findings, context.subject);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: REPORT_TOOL,
            version: context.toolVersion,
            informationUri: REPORT_TOOL_URL,
            rules: ruleIds.map((id) => makeRule(id, byRule.get(id) ?? [])),
          },
        },
        automationDetails: { id: automationId(assessments, context.subject) },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notificationsOf(assessments, omitted),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: findings.map((one, index) =>
          makeResult(one, indexOf.get(one.finding.id) ?? -1, context.subject, fingerprints[index] ?? ''),
        ),
      },
    ],
  };
  return { bytes: Buffer.from(`${JSON.stringify(log, undefined, 2)}\n`), omitted };
}

function groupByRule(findings: readonly ReportedFinding[]): ReadonlyMap<string, readonly ReportedFinding[]> {
  const groups = new Map<string, ReportedFinding[]>();
  for (const one of findings) {
    const group = groups.get(one.finding.id);
    if (group === undefined) groups.set(one.finding.id, [one]);
    else group.push(one);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Two versions of a package in one file are two results: as in GitHub's own fingerprints, a number tells them apart. */
function numberFingerprints(
  findings: readonly ReportedFinding[],
  subject: ReportedSubject,
): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((one) => {
    const hash = fingerprintOf(one, subject);
    const number = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, number);
    return `${hash}:${number}`;
  });
}

/** GitHub's category: what is reported of another image does not replace this (SARIF 2.1.0, 3.17.2). */
function automationId(assessments: readonly Assessment[], { name }: ReportedSubject): string {
  const platforms = new Set(assessments.flatMap(({ subject }) => subject.platform ?? []));
  const [only] = platforms;
  const suffix = platforms.size === 1 && only !== undefined ? `/${only.replaceAll('/', '-')}` : '';
  return `vulnerabilities/${name}${suffix}/`;
}

function notificationsOf(assessments: readonly Assessment[], omitted: number): readonly object[] {
  const limitations = limitationsOf(assessments);
  const shown = limitations.slice(0, MAX_NOTIFICATIONS);
  if (limitations.length > shown.length)
    shown.push(`${limitations.length - shown.length} more of this kind.`);
  if (omitted > 0) shown.push(`${omitted} more findings, the mildest, are too many for this file.`);
  return shown.map((text) => ({ level: 'warning', message: { text } }));
}
