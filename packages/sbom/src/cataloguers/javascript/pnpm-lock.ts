import { SuiteError } from '@artifact-lifecycle/core';
import type { Cataloguer } from '../cataloguer.ts';
import { asText, field, isJsonObject, type JsonObject, objectField, textField } from '../json.ts';
import { parseYaml } from '../yaml.ts';
import { parseIntegrity } from './integrity.ts';
import { lockFileCataloguer } from './lock-file-cataloguer.ts';
import type { LockFacts } from './locked-packages.ts';
import { joinRoots, type LockedPackage, type LockedTree, type Roots } from './locked-tree.ts';
import { isPackageName } from './package-name.ts';
import { parsePnpmKey } from './pnpm-key.ts';

/** pnpm's lock files of versions 5 to 9. */
export const pnpmLock: Cataloguer<LockFacts> = lockFileCataloguer({
  name: 'pnpm-lock',
  names: ['pnpm-lock.yaml'],
  asksProjects: false,
  parse: parsePnpmLock,
});

/**
 * Reads pnpm-lock.yaml of versions 5.x, 6.x and 9.x (pnpm/spec, "lockfile"). All documents count: the first of two
 * is what pnpm itself needs.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parsePnpmLock(text: string): LockedTree {
  const locks = parseYaml(text).filter(isJsonObject);
  if (!locks.some((lock) => field(lock, 'lockfileVersion') !== undefined)) {
    throw new SuiteError('CONTENT_INVALID', 'It names no lockfileVersion.');
  }
  const trees = locks.map(readLock);
  const packages = new Map(trees.flatMap((tree) => tree.packages.map((one) => [one.id, one])));
  return {
    packages: [...packages.values()],
    roots: joinRoots(trees.map(({ roots }) => roots)),
    hasScopes: trees.every(({ hasScopes }) => hasScopes),
  };
}

function readLock(lock: JsonObject): LockedTree {
  const packages = objectField(lock, 'packages');
  // Since version 9 packages are what is fetched, and snapshots what is installed, with their peers.
  const hasSnapshots = field(lock, 'snapshots') !== undefined;
  const installed = hasSnapshots ? objectField(lock, 'snapshots') : packages;
  const find: Find = (name, reference) => {
    const places = [`${name}@${reference}`, `/${name}@${reference}`, `/${name}/${reference}`, reference];
    const found = places.find((place) => Object.hasOwn(installed, place));
    return found === undefined ? [] : [found];
  };
  const importers = Object.values(objectField(lock, 'importers'));
  return {
    packages: Object.entries(installed).flatMap(([key, snapshot]) => {
      const known = hasSnapshots ? objectField(packages, withoutPeers(key)) : snapshot;
      if (!isJsonObject(known)) return [];
      return describePackage(key, known, isJsonObject(snapshot) ? snapshot : {}, find) ?? [];
    }),
    roots: joinRoots([lock, ...importers].filter(isJsonObject).map((importer) => readRoots(importer, find))),
    hasScopes: !hasSnapshots,
  };
}

type Find = (name: string, reference: string) => readonly string[];

function describePackage(
  key: string,
  known: JsonObject,
  snapshot: JsonObject,
  find: Find,
): LockedPackage | undefined {
  const parsed = parsePnpmKey(key);
  const name = textField(known, 'name') ?? parsed?.name;
  if (name === undefined || !isPackageName(name)) return undefined;
  const resolution = objectField(known, 'resolution');
  const repository = textField(resolution, 'repo');
  const required = Object.entries(objectField(snapshot, 'dependencies'));
  const requires = findAll(required, find);
  return {
    id: key,
    name,
    version: textField(known, 'version') ?? parsed?.version,
    resolved:
      repository === undefined
        ? textField(resolution, 'tarball')
        : `git+${repository}#${textField(resolution, 'commit') ?? ''}`,
    hashes: parseIntegrity(textField(resolution, 'integrity')),
    scope: readScope(known),
    requires,
    mayUse: findAll(Object.entries(objectField(snapshot, 'optionalDependencies')), find),
    isIncomplete: requires.length < required.length,
  };
}

function readScope(known: JsonObject): LockedPackage['scope'] {
  if (textField(known, 'dev') === 'true') return 'development';
  return textField(known, 'optional') === 'true' ? 'optional' : undefined;
}

function readRoots(importer: JsonObject, find: Find): Roots {
  const read = (key: string): readonly string[] => findAll(Object.entries(objectField(importer, key)), find);
  return {
    required: read('dependencies'),
    optional: read('optionalDependencies'),
    development: [
      ...read('devDependencies'),
      ...read('configDependencies'),
      ...read('packageManagerDependencies'),
    ],
  };
}

/** A reference is text, or an object with what was asked for and the version it came to. */
function findAll(references: readonly (readonly [string, unknown])[], find: Find): readonly string[] {
  return references.flatMap(([name, value]) => {
    const reference = isJsonObject(value) ? textField(value, 'version') : asText(value);
    return reference === undefined ? [] : find(name, reference);
  });
}

function withoutPeers(key: string): string {
  const at = key.indexOf('(');
  return at < 0 ? key : key.slice(0, at);
}
