import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence, FoundFile, Report, Scene } from '../cataloguer.ts';
import { isJsonObject, objectField, parseJsonObject } from '../json.ts';
import { type InstalledPackage, InstalledTree, type NpmFacts } from './installed-tree.ts';
import { downloadUrl } from './locations.ts';
import { type LockEntry, readLockEntry } from './lock-entry.ts';
import { isInNodeModules, nameByPlace, parentOf } from './node-lookup.ts';
import { linkPackages } from './package-links.ts';
import { readPackageManifest } from './package-manifest.ts';
import { splitScope } from './package-name.ts';

const HIDDEN_LOCK = '.package-lock.json';

/** A lock file of 60 000 packages. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The largest package.json on npm have 2 MB of generated `exports`. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/**
 * Finds what npm, yarn or pnpm installed: the package.json at the root of each package in `node_modules`, and those
 * of applications outside of it. Dependencies are found as Node finds them; what npm remembers in its hidden lock
 * file (`node_modules/.package-lock.json`) adds hashes, origins and scopes.
 */
export const npmInstalled: Cataloguer<NpmFacts> = {
  name: 'npm-installed',
  origins: ['image', 'directory'],
  selects: { names: ['package.json', HIDDEN_LOCK], accepts: isOfPackage, maxBytes: MAX_BYTES },
  read(file: FoundFile, report: Report): NpmFacts | undefined {
    if (file.path.endsWith(HIDDEN_LOCK)) return { kind: 'lock', entries: readHiddenLock(file) };
    try {
      if (file.bytes.length > MAX_MANIFEST_BYTES) {
        report(`A package.json of ${file.bytes.length} bytes is not read.`);
        return { kind: 'unreadable' };
      }
      return { kind: 'manifest', manifest: readPackageManifest(parseJsonObject(file.text())) };
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
      return { kind: 'unreadable' };
    }
  },
  assemble: assemblePackages,
};

/** Tests, templates and builds inside of packages have package.json files that are no packages. */
function isOfPackage(path: string): boolean {
  const folder = parentOf(path);
  if (path.endsWith(HIDDEN_LOCK)) return folder === 'node_modules' || folder.endsWith('/node_modules');
  return !isInNodeModules(path) || nameByPlace(folder) !== undefined;
}

function readHiddenLock(file: FoundFile): ReadonlyMap<string, LockEntry> {
  const entries = new Map<string, LockEntry>();
  for (const [place, entry] of Object.entries(objectField(parseJsonObject(file.text()), 'packages'))) {
    if (isJsonObject(entry)) entries.set(place, readLockEntry(entry));
  }
  return entries;
}

function assemblePackages(evidence: readonly Evidence<NpmFacts>[], scene: Scene): readonly FoundPackage[] {
  const tree = new InstalledTree(evidence, scene);
  const links = linkPackages(tree);
  if (tree.isExhausted) {
    const [path = ''] = evidence.map((one) => one.path);
    scene.report(path, 'The tree of node_modules takes too many steps to walk: dependencies are missing.');
  }
  return [...tree.packages.values()].flatMap((one) => {
    if (one.name === undefined || one.version === undefined) return [];
    const targets = links.targetsOf.get(one) ?? [];
    // In a directory with sources a package.json may be a fixture or a template.
    const isUsed = one.isInNodeModules || targets.length > 0 || links.needed.has(one) || one.folder === '';
    if (scene.origin === 'directory' && !isUsed) return [];
    return [
      {
        ...describe(one, one.name, one.version),
        kind: !one.isInNodeModules && targets.length > 0 ? ('application' as const) : undefined,
        dependsOn: targets.map(({ folder }) => folder).sort(),
        isDirect: links.direct.has(one) || tree.isGlobal(folderAbove(one)),
        completeness:
          links.incomplete.has(one) || tree.isExhausted ? ('incomplete' as const) : ('complete' as const),
      },
    ];
  });
}

function describe(
  { folder, evidence, manifest, entry }: InstalledPackage,
  fullName: string,
  version: string,
): FoundPackage {
  const authors = manifest?.authors ?? [];
  const hashes = entry?.hashes ?? [];
  const licences = manifest?.licences ?? [];
  return {
    key: folder,
    type: 'npm',
    ...splitScope(fullName),
    version,
    scope: entry?.scope,
    licences: licences.length > 0 ? licences : (entry?.licences ?? []),
    supplier: authors[0],
    authors,
    description: manifest?.description,
    homepage: manifest?.homepage,
    sourceUrl: manifest?.sourceUrl,
    downloadUrl: downloadUrl(entry?.resolved) ?? manifest?.downloadUrl,
    hashes: hashes.length > 0 ? hashes : manifest?.hashes,
    occurrences: [{ path: evidence.path, layer: evidence.layer }],
  };
}

/** The folder whose `node_modules` holds a package; the package's own where it lies in none. */
function folderAbove({ folder, name }: InstalledPackage): string {
  const place = nameByPlace(folder);
  if (name === undefined || place === undefined) return folder;
  return folder.slice(0, Math.max(folder.length - place.length - '/node_modules/'.length, 0));
}
