import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import type { Advisory, Affected, AffectedRange, RangeEvent, StatedSeverity } from './advisory.ts';
import { isCve } from './cve.ts';
import { describeRecord, listOf, objectOf, shorten, textOf, textsOf } from './json-value.ts';
import { splitEcosystem } from './package-name.ts';

/** Red Hat's kernel advisories name some 4,000 packages. */
const MAX_AFFECTED = 50_000;
/** Packages with every nightly build enumerated have some 10,000. */
const MAX_VERSIONS = 100_000;
/** Ranges of one package, and events of one range: the kernel's have some hundred. */
const MAX_RANGES = 10_000;
/** A distribution's advisory of a kernel is about some thousand vulnerabilities. */
const MAX_NAMES = 10_000;
/** For people; longer text is cut. */
const MAX_SUMMARY_CHARS = 1_000;
const MAX_DETAILS_CHARS = 64 * 1024;
const MAX_REFERENCES = 100;

const EVENT_KINDS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;
const RANGE_TYPES: ReadonlySet<string> = new Set(['SEMVER', 'ECOSYSTEM', 'GIT']);
/** Distributions put the word of an update before its summary: `Moderate: skopeo security update`. */
const SUMMARY_WORD = /^(Critical|Important|Moderate|Low): /;

/**
 * Reads a record of the OSV schema (1.0 to 1.7) from parsed JSON, whose keys and texts may be hostile.
 *
 * What decides is read strictly: a record whose packages, ranges, versions or withdrawal are not what the schema says
 * is an error, because passing over them would be a silent "not affected". All else is taken where it can be read.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseAdvisory(record: unknown): Advisory {
  if (!isJsonObject(record)) throw invalid('The advisory', 'is no JSON object');
  const id = textOf(field(record, 'id'));
  if (id === undefined) throw invalid('The advisory', 'has no id');
  const title = describeRecord(id);
  const withdrawn = field(record, 'withdrawn');
  if (withdrawn !== undefined && textOf(withdrawn) === undefined)
    throw invalid(title, 'has no date in "withdrawn"');
  const affected = listOf(record, 'affected', title, MAX_AFFECTED).flatMap((one, index) =>
    readAffected(one, `${title}, affected[${index}]`),
  );
  const database = objectOf(record, 'database_specific');
  const summary = shorten(field(record, 'summary'), MAX_SUMMARY_CHARS);
  const upstream = textsOf(record, 'upstream', MAX_NAMES);
  const aliases = textsOf(record, 'aliases', MAX_NAMES);
  return {
    id,
    modified: textOf(field(record, 'modified')) ?? '',
    published: textOf(field(record, 'published')),
    withdrawn: textOf(withdrawn),
    aliases: withImplied(id, aliases, upstream),
    upstream: upstream.length > 0 ? upstream : relatedCves(record, affected),
    summary,
    details: shorten(field(record, 'details'), MAX_DETAILS_CHARS),
    severity: readSeverity(record),
    statedWord: textOf(field(database, 'severity')) ?? SUMMARY_WORD.exec(summary ?? '')?.[1],
    affected,
    references: readReferences(record, textOf(field(database, 'url'))),
  };
}

/** `DEBIAN-CVE-2024-1234` and the like say what they are about, also where the record does not. */
function withImplied(id: string, aliases: readonly string[], upstream: readonly string[]): readonly string[] {
  const implied = /-(CVE-\d{4}-\d{4,19})$/.exec(id)?.[1];
  return implied === undefined || aliases.length + upstream.length > 0 ? aliases : [implied];
}

/** Records of distributions from before "upstream" name vulnerabilities in "related"; others mean what it says. */
function relatedCves(record: JsonObject, affected: readonly Affected[]): readonly string[] {
  const isDistribution = affected.some(({ ecosystem }) => splitEcosystem(ecosystem).suffix !== undefined);
  return isDistribution ? textsOf(record, 'related', MAX_NAMES).filter(isCve) : [];
}

