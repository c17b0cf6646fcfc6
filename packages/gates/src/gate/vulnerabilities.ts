import { VULNERABILITIES_DEFAULTS } from '@artifact-lifecycle/core/policy';
import {
  type Excuse,
  type JudgedFinding,
  SEVERITIES,
  type UnmatchedComponent,
  type VulnerabilityPolicy,
  type VulnerabilityVerdict,
} from '@artifact-lifecycle/vulnerabilities';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import {
  cannotTell,
  count,
  enumerate,
  fail,
  firstOf,
  MAX_NAMED,
  pass,
  shorten,
} from '../verdict/verdicts.ts';

/** What came out for one platform; an image that is no index is its own one platform. */
export interface PlatformFindings {
  /** `linux/arm64`; `undefined` where the index does not say. */
  readonly platform: string | undefined;
  readonly digest: string;
  /** How many components it has. */
  readonly components: number;
  /** By {@link vulnerabilityPolicyOf}. */
  readonly verdict: VulnerabilityVerdict;
  /** Components that could not be matched, and those that the source cannot judge (`gap`), each with why. */
  readonly unmatched: readonly UnmatchedComponent[];
}

/** What is known of all platforms, and who knows it. */
export interface VulnerabilitiesEvidence {
  /** Title of the source of advisories: `OSV (https://api.osv.dev)`. */
  readonly source: string;
  readonly platforms: readonly PlatformFindings[];
}

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
 * Judges the gate `vulnerabilities`: nothing is known that is bad enough. A component that could not be matched may have
 * anything, so where nothing else speaks against the artifact the verdict is an error.
 */
export function judgeVulnerabilities(
  { failOn = VULNERABILITIES_DEFAULTS.failOn }: GateSettings<'vulnerabilities'>,
  { source, platforms }: VulnerabilitiesEvidence,
): Verdict {
  const counting = distinct(
    platforms.flatMap(({ verdict }) => verdict.findings.filter(({ counts }) => counts)),
  ).toSorted(byHarm);
  const excused = distinct(
    platforms.flatMap(({ verdict }) => verdict.findings.filter(({ counts }) => !counts)),
  );
  const unmatched = distinctUnmatched(platforms.flatMap((platform) => platform.unmatched));
  const facts: EvidenceFacts = {
    source: shorten(source),
    failOn,
    counting: firstOf(counting.map(findingFacts)),
    countingCount: counting.length,
    excused: excusesByKind(excused),
    unmatched: firstOf(unmatched.map(({ name, reason }) => `${shorten(name)}: ${shorten(reason)}`)),
    unmatchedCount: unmatched.length,
    unusedExceptions: unusedEverywhere(platforms),
    platforms: firstOf(
      platforms.map(({ platform, digest, components, verdict }) => ({
        platform: platform ?? null,
        digest,
        components,
        counting: verdict.findings.filter(({ counts }) => counts).length,
      })),
    ),
  };
  if (platforms.length === 0) return cannotTell('No platform was looked at.', facts);
  if (counting.length > 0) {
    const worst = enumerate(counting.map(nameOf), 5);
    return fail(`${count(counting.length, 'finding')} count (${failOn}): ${worst}.`, facts);
  }
  const empty = platforms.find(({ components }) => components === 0);
  if (empty !== undefined) {
    return cannotTell(
      `Nothing is known to be in ${empty.platform ?? empty.digest}, so nothing can be said.`,
      facts,
    );
  }
  if (unmatched.length > 0) {
    const which = enumerate(unmatched.map(({ name, reason }) => `${name} (${reason})`));
    return cannotTell(`${count(unmatched.length, 'component')} could not be matched: ${which}.`, facts);
  }
  const components = platforms.reduce((total, platform) => total + platform.components, 0);
  const excusedNote = excused.length === 0 ? '' : `; ${count(excused.length, 'finding')} excused`;
  return pass(`No finding counts (${failOn}) among ${count(components, 'component')}${excusedNote}.`, facts);
}

function findingFacts({ finding }: JudgedFinding): EvidenceFacts {
  return {
    id: shorten(finding.id),
    component: shorten(finding.component.purl),
    severity: finding.rating.severity,
    score: finding.rating.score ?? null,
    fixedIn: finding.fixedIn.slice(0, MAX_NAMED).map(shorten),
    epss: finding.epss?.score ?? null,
    knownExploited: finding.kev !== undefined,
  };
}

function nameOf({ finding: { id, component, rating, kev, fixedIn } }: JudgedFinding): string {
  const [fix] = fixedIn;
  const notes = [
    rating.severity,
    ...(kev === undefined ? [] : ['exploited']),
    ...(fix === undefined ? [] : [`fixed in ${fix}`]),
  ];
  return `${id} in ${component.name} ${component.version ?? ''}`.trimEnd().concat(` (${notes.join(', ')})`);
}

/** The same finding on several platforms is one. */
function distinct(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  return [
    ...new Map(
      findings.map((judged) => [JSON.stringify([judged.finding.id, judged.finding.component.purl]), judged]),
    ).values(),
  ];
}

function distinctUnmatched(components: readonly UnmatchedComponent[]): readonly UnmatchedComponent[] {
  return [
    ...new Map(components.map((one) => [JSON.stringify([one.name, one.purl, one.reason]), one])).values(),
  ];
}

/** Exploited ones first, then by severity; what nobody has rated stands before what is rated mild. */
function byHarm({ finding: a }: JudgedFinding, { finding: b }: JudgedFinding): number {
  const exploited = Number(b.kev !== undefined) - Number(a.kev !== undefined);
  return (
    exploited ||
    rankOf(b.rating.severity) - rankOf(a.rating.severity) ||
    (b.rating.score ?? 0) - (a.rating.score ?? 0) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) ||
    (a.component.purl < b.component.purl ? -1 : 1)
  );
}

function rankOf(severity: JudgedFinding['finding']['rating']['severity']): number {
  return severity === 'unknown' ? SEVERITIES.indexOf('medium') : SEVERITIES.indexOf(severity);
}

function excusesByKind(findings: readonly JudgedFinding[]): EvidenceFacts {
  const byKind = new Map<Excuse['kind'], number>();
  for (const { excuses } of findings) {
    const [strongest] = excuses;
    if (strongest !== undefined) byKind.set(strongest.kind, (byKind.get(strongest.kind) ?? 0) + 1);
  }
  return Object.fromEntries([...byKind].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An exception that one platform needs is used. */
function unusedEverywhere(platforms: readonly PlatformFindings[]): readonly string[] {
  const [first, ...rest] = platforms.map(
    ({ verdict }) =>
      new Set(verdict.unusedExceptions.map(({ id, package: name }) => JSON.stringify([id, name]))),
  );
  const unused = [...(first ?? [])].filter((key) => rest.every((other) => other.has(key)));
  return firstOf(
    unused.map((key) => {
      const [id, name]: readonly (string | null)[] = JSON.parse(key);
      return shorten(name === null || name === undefined ? String(id) : `${id} in ${name}`);
    }),
  );
}
