import { posix } from 'node:path';
import type { DeclaredLicence, Party } from '../../inventory/package.ts';
import { type Headers, readHeaders } from './headers.ts';
import { isProjectName, MAX_REQUIREMENTS, parseRequirement, type Requirement } from './requirement.ts';

/** What core metadata says of a distribution (Python Packaging, "Core metadata specifications"). */
export interface Distribution {
  readonly name: string;
  readonly version: string | undefined;
  readonly licences: readonly DeclaredLicence[];
  readonly authors: readonly Party[];
  readonly summary: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
  readonly requires: readonly Requirement[];
}

const WANTED: ReadonlySet<string> = new Set([
  ...['name', 'version', 'summary', 'home-page', 'project-url', 'author', 'author-email', 'maintainer'],
  ...['maintainer-email', 'license', 'license-expression', 'classifier', 'requires-dist'],
]);

/** Longer values are texts that somebody wrote into the wrong field: a whole licence, a README. */
const MAX_VALUE_LENGTH = 1000;

/** A longer `License` is a licence's text, not its name. */
const MAX_LICENCE_NAME_LENGTH = 200;

/** The most authors listed of one distribution. */
const MAX_AUTHORS = 50;

/** Labels of project URLs that lead to the source, normalised ("Well-known Project URLs"). */
const SOURCE_LABELS: ReadonlySet<string> = new Set([
  ...['source', 'sourcecode', 'repository', 'repo', 'code', 'github', 'githubrepo', 'gitlab', 'scm'],
]);

/** Reads METADATA or PKG-INFO; `undefined` where it names no distribution. `path` helps with its version. */
export function readDistribution(bytes: Buffer, path: string): Distribution | undefined {
  const headers = readHeaders(bytes, WANTED);
  const name = stated(headers, 'name');
  if (name === undefined || !isProjectName(name)) return undefined;
  const urls = readProjectUrls(headers);
  return {
    name,
    version: stated(headers, 'version') ?? versionOfFolder(path),
    licences: readLicences(headers),
    authors: readAuthors(headers),
    summary: stated(headers, 'summary')?.replaceAll('\n', ' '),
    homepage: asUrl(stated(headers, 'home-page')) ?? urls.get('homepage') ?? urls.get('home'),
    sourceUrl: [...urls].find(([label]) => SOURCE_LABELS.has(label))?.[1],
    requires: (headers.get('requires-dist') ?? [])
      .slice(0, MAX_REQUIREMENTS)
      .flatMap((text) => parseRequirement(text) ?? []),
  };
}

/** The first value of a header. Old tools wrote `UNKNOWN` where nothing was said. */
function stated(headers: Headers, name: string): string | undefined {
  const value = headers.get(name)?.[0]?.trim();
  return value === undefined || value === '' || value === 'UNKNOWN'
    ? undefined
    : value.slice(0, MAX_VALUE_LENGTH);
}

/** The version in `six-1.16.0.dist-info` or `six-1.16.0-py3.8.egg-info`. */
function versionOfFolder(path: string): string | undefined {
  const folder = path.split('/').findLast((part) => /\.(?:dist-info|egg-info|egg)$/i.test(part));
  if (folder === undefined) return undefined;
  const version = folder.slice(0, -posix.extname(folder).length).split('-')[1];
  return version !== undefined && /^\d/.test(version) ? version : undefined;
}

/** What is declared: the expression (PEP 639), else the licence's name, else what classifiers say. */
function readLicences(headers: Headers): readonly DeclaredLicence[] {
  const expression = stated(headers, 'license-expression');
  if (expression !== undefined) return [{ text: expression, style: 'spdx' }];
  const licence = stated(headers, 'license');
  const isName =
    licence !== undefined && !licence.includes('\n') && licence.length <= MAX_LICENCE_NAME_LENGTH;
  if (isName) return [{ text: licence, style: 'pypi' }];
  const classified = (headers.get('classifier') ?? [])
    .map((classifier) => classifier.split('::').map((part) => part.trim()))
    .filter(([topic, ...rest]) => topic === 'License' && rest.join() !== 'OSI Approved' && rest.length > 0)
    .map((parts) => parts.at(-1) ?? '');
  if (classified.length > 0) return [...new Set(classified)].map((text) => ({ text, style: 'pypi' }));
  // The text of a licence begins with its name, mostly.
  const title = licence?.split('\n').find((line) => line.trim() !== '');
  return title === undefined ? [] : [{ text: title.trim().slice(0, MAX_LICENCE_NAME_LENGTH), style: 'free' }];
}

function readAuthors(headers: Headers): readonly Party[] {
  const authors = readParties(stated(headers, 'author'), stated(headers, 'author-email'));
  if (authors.length > 0) return authors;
  return readParties(stated(headers, 'maintainer'), stated(headers, 'maintainer-email'));
}

/** Two fields that tools fill in two ways: a name and its address, or `Name <address>, …` in the second only. */
function readParties(name: string | undefined, email: string | undefined): readonly Party[] {
  // A comma in quotation marks belongs to a name.
  const entries = ((email ?? '').match(/\s*"[^"]*"[^,]*|[^,]+/g) ?? []).map((entry) => entry.trim());
  const parties = entries.slice(0, MAX_AUTHORS).flatMap((entry): readonly Party[] => {
    const open = entry.indexOf('<');
    if (open === -1) return [];
    const address = entry
      .slice(open + 1)
      .replace(/>.*$/, '')
      .trim();
    const own = entry.slice(0, open).replaceAll('"', '').trim();
    return own === '' && address === '' ? [] : [asParty(own === '' ? address : own, address)];
  });
  const named = name?.split('\n')[0]?.trim() ?? '';
  if (named !== '' && !parties.some((party) => party.name === named)) {
    return [
      asParty(named, entries.length === 1 && parties.length === 0 ? entries[0] : undefined),
      ...parties,
    ];
  }
  if (parties.length > 0) return parties;
  return entries[0] === undefined || entries[0] === '' ? [] : [asParty(entries[0], entries[0])];
}

/** Some write the address into the name, too. */
function asParty(text: string, given: string | undefined): Party {
  const open = text.endsWith('>') ? text.lastIndexOf('<') : -1;
  const [name, email] = open > 0 ? [text.slice(0, open).trim(), text.slice(open + 1, -1)] : [text, given];
  return email?.includes('@') === true ? { name, email } : { name };
}

/** `Project-URL: Source Code, https://…` by label without spaces and case; the first of each. */
function readProjectUrls(headers: Headers): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  for (const entry of headers.get('project-url') ?? []) {
    const comma = entry.indexOf(',');
    const label = entry
      .slice(0, Math.max(comma, 0))
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase();
    const url = asUrl(entry.slice(comma + 1).trim());
    if (url !== undefined && !urls.has(label)) urls.set(label, url);
  }
  return urls;
}

function asUrl(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MAX_VALUE_LENGTH && /^https?:\/\/\S+$/.test(text)
    ? text
    : undefined;
}
