import { isCve } from '../advisory/cve.ts';
import type { ComponentList } from '../component/component.ts';
import { isDistributed } from '../component/distributed.ts';
import type { Finding } from '../finding/finding.ts';
import { matchAdvisories } from '../matching/match-advisories.ts';
import type {
  AdvisorySource,
  Candidates,
  Epss,
  ExploitationSource,
  KnownExploited,
} from '../source/advisory-source.ts';
import { judge } from '../verdict/judge.ts';
import type { VulnerabilityPolicy } from '../verdict/verdict.ts';
import type { VexStatement } from '../vex/statement.ts';
import type { VexSubject } from '../vex/subject.ts';
import type { AssessedSubject, Assessment, UncoveredPackages } from './assessment.ts';

/** What is asked of one subject. */
export interface VulnerabilityQuestion {
  readonly subject: AssessedSubject;
  /** How statements may name it. */
  readonly names: VexSubject;
  /** What is in it, from an inventory or a document of any tool. */
  readonly packages: ComponentList;
  readonly source: AdvisorySource;
  /** Asked only where the policy speaks of it: EPSS for `minEpss`, KEV for `failOn: kev`. */
  readonly exploitation: ExploitationSource;
  readonly statements: readonly VexStatement[];
  readonly policy: VulnerabilityPolicy;
  /** Milliseconds since 1970: the day on which exceptions must hold. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Says what is known against a subject and which of it counts: asks the source, matches, asks for scores where the
 * policy wants them, and judges. What could not be matched, or the source knows nothing of, is in the answer.
 *
 * @throws SuiteError `UNREACHABLE`, `RATE_LIMITED`, … where a source cannot be asked; `INPUT_INVALID` for an exception
 *   that has ended
 */
export async function assessVulnerabilities(question: VulnerabilityQuestion): Promise<Assessment> {
  const { subject, names, packages, source, statements, policy, now, signal } = question;
  const candidates = await source.find(packages.components, { signal });
  const { findings, undecided } = matchAdvisories(candidates);
  const enriched = await addExploitation(findings, question);
  return {
    subject,
    source: source.title,
    components: packages.components.length,
    verdict: judge(enriched, statements, names, policy, now),
    unmatched: [...packages.unmatched, ...undecided],
    notCovered: groupGaps(candidates),
  };
}

function groupGaps(candidates: readonly Candidates[]): readonly UncoveredPackages[] {
  const groups = new Map<string, UncoveredPackages>();
  for (const { component, gap } of candidates) {
    if (gap === undefined) continue;
    const { ecosystem, reason } = gap;
    const before = groups.get(ecosystem);
    groups.set(ecosystem, {
      ecosystem,
      reason,
      components: (before?.components ?? 0) + 1,
      isDistribution: before?.isDistribution === true || isDistributed(component),
    });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Adds what is known of exploitation beside advisories, where the policy asks for it. */
async function addExploitation(
  findings: readonly Finding[],
  { exploitation, policy, signal }: VulnerabilityQuestion,
): Promise<readonly Finding[]> {
  const wantsEpss = policy.minEpss !== undefined;
  const wantsKev = policy.failOn === 'kev';
  const cves = [...new Set(findings.flatMap(cvesOf))].sort();
  if (cves.length === 0 || !(wantsEpss || wantsKev)) return findings;
  const [scores, catalogue] = await Promise.all([
    wantsEpss ? exploitation.epss(cves, { signal }) : new Map<string, Epss>(),
    wantsKev ? exploitation.kev({ signal }) : new Map<string, KnownExploited>(),
  ]);
  return findings.map((finding) => {
    const own = cvesOf(finding);
    const [epss] = own.flatMap((cve) => scores.get(cve) ?? []).sort((a, b) => b.score - a.score);
    const [kev] = own.flatMap((cve) => catalogue.get(cve) ?? []);
    return { ...finding, epss, kev };
  });
}

/** A finding may be several CVEs, where one record is about them all. */
function cvesOf({ id, aliases }: Finding): readonly string[] {
  return [id, ...aliases].filter(isCve);
}
