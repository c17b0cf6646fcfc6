import { SuiteError } from '@artifact-lifecycle/core';
import type { Report } from '../cataloguer.ts';
import { field, isJsonObject, type JsonObject, objectField, parseJsonObject, textField } from '../json.ts';
import { NO_DEPENDENCIES } from './dependency-names.ts';
import { parseIntegrity } from './integrity.ts';
import { type LockEntry, readLockEntry, readScope } from './lock-entry.ts';
import { type LockedPackage, type LockedTree, NO_ROOTS, type Roots } from './locked-tree.ts';
import { isInNodeModules, NodeLookup, nameByPlace } from './node-lookup.ts';
import { isPackageName, splitSpecifier } from './package-name.ts';

type Entries = ReadonlyMap<string, LockEntry>;

/**
 * Reads package-lock.json and npm-shrinkwrap.json of versions 1, 2 and 3 (npm, "package-lock.json").
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parsePackageLock(text: string, report: Report): LockedTree {
  const lock = parseJsonObject(text);
  const packages = field(lock, 'packages');
  if (isJsonObject(packages)) return makeTree(readEntries(packages), packages, report);
  const dependencies = field(lock, 'dependencies');
  if (!isJsonObject(dependencies) && field(lock, 'lockfileVersion') === undefined) {
    throw new SuiteError('CONTENT_INVALID', 'It has neither packages nor dependencies.');
  }
  return makeTree(readOldEntries(objectField(lock, 'dependencies')), undefined, report);
}

function readEntries(packages: JsonObject): Entries {
  const entries = new Map<string, LockEntry>();
  for (const [place, entry] of Object.entries(packages)) {
    if (isJsonObject(entry)) entries.set(place, readLockEntry(entry));
  }
  return entries;
}

/** Names of workspaces, by their folders: those under which `node_modules` links to them. */
function namesByLink(packages: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [place, entry] of Object.entries(packages)) {
    const name = nameByPlace(place);
    if (!isJsonObject(entry) || field(entry, 'link') !== true || name === undefined) continue;
    const target = textField(entry, 'resolved');
    if (target !== undefined) names.set(target, name);
  }
  return names;
}

/** Version 1 nests what lies in a package's own `node_modules` in it. */
function readOldEntries(dependencies: JsonObject): Entries {
  const entries = new Map<string, LockEntry>();
  const open: (readonly [prefix: string, dependencies: JsonObject])[] = [['', dependencies]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [prefix, object] = next;
    for (const [name, entry] of Object.entries(object)) {
      if (!isJsonObject(entry) || !isPackageName(name)) continue;
      const place = `${prefix}node_modules/${name}`;
      entries.set(place, readOldEntry(entry));
      open.push([`${place}/`, objectField(entry, 'dependencies')]);
    }
  }
  return entries;
}

function readOldEntry(entry: JsonObject): LockEntry {
  const version = textField(entry, 'version') ?? '';
  const alias = version.startsWith('npm:') ? splitSpecifier(version.slice('npm:'.length)) : undefined;
  // For what is not of a registry, the version is where it came from.
  const isPlace = alias === undefined && /[:/]/.test(version);
  return {
    name: alias?.name,
    version: isPlace || version === '' ? undefined : (alias?.rest ?? version),
    resolved: isPlace ? version : textField(entry, 'resolved'),
    isLink: false,
    hashes: parseIntegrity(textField(entry, 'integrity')),
    scope: readScope(entry),
    licences: [],
    dependencies: { ...NO_DEPENDENCIES, required: Object.keys(objectField(entry, 'requires')) },
  };
}

type FindAll = (from: string, names: readonly string[]) => readonly string[];

/** @param packages the field of that name; version 1 has none and does not say what the project asks for */
function makeTree(entries: Entries, packages: JsonObject | undefined, report: Report): LockedTree {
  const lookup = new NodeLookup();
  const findAll: FindAll = (from, names) =>
    names.flatMap((name) => {
      const place = lookup.find(from, name, (folder) => (entries.has(folder) ? folder : undefined));
      const entry = place === undefined ? undefined : entries.get(place);
      const target = entry?.isLink === true ? entry.resolved : place;
      return target !== undefined && entries.has(target) ? [target] : [];
    });
  const links = packages === undefined ? new Map<string, string>() : namesByLink(packages);
  const found = [...entries].flatMap(
    ([place, entry]) => describeEntry(place, entry, links.get(place), findAll) ?? [],
  );
  const tree =
    packages === undefined
      ? { roots: NO_ROOTS, requests: requestsOf(found) }
      : { roots: findRoots(entries, found, packages, findAll) };
  if (lookup.isExhausted) report('Its tree takes too long to walk: dependencies are missing.');
  return { packages: found, hasScopes: true, ...tree };
}

function describeEntry(
  place: string,
  entry: LockEntry,
  linkedName: string | undefined,
  findAll: FindAll,
): LockedPackage | undefined {
  if (place === '' || entry.isLink) return undefined;
  const isWorkspace = !isInNodeModules(place);
  const name = entry.name ?? nameByPlace(place) ?? linkedName ?? place.slice(place.lastIndexOf('/') + 1);
  const isKnown = isWorkspace || entry.version !== undefined || entry.resolved !== undefined;
  if (!isKnown || !isPackageName(name)) return undefined;
  const { required, optional } = entry.dependencies;
  const requires = findAll(place, required);
  return {
    id: place,
    name,
    version: entry.version,
    resolved: isWorkspace ? undefined : entry.resolved,
    hashes: entry.hashes,
    licences: entry.licences,
    scope: entry.scope,
    isWorkspace,
    requires,
    mayUse: findAll(place, optional),
    isIncomplete: requires.length < required.length,
  };
}

/** What lies at the top, by the names it is asked for by. */
function requestsOf(found: readonly LockedPackage[]): LockedTree['requests'] {
  return found.flatMap(({ id }) => {
    const name = nameByPlace(id);
    return name !== undefined && id === `node_modules/${name}` ? [[name, id] as const] : [];
  });
}

/** What workspaces ask for is the project's own wish, too. */
function findRoots(
  entries: Entries,
  found: readonly LockedPackage[],
  packages: JsonObject,
  findAll: FindAll,
): Roots {
  const asking = ['', ...found.flatMap(({ id, isWorkspace }) => (isWorkspace === true ? [id] : []))];
  const required = asking.flatMap((from) => {
    const { required, optional } = entries.get(from)?.dependencies ?? NO_DEPENDENCIES;
    const developed = Object.keys(objectField(objectField(packages, from), 'devDependencies'));
    return findAll(from, [...required, ...optional, ...developed]);
  });
  return { ...NO_ROOTS, required };
}