/** Nothing for what names no package: a record about commits only. */
function readAffected(one: unknown, title: string): readonly Affected[] {
  if (!isJsonObject(one)) throw invalid(title, 'is no object');
  const of = field(one, 'package');
  if (of === undefined) return [];
  if (!isJsonObject(of)) throw invalid(title, 'has a package that is no object');
  const ecosystem = textOf(field(of, 'ecosystem'));
  const name = textOf(field(of, 'name'));
  if (ecosystem === undefined || name === undefined)
    throw invalid(title, 'has a package without ecosystem or name');
  const versions = listOf(one, 'versions', title, MAX_VERSIONS).map((version) => {
    const text = textOf(version);
    if (text === undefined) throw invalid(title, 'has a version that is no text');
    return text;
  });
  return [
    {
      ecosystem,
      name,
      ranges: listOf(one, 'ranges', title, MAX_RANGES).map((range) => readRange(range, title)),
      versions,
      severity: readSeverity(one),
      statedWord: ['ecosystem_specific', 'database_specific']
        .flatMap((part) => ['severity', 'urgency'].map((key) => textOf(field(objectOf(one, part), key))))
        .find((word) => word !== undefined),
    },
  ];
}

function readRange(range: unknown, title: string): AffectedRange {
  if (!isJsonObject(range)) throw invalid(title, 'has a range that is no object');
  const type = textOf(field(range, 'type'));
  let isKnown = type !== undefined && RANGE_TYPES.has(type);
  const events = listOf(range, 'events', title, MAX_RANGES).flatMap((event): readonly RangeEvent[] => {
    if (!isJsonObject(event)) throw invalid(title, 'has an event that is no object');
    const read = EVENT_KINDS.flatMap((kind) => {
      const said = field(event, kind);
      if (said === undefined) return [];
      const version = textOf(said);
      if (version === undefined) throw invalid(title, `has an event "${kind}" that is no version`);
      return [{ kind, version }];
    });
    if (read.length === 0) isKnown = false;
    return read;
  });
  if (!events.some(({ kind }) => kind === 'introduced')) isKnown = false;
  if (type === 'GIT') return { type, events };
  return { type: isKnown && (type === 'SEMVER' || type === 'ECOSYSTEM') ? type : 'UNKNOWN', events };
}

function readSeverity(of: JsonObject): readonly StatedSeverity[] {
  const list = field(of, 'severity');
  if (!Array.isArray(list)) return [];
  return list.slice(0, MAX_REFERENCES).flatMap((one) => {
    const type = isJsonObject(one) ? textOf(field(one, 'type')) : undefined;
    const score = isJsonObject(one) ? textOf(field(one, 'score')) : undefined;
    return type === undefined || score === undefined ? [] : [{ type, score }];
  });
}

/** The database's own page first, then advisories, then the rest as it comes; only what a browser may open. */
function readReferences(record: JsonObject, page: string | undefined): readonly string[] {
  const list = field(record, 'references');
  const all = (Array.isArray(list) ? list : []).flatMap((one) => {
    const url = isJsonObject(one) ? textOf(field(one, 'url')) : undefined;
    return url === undefined
      ? []
      : [{ url, isAdvisory: isJsonObject(one) && field(one, 'type') === 'ADVISORY' }];
  });
  const sorted = [
    ...(page === undefined ? [] : [page]),
    ...all.filter(({ isAdvisory }) => isAdvisory).map(({ url }) => url),
    ...all.filter(({ isAdvisory }) => !isAdvisory).map(({ url }) => url),
  ];
  return [...new Set(sorted.filter((url) => /^https?:\/\/[^\s<>"]+$/.test(url)))].slice(0, MAX_REFERENCES);
}

function invalid(title: string, what: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${title} ${what}.`, {
    remedy: 'Give records in the OSV format (ossf.github.io/osv-schema).',
  });
}
