import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import type { Advisory, Affected, StatedSeverity } from '../advisory/advisory.ts';
import { eventsOfRange, InvalidRange } from './github-range.ts';

/** GitHub's words for ecosystems, by OSV's (GitHub REST API, "List global security advisories"). */
export const GITHUB_ECOSYSTEMS: ReadonlyMap<string, string> = new Map([
  ['npm', 'npm'],
  ['PyPI', 'pip'],
  ['Maven', 'maven'],
  ['NuGet', 'nuget'],
  ['Packagist', 'composer'],
  ['Go', 'go'],
  ['crates.io', 'rust'],
  ['RubyGems', 'rubygems'],
  ['Hex', 'erlang'],
  ['GitHub Actions', 'actions'],
  ['Pub', 'pub'],
  ['SwiftURL', 'swift'],
]);

const OSV_ECOSYSTEMS: ReadonlyMap<string, string> = new Map(
  [...GITHUB_ECOSYSTEMS].map(([osv, github]) => [github, osv]),
);

/** Looser than GitHub's own alphabet, which its documentation does not keep to, either. */
const GHSA_ID = /^GHSA(?:-[0-9a-z]{4}){3}$/i;

/** Longer ones are nobody's; they would only make reports large. */
const MAX_TEXT = 65_536;
const MAX_REFERENCES = 200;

/**
 * Reads an advisory as GitHub's API writes it, and gives it as OSV would.
 *
 * @throws SuiteError `CONTENT_INVALID` for what is none, or has a range that is none: what cannot be read cannot be
 *   held against a package.
 */
export function parseGitHubAdvisory(document: unknown): Advisory {
  const object = isJsonObject(document) ? document : {};
  const id = textField(object, 'ghsa_id');
  if (id === undefined || !GHSA_ID.test(id)) throw broken('An advisory of GitHub', 'has no GHSA id');
  const what = `Advisory ${id} of GitHub`;
  const modified = textField(object, 'updated_at') ?? textField(object, 'published_at');
  if (modified === undefined) throw broken(what, 'has no date');
  const vulnerabilities = field(object, 'vulnerabilities') ?? [];
  if (!Array.isArray(vulnerabilities)) throw broken(what, 'has no list of packages');
  const identifiers = listField(object, 'identifiers').map((one) =>
    isJsonObject(one) ? textField(one, 'value') : undefined,
  );
  const aliases = [textField(object, 'cve_id'), ...identifiers].flatMap((alias) =>
    alias === undefined || alias === id ? [] : [alias],
  );
  const page = textField(object, 'html_url') ?? `https://github.com/advisories/${id}`;
  const references = listField(object, 'references').flatMap((one) => {
    const url = isJsonObject(one) ? field(one, 'url') : one;
    return typeof url === 'string' && url.length <= 2048 ? [url] : [];
  });
  return {
    id,
    modified,
    published: textField(object, 'published_at'),
    withdrawn: textField(object, 'withdrawn_at'),
    aliases: [...new Set(aliases)].sort(),
    upstream: [],
    summary: textField(object, 'summary'),
    details: textField(object, 'description'),
    severity: severitiesOf(object),
    statedWord: textField(object, 'severity'),
    affected: vulnerabilities.flatMap((one: unknown) => readAffected(one, what)),
    references: [...new Set([page, ...references.slice(0, MAX_REFERENCES)])],
  };
}

function readAffected(vulnerability: unknown, what: string): readonly Affected[] {
  if (!isJsonObject(vulnerability)) throw broken(what, 'has an entry that is no object');
  const entry = field(vulnerability, 'package');
  // GitHub allows null here, and for the name: then it is about nothing that has a purl.
  if (entry === undefined) return [];
  if (!isJsonObject(entry)) throw broken(what, 'has a package that is no object');
  const ecosystem = OSV_ECOSYSTEMS.get(textField(entry, 'ecosystem')?.toLowerCase() ?? '');
  const name = textField(entry, 'name');
  // The ecosystem `other` is nothing that a package could be of.
  if (ecosystem === undefined || name === undefined) return [];
  // Without a range nobody knows which versions are safe.
  const range = textField(vulnerability, 'vulnerable_version_range') ?? '>= 0';
  try {
    const { events, versions } = eventsOfRange(range, firstPatched(vulnerability));
    const ranges = events.length === 0 ? [] : [{ type: 'ECOSYSTEM', events } as const];
    return [{ ecosystem, name, ranges, versions, severity: [], statedWord: undefined }];
  } catch (error) {
    if (!(error instanceof InvalidRange)) throw error;
    throw broken(what, `has the range "${range.slice(0, 200)}" for ${name}, which is none`);
  }
}

/** A text; in older versions of the API an object around it. */
function firstPatched(vulnerability: JsonObject): string | undefined {
  const value = field(vulnerability, 'first_patched_version');
  return isJsonObject(value)
    ? textField(value, 'identifier')
    : textField(vulnerability, 'first_patched_version');
}

function severitiesOf(object: JsonObject): readonly StatedSeverity[] {
  const all = field(object, 'cvss_severities');
  const vectors = [
    ...(isJsonObject(all) ? [field(all, 'cvss_v4'), field(all, 'cvss_v3')] : []),
    // What there was before `cvss_severities`.
    field(object, 'cvss'),
  ];
  const found = vectors.flatMap((one) => {
    const score = isJsonObject(one) ? textField(one, 'vector_string') : undefined;
    const type = score === undefined ? undefined : typeOfVector(score);
    return score === undefined || type === undefined ? [] : [{ type, score }];
  });
  return [...new Map(found.map((one) => [one.type, one])).values()];
}

function typeOfVector(vector: string): string | undefined {
  if (vector.startsWith('CVSS:4.')) return 'CVSS_V4';
  if (vector.startsWith('CVSS:3.')) return 'CVSS_V3';
  return vector.startsWith('AV:') ? 'CVSS_V2' : undefined;
}

function textField(object: JsonObject, key: string): string | undefined {
  const value = field(object, key);
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT) : undefined;
}

function listField(object: JsonObject, key: string): readonly unknown[] {
  const value = field(object, key);
  return Array.isArray(value) ? value : [];
}

function broken(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${what} ${fact}.`, {
    remedy: 'Use another source of advisories until it is mended.',
  });
}
