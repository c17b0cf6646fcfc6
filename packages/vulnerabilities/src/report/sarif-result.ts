import { createHash } from 'node:crypto';
import { isExcused } from '../assess/assessment.ts';
import type { ComponentLocation } from '../component/component.ts';
import type { Excuse } from '../verdict/verdict.ts';
import { describeStatement } from '../vex/describe-statement.ts';
import type { ReportedSubject } from './report-context.ts';
import type { ReportedFinding } from './reported-finding.ts';
import { levelOf } from './sarif-rule.ts';
import { fixText, nameOf, sayExcuse, shorten } from './wording.ts';

/** GitHub shows 100 locations of a result, and refuses more than 1,000 ("SARIF support"). */
const MAX_LOCATIONS = 100;

/** A `result` (SARIF 2.1.0, 3.27). */
export function makeResult(
  reported: ReportedFinding,
  ruleIndex: number,
  subject: ReportedSubject,
  fingerprint: string,
): object {
  const { finding, locations, platforms, counts, excuses, statement } = reported;
  const { id, component, rating, fixedIn, aliases, epss, kev } = finding;
  const layers = [...new Set(locations.flatMap(({ layer }) => layer ?? []))];
  return {
    ruleId: id,
    ruleIndex,
    level: levelOf(rating),
    message: { text: messageOf(reported) },
    locations: placesOf(locations, subject).slice(0, MAX_LOCATIONS),
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    // All results have the list or none (SARIF 2.1.0, 3.27.23); an empty one means that nothing is suppressed.
    // Each once (SARIF's schema: uniqueItems), though two exceptions may say the same.
    suppressions: distinct(excuses.flatMap(suppress)),
    properties: {
      purl: component.purl,
      ...(component.version === undefined ? {} : { version: component.version }),
      fixedIn,
      severity: rating.severity,
      aliases,
      counts,
      ...(isExcused(reported) || excuses.length === 0 ? {} : { passes: excuses.map(sayExcuse) }),
      ...(statement === undefined ? {} : { statement: describeStatement(statement) }),
      ...(platforms.length === 0 ? {} : { platforms }),
      ...(layers.length === 0 ? {} : { layers }),
      ...(epss === undefined ? {} : { epss: epss.score }),
      ...(kev === undefined ? {} : { knownExploitedSince: kev.dateAdded }),
    },
  };
}

/**
 * What a result is known by from one run to the next: the vulnerability, the package and the file, and not the
 * version, so that an update that does not help leaves the alert as it is.
 */
export function fingerprintOf({ finding, locations }: ReportedFinding, subject: ReportedSubject): string {
  const { type, namespace, name } = finding.component;
  const { uri } = placeOf(locations[0], subject);
  const known = [finding.id, type, namespace ?? '', name, uri];
  return createHash('sha256').update(JSON.stringify(known)).digest('hex').slice(0, 32);
}

function messageOf({ finding }: ReportedFinding): string {
  const { id, component, rating, summary } = finding;
  const severity = rating.severity === 'unknown' ? 'not rated' : rating.severity;
  const fix = fixText(finding);
  const title = summary === undefined ? '' : `: ${shorten(summary)}`;
  const said = `${nameOf(component)} ${component.version ?? ''} has ${id} (${severity})${title}`;
  // Brackets would be read as links (SARIF 2.1.0, 3.11.6).
  return `${said.replace(/[.\s]+$/, '')}. ${fix === undefined ? 'No fix is known.' : `Fixed in ${fix}.`}`.replace(
    /[\\[\]]/g,
    (sign) => `\\${sign}`,
  );
}

/** VEX and exceptions were decided outside of what made the findings, and by whoever may (SARIF 2.1.0, 3.35). */
function suppress(excuse: Excuse): readonly object[] {
  if (excuse.kind !== 'vex' && excuse.kind !== 'exception') return [];
  return [{ kind: 'external', status: 'accepted', justification: sayExcuse(excuse) }];
}

function placesOf(locations: readonly ComponentLocation[], subject: ReportedSubject): readonly object[] {
  const places =
    locations.length === 0 ? [placeOf(undefined, subject)] : locations.map((one) => placeOf(one, subject));
  return places.map(({ uri, name, layer }) => ({
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    ...(name === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: name, kind: 'package' }] }),
    ...(layer === undefined ? {} : { properties: { layer } }),
  }));
}

interface Place {
  readonly uri: string;
  /** The whole path, where it goes on inside an archive. */
  readonly name: string | undefined;
  readonly layer: string | undefined;
}

/** A result without a place is not shown by GitHub: what has none is where its subject is. */
function placeOf(location: ComponentLocation | undefined, { kind, name, path }: ReportedSubject): Place {
  if (location === undefined) return { uri: toUri(path ?? name), name: undefined, layer: undefined };
  const outer = location.path.split('!')[0] ?? '';
  const base = kind === 'application' && path !== undefined && path !== '' ? `${path}/` : '';
  // The file itself is what was described: there is nothing beside it.
  const file = kind === 'file' && path !== undefined ? path : `${base}${outer}`;
  const isInside = outer !== location.path;
  return { uri: toUri(file), name: isInside ? location.path : undefined, layer: location.layer };
}

/** A relative reference (RFC 3986, 4.2): what could be read as a scheme or a host is no such thing. */
function toUri(path: string): string {
  // Through bytes, because half a surrogate pair is no text.
  const parts = Buffer.from(path)
    .toString()
    .split('/')
    .filter((part) => part !== '');
  return parts.map((part) => encodeURIComponent(part)).join('/') || 'unknown';
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}
