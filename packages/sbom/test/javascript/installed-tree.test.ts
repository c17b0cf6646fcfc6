import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { npmInstalled } from '../../src/cataloguers/javascript/npm-installed.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';
import { catalogue, wants } from '../support/files.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const HIDDEN_LOCK = 'node_modules/.package-lock.json';

const paths = ['package.json', ...globSync('{node_modules,actions,packages}/**/package.json', { cwd: ROOT })]
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => wants(npmInstalled.selects, path) && realpathSync(join(ROOT, path)) === join(ROOT, path));

const isInstalled = (path: string): boolean => path.startsWith('node_modules/') && path !== HIDDEN_LOCK;

/** This project's own tree, as npm installed it; links lead where they lead. */
function catalogueOwnTree(
  edit: (path: string, bytes: Buffer) => Buffer = (_, bytes) => bytes,
): readonly FoundPackage[] {
  const files = Object.fromEntries(
    [...paths, HIDDEN_LOCK].map((path) => [path, edit(path, readFileSync(join(ROOT, path)))]),
  );
  return catalogue(npmInstalled, files, {
    origin: 'directory',
    resolve: (path) => (existsSync(join(ROOT, path)) ? relative(ROOT, realpathSync(join(ROOT, path))) : path),
  }).packages;
}

/** The folder Node itself would load a name from, asked from a folder; `undefined` where it finds none. */
function askNode(from: string, name: string): string | undefined {
  const places = createRequire(join(ROOT, from, 'index.js')).resolve.paths(`${name}/package.json`) ?? [];
  const found = places
    .map((place) => join(place, name))
    .find((place) => existsSync(join(place, 'package.json')));
  return found === undefined ? undefined : relative(ROOT, realpathSync(found)).replaceAll('\\', '/');
}

describe('a tree that npm installed', () => {
  const packages = catalogueOwnTree();
  /** What install scripts unpacked is there, too, and npm does not know it. */
  const lock = JSON.parse(readFileSync(join(ROOT, HIDDEN_LOCK), 'utf8')).packages;

  it('is there', () => {
    expect(packages.length).toBeGreaterThan(250);
  });

  it('has the edges that Node itself finds, each and no other', () => {
    const keys = new Set(packages.map(({ key }) => key));
    for (const found of packages) {
      const path = found.occurrences[0]?.path ?? '';
      const manifest = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
      const names = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((field) =>
        Object.keys(manifest[field] ?? {}),
      );
      const expected = new Set(names.map((name) => askNode(dirname(path), name)));
      expect({ of: found.key, on: found.dependsOn }).toEqual({
        of: found.key,
        on: [...expected].filter((folder) => folder !== undefined && keys.has(folder)).sort(),
      });
    }
  });

  it('has the same edges by its hidden lock file alone', () => {
    const edges = (list: readonly FoundPackage[]): readonly object[] =>
      list.filter(({ key }) => Object.hasOwn(lock, key)).map(({ key, dependsOn }) => ({ key, dependsOn }));
    const byLock = catalogueOwnTree((path, bytes) => (isInstalled(path) ? Buffer.from('{') : bytes));
    expect(edges(byLock)).toEqual(edges(packages));
  });

  it('knows by its hidden lock file what each package weighed in at, and what is there for development only', () => {
    const inModules = packages.filter(({ key }) => isInstalled(key));
    for (const { key, hashes, scope } of inModules) {
      const entry = lock[key] ?? {};
      expect([key, hashes?.length]).toEqual([key, entry.integrity === undefined ? 0 : 1]);
      expect([key, scope === 'development']).toEqual([key, entry.dev === true]);
    }
  });
});
