import { SuiteError } from '@artifact-lifecycle/core';
import type { Cataloguer } from '../cataloguer.ts';
import {
  asText,
  field,
  isJsonObject,
  type JsonObject,
  listField,
  parseJsonObject,
  textField,
  withoutTrailingCommas,
} from '../json.ts';
import { namesIn, readDependencyNames } from './dependency-names.ts';
import { parseIntegrity } from './integrity.ts';
import { lockFileCataloguer } from './lock-file-cataloguer.ts';
import type { LockFacts } from './locked-packages.ts';
import { joinRoots, type LockedPackage, type LockedTree, NO_ROOTS, type Roots } from './locked-tree.ts';
import { NodeLookup } from './node-lookup.ts';
import { isPackageName, splitSpecifier } from './package-name.ts';

/** Bun's lock file as text, which it writes since version 1.2; the binary one before it is not read. */
export const bunLock: Cataloguer<LockFacts> = lockFileCataloguer({
  name: 'bun-lock',
  names: ['bun.lock'],
  asksProjects: false,
  parse: parseBunLock,
});

/**
 * Reads bun.lock: JSON with commas too many. Its keys are places: `a/b` is the `b` in `node_modules` of `a`.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseBunLock(text: string): LockedTree {
  const lock = parseJsonObject(withoutTrailingCommas(text));
  const packages = field(lock, 'packages');
  const workspaces = field(lock, 'workspaces');
  if (!isJsonObject(packages) || !isJsonObject(workspaces)) {
    throw new SuiteError('CONTENT_INVALID', 'It has no packages or no workspaces.');
  }
  const tuples = new Map<string, readonly unknown[]>();
  for (const [key, tuple] of Object.entries(packages)) {
    if (Array.isArray(tuple)) tuples.set(placeOf(key), tuple);
  }
  const lookup = new NodeLookup();
  const find = (from: string, names: readonly string[]): readonly string[] =>
    names.flatMap(
      (name) => lookup.find(from, name, (place) => (tuples.has(place) ? [place] : undefined)) ?? [],
    );
  return {
    packages: [...tuples].flatMap(([place, tuple]) => describeTuple(place, tuple, workspaces, find) ?? []),
    roots: joinRoots(
      Object.entries(workspaces).map(([path, workspace]) =>
        isJsonObject(workspace) ? readRoots(path, workspace, find) : NO_ROOTS,
      ),
    ),
    hasScopes: false,
  };
}

type Find = (from: string, names: readonly string[]) => readonly string[];

/** `[name@version, registry, { dependencies }, integrity]`, for some kinds of sources with less. */
function describeTuple(
  place: string,
  tuple: readonly unknown[],
  workspaces: JsonObject,
  find: Find,
): LockedPackage | undefined {
  const [specifier, second] = tuple;
  if (typeof specifier !== 'string') return undefined;
  const { name, rest = '' } = splitSpecifier(specifier);
  const [, folder] = /^workspace:(.*)$/.exec(rest) ?? [];
  const info = folder === undefined ? tuple.find(isJsonObject) : field(workspaces, folder);
  if (!isPackageName(name) || rest === 'root:') return undefined;
  const known = isJsonObject(info) ? info : {};
  const { required, optional } = readDependencyNames(known);
  const peers = new Set(listField(known, 'optionalPeers'));
  const needed = required.filter((one) => !peers.has(one));
  const requires = find(place, needed);
  const isPlace = /[:/]/.test(rest);
  return {
    id: place,
    name,
    version: folder === undefined ? (isPlace || rest === '' ? undefined : rest) : textField(known, 'version'),
    resolved: isPlace ? rest : typeof second === 'string' ? second : undefined,
    hashes: parseIntegrity(tuple.map(asText).findLast((one) => one !== undefined && /^sha\d+-/.test(one))),
    isWorkspace: folder !== undefined,
    requires,
    mayUse: find(place, [...optional, ...required.filter((one) => peers.has(one))]),
    isIncomplete: requires.length < needed.length,
  };
}

function readRoots(path: string, workspace: JsonObject, find: Find): Roots {
  const name = textField(workspace, 'name');
  const from = path === '' || name === undefined ? '' : `node_modules/${name}`;
  const { required, optional } = readDependencyNames(workspace);
  return {
    required: find(from, required),
    optional: find(from, optional),
    development: find(from, namesIn(workspace, 'devDependencies')),
  };
}

/** `@s/a/b` as `node_modules/@s/a/node_modules/b`. */
function placeOf(key: string): string {
  const names: string[] = [];
  for (const part of key.split('/')) {
    const last = names.at(-1);
    if (last?.startsWith('@') === true && !last.includes('/')) names[names.length - 1] = `${last}/${part}`;
    else names.push(part);
  }
  return names.map((name) => `node_modules/${name}`).join('/');
}
