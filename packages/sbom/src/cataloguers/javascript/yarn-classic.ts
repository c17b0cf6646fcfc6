import { SuiteError } from '@artifact-lifecycle/core';
import type { Hash } from '../../inventory/package.ts';
import { parseIntegrity } from './integrity.ts';
import { type LockedPackage, type LockedTree, NO_ROOTS } from './locked-tree.ts';
import { isPackageName, splitSpecifier } from './package-name.ts';

type Request = readonly [name: string, range: string];

interface Entry {
  /** `lodash@^4.17.0`: all requests that this package answers. */
  readonly requests: readonly string[];
  readonly fields: Map<string, string>;
  readonly dependencies: Request[];
  readonly optionalDependencies: Request[];
}

/**
 * Reads yarn.lock as Yarn 1 writes it: its own format, by lines, and near YAML but none.
 *
 * @throws SuiteError `CONTENT_INVALID` where it has no entry and is not empty
 */
export function parseYarnClassic(text: string): LockedTree {
  const entries = readEntries(text);
  const ids = new Map<string, string>();
  for (const { requests } of entries) {
    for (const request of requests) ids.set(request, requests[0] ?? request);
  }
  const packages = entries.flatMap((entry) => describeEntry(entry, ids) ?? []);
  return { packages, roots: NO_ROOTS, hasScopes: false, requests: [...ids] };
}

function describeEntry(entry: Entry, ids: ReadonlyMap<string, string>): LockedPackage | undefined {
  const [id = ''] = entry.requests;
  const { name, rest = '' } = splitSpecifier(id);
  // `alias@npm:name@range`
  const real = rest.startsWith('npm:') ? splitSpecifier(rest.slice('npm:'.length)) : undefined;
  const ownName = real?.rest === undefined ? name : real.name;
  const version = entry.fields.get('version');
  if (!isPackageName(ownName) || version === undefined) return undefined;
  const find = (requests: readonly Request[]): readonly string[] =>
    requests.flatMap(([asked, range]) => ids.get(`${asked}@${range}`) ?? []);
  const requires = find(entry.dependencies);
  return {
    id,
    name: ownName,
    version,
    resolved: entry.fields.get('resolved'),
    hashes: readHashes(entry.fields),
    requires,
    mayUse: find(entry.optionalDependencies),
    isIncomplete: requires.length < entry.dependencies.length,
  };
}

/** Before integrity there was SHA-1, after the `#` of the address. */
function readHashes(fields: ReadonlyMap<string, string>): readonly Hash[] {
  const hashes = parseIntegrity(fields.get('integrity'));
  if (hashes.length > 0) return hashes;
  const [, hex] =
    /^(?!git).*\.t(?:ar\.)?gz(?:\?[^#]*)?#([\da-f]{40})$/.exec(fields.get('resolved') ?? '') ?? [];
  return hex === undefined ? [] : [{ algorithm: 'SHA-1', hex }];
}

function readEntries(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let section: Request[] | undefined;
  let isEmpty = true;
  for (const line of text.split('\n')) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    isEmpty = false;
    const indent = line.length - line.trimStart().length;
    const entry = entries.at(-1);
    if (indent === 0) {
      const requests = content.endsWith(':') ? readTokens(content.slice(0, -1)) : [];
      section = undefined;
      if (requests.length > 0) {
        entries.push({ requests, fields: new Map(), dependencies: [], optionalDependencies: [] });
      }
    } else if (indent === 2 && content.endsWith(':')) {
      section = sectionOf(entry, content.slice(0, -1));
    } else {
      const [key, value] = readTokens(content);
      if (key === undefined || value === undefined) continue;
      if (indent === 2) entry?.fields.set(key, value);
      else section?.push([key, value]);
    }
  }
  if (entries.length === 0 && !isEmpty)
    throw new SuiteError('CONTENT_INVALID', 'It is no lock file of Yarn.');
  return entries;
}

function sectionOf(entry: Entry | undefined, name: string): Request[] | undefined {
  if (name === 'dependencies') return entry?.dependencies;
  return name === 'optionalDependencies' ? entry?.optionalDependencies : undefined;
}

/** Words, and texts in quotation marks, separated by spaces or commas. */
function readTokens(line: string): readonly string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === ' ' || line[at] === ',') {
      at++;
      continue;
    }
    let end = at;
    if (line[at] === '"') {
      for (end = at + 1; end < line.length && line[end] !== '"'; end++) if (line[end] === '\\') end++;
      tokens.push(line.slice(at + 1, end).replace(/\\(.)/g, '$1'));
      at = end + 1;
    } else {
      while (end < line.length && line[end] !== ' ' && line[end] !== ',') end++;
      tokens.push(line.slice(at, end));
      at = end;
    }
  }
  return tokens;
}
