import type { Advisory, Affected } from '../advisory/advisory.ts';
import { type EcosystemPackage, ecosystemsOf } from '../advisory/ecosystem-package.ts';
import { newestRecords } from '../advisory/newest-records.ts';
import type { Component, UnmatchedComponent } from '../component/component.ts';
import type { Finding } from '../finding/finding.ts';
import { compareVersions } from '../order/compare-versions.ts';
import { rateAdvisories } from '../severity/rate-advisories.ts';
import type { Candidates } from '../source/advisory-source.ts';
import { entriesOf } from './entries.ts';
import { fixedVersion, isAffected } from './is-affected.ts';
import { mergeNames, type Vulnerability } from './merge-names.ts';

/** What came of matching. */
export interface Matches {
  /** Sorted by purl, then id; each vulnerability once a component. */
  readonly findings: readonly Finding[];
  /** Components that a record names, and about whose version nobody can decide. Sorted by purl. */
  readonly undecided: readonly UnmatchedComponent[];
}

/** An entry of a record that includes the component's version. */
interface Match {
  readonly entry: Affected;
  readonly judged: EcosystemPackage;
}

/** A record with the entries that include the version. */
interface MatchedAdvisory {
  readonly advisory: Advisory;
  readonly matches: readonly Match[];
}

/**
 * Judges candidates by OSV's rules and makes one finding of all records that speak of one vulnerability in one
 * component, by aliases and upstream. Withdrawn records count for nothing, and lend nobody their aliases.
 *
 * Where one record says that a version is fixed, and an alias of it that it is affected, it is affected: databases
 * lag behind each other, and the union is the safe way. Records of a distribution and of an upstream never speak of
 * the same component, because they are of different ecosystems: what a distribution has fixed under an old number is
 * not flagged by upstream's record.
 */
export function matchAdvisories(candidates: readonly Candidates[]): Matches {
  const findings: Finding[] = [];
  const undecided: UnmatchedComponent[] = [];
  for (const { component, advisories } of [...candidates].sort(byPurl)) {
    const packages = ecosystemsOf(component);
    const matched: MatchedAdvisory[] = [];
    const open: string[] = [];
    for (const advisory of newestRecords(advisories)) {
      if (advisory.withdrawn !== undefined) continue;
      const { matches, isUndecided } = judge(advisory, packages);
      if (matches.length > 0) matched.push({ advisory, matches });
      else if (isUndecided) open.push(advisory.id);
    }
    const byId = new Map(matched.map((one) => [one.advisory.id, one]));
    for (const vulnerability of mergeNames(matched.map(({ advisory }) => advisory))) {
      const records = vulnerability.advisories.flatMap(({ id }) => byId.get(id) ?? []);
      findings.push(makeFinding(component, vulnerability, records));
    }
    if (open.length > 0) undecided.push(describeUndecided(component, open));
  }
  return { findings, undecided };
}

function judge(
  { affected }: Advisory,
  packages: readonly EcosystemPackage[],
): { readonly matches: readonly Match[]; readonly isUndecided: boolean } {
  const matches: Match[] = [];
  let isUndecided = false;
  for (const judged of packages) {
    for (const entry of entriesOf(affected, judged)) {
      const verdict = isAffected(entry, judged);
      if (verdict === 'affected') matches.push({ entry, judged });
      if (verdict === 'undecided') isUndecided = true;
    }
  }
  return { matches, isUndecided };
}

function makeFinding(
  component: Component,
  { id, aliases, advisories }: Vulnerability,
  records: readonly MatchedAdvisory[],
): Finding {
  // The record that bears the finding's name says best what it is; then GitHub's, which are written for people.
  const spoken = [...advisories].sort((a, b) => speaksFirst(a, id) - speaksFirst(b, id));
  const first = <Value>(read: (advisory: Advisory) => Value | undefined): Value | undefined =>
    spoken.map(read).find((value) => value !== undefined);
  return {
    id,
    aliases,
    component,
    advisories: advisories.map((advisory) => advisory.id),
    rating: rateAdvisories(
      records.map(({ advisory, matches }) => ({ advisory, entries: matches.map(({ entry }) => entry) })),
    ),
    fixedIn: fixesOf(records),
    summary: first(({ summary }) => summary),
    details: first(({ details }) => details),
    urls: [...new Set(spoken.flatMap(({ references }) => references))],
    published: advisories.flatMap(({ published }) => published ?? []).sort()[0],
    epss: undefined,
    kev: undefined,
  };
}

function speaksFirst(advisory: Advisory, id: string): number {
  return advisory.id === id ? 0 : advisory.id.startsWith('GHSA-') ? 1 : 2;
}

/**
 * Proposes of each record the smallest fix above the installed version, and leaves out what another record of the
 * same vulnerability calls affected. Where that would leave nothing, one record's word that there is a fix stands.
 */
function fixesOf(records: readonly MatchedAdvisory[]): readonly string[] {
  const matches = records.flatMap((one) => one.matches);
  const fixes = matches.flatMap(({ entry, judged }) => {
    const version = fixedVersion(entry, judged);
    return version === undefined ? [] : [{ version, judged }];
  });
  const safe = fixes.filter(({ version, judged }) =>
    matches.every(
      (other) =>
        other.judged.order !== judged.order ||
        other.judged.name !== judged.name ||
        isAffected(other.entry, { ...judged, version }) !== 'affected',
    ),
  );
  const kept = safe.length > 0 ? safe : fixes;
  const sorted = kept.sort(
    (a, b) => compareVersions(a.judged.order, a.version, b.version) ?? (a.version < b.version ? -1 : 1),
  );
  return [...new Set(sorted.map(({ version }) => version))];
}

function describeUndecided({ name, purl, version }: Component, ids: readonly string[]): UnmatchedComponent {
  const sorted = [...ids].sort();
  const more = sorted.length > 3 ? ` and ${sorted.length - 3} more` : '';
  return {
    name,
    purl,
    cause: 'undecided',
    reason: `Whether ${version ?? 'its version'} is affected by ${sorted.slice(0, 3).join(', ')}${more} cannot be decided: the version, or the advisory's, has no place in the order.`,
  };
}

function byPurl({ component: a }: Candidates, { component: b }: Candidates): number {
  return a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0;
}
