import { VULNERABILITIES_DEFAULTS } from '@artifact-lifecycle/core/policy';
import {
  type Assessment,
  countBySeverity,
  fixText,
  gapsOf,
  limitationsOf,
  mergeFindings,
  nameOf,
  type ReportedFinding,
  unusedExceptionsOf,
  type VulnerabilityPolicy,
} from '@artifact-lifecycle/vulnerabilities';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, count, enumerate, fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';

/** Makes what the gate's settings demand of a finding that counts. */
export function vulnerabilityPolicyOf({
  failOn = VULNERABILITIES_DEFAULTS.failOn,
  onlyFixed = VULNERABILITIES_DEFAULTS.onlyFixed,
  minEpss,
  ignore = [],
}: GateSettings<'vulnerabilities'>): VulnerabilityPolicy {
  return {
    failOn,
    onlyFixed,
    minEpss,
    ignore: ignore.map((exception) => ({ ...exception, package: exception.package })),
  };
}

/**
 * Judges the gate `vulnerabilities`: nothing is known that is bad enough, on any platform. What nobody can judge is an error, by
 * the rule of the action `sbom`, unless something else stops already.
 *
 * @param assessments one for each platform, judged by {@link vulnerabilityPolicyOf}; an image that is no index is its
 *   own one platform.
 */
export function judgeVulnerabilities(
  { failOn = VULNERABILITIES_DEFAULTS.failOn }: GateSettings<'vulnerabilities'>,
  assessments: readonly Assessment[],
): Verdict {
  const findings = mergeFindings(assessments);
  const counting = findings.filter(({ counts }) => counts).toSorted(exploitedFirst);
  const limitations = limitationsOf(assessments);
  const facts: EvidenceFacts = {
    source: shorten(assessments[0]?.source ?? ''),
    failOn,
    counts: { ...countBySeverity(findings) },
    counting: firstOf(counting.map(findingFacts)),
    countingCount: counting.length,
    otherFindings: findings.length - counting.length,
    limitations: firstOf(limitations.map(shorten)),
    unusedExceptions: firstOf(unusedExceptionsOf(assessments).map(({ id }) => shorten(id))),
    platforms: firstOf(
      assessments.map(({ subject, components, verdict }) => ({
        platform: subject.platform ?? null,
        packages: components,
        counting: verdict.findings.filter(({ counts }) => counts).length,
      })),
    ),
  };
  if (assessments.length === 0) return cannotTell('No platform was looked at.', facts);
  if (counting.length > 0) {
    const number = count(counting.length, 'known vulnerability counts', 'known vulnerabilities count');
    return fail(`${number} (fail-on: ${failOn}): ${enumerate(counting.map(sayFinding), 5)}.`, facts);
  }
  const gaps = assessments.flatMap((one) =>
    gapsOf(one).map(({ fact, remedy }) => ({
      text: `${one.subject.platform ?? one.subject.name}: ${fact}`,
      remedy,
    })),
  );
  const [gap] = gaps;
  if (gap !== undefined) {
    const texts = [...new Set(gaps.map(({ text }) => text))];
    return cannotTell(`It cannot be said whether one counts. ${enumerate(texts)}`, {
      ...facts,
      remedy: gap.remedy,
    });
  }
  const packages = assessments.reduce((total, { components }) => total + components, 0);
  const others = findings.length === 0 ? '' : `; ${count(findings.length, 'other is', 'others are')} known`;
  const limited = limitations.length === 0 ? '' : ` ${enumerate(limitations, 2)}`;
  return pass(
    `No known vulnerability counts (fail-on: ${failOn}) in ${count(packages, 'package')}${others}.${limited}`,
    facts,
  );
}

function findingFacts({ finding, platforms }: ReportedFinding): EvidenceFacts {
  const { id, component, rating, fixedIn, epss, kev } = finding;
  return {
    id: shorten(id),
    package: shorten(component.purl),
    severity: rating.severity,
    score: rating.score ?? null,
    fixedIn: firstOf(fixedIn.map(shorten)),
    epss: epss?.score ?? null,
    knownExploited: kev !== undefined,
    platforms: firstOf(platforms.map(shorten)),
  };
}

function sayFinding({ finding }: ReportedFinding): string {
  const { id, component, rating, kev } = finding;
  const severity = rating.severity === 'unknown' ? 'not rated' : rating.severity;
  const fix = fixText(finding);
  const notes = `${severity}${kev === undefined ? '' : ', exploited'}${fix === undefined ? '' : `, fixed in ${fix}`}`;
  return `${id} in ${[nameOf(component), component.version ?? ''].join(' ').trimEnd()} (${notes})`;
}

/** They come sorted by severity; what is exploited is worse. */
function exploitedFirst({ finding: a }: ReportedFinding, { finding: b }: ReportedFinding): number {
  return Number(b.kev !== undefined) - Number(a.kev !== undefined);
}
