import type { InstalledPackage, InstalledTree } from './installed-tree.ts';

/** Who needs whom in an installed tree. */
export interface PackageLinks {
  readonly targetsOf: ReadonlyMap<InstalledPackage, readonly InstalledPackage[]>;
  /** Those that ask for something that is not there. */
  readonly incomplete: ReadonlySet<InstalledPackage>;
  /** Those that an application asks for. */
  readonly direct: ReadonlySet<InstalledPackage>;
  /** Those that anybody asks for. */
  readonly needed: ReadonlySet<InstalledPackage>;
}

/** Finds for each package of a tree those that it asks for, as Node would find them. */
export function linkPackages(tree: InstalledTree): PackageLinks {
  const targetsOf = new Map<InstalledPackage, readonly InstalledPackage[]>();
  const incomplete = new Set<InstalledPackage>();
  const direct = new Set<InstalledPackage>();
  const needed = new Set<InstalledPackage>();
  for (const one of tree.packages.values()) {
    const { required, optional } = tree.dependenciesOf(one);
    const find = (name: string): readonly InstalledPackage[] => {
      const found = tree.find(one, name);
      return found === undefined ? [] : [found];
    };
    const there = required.map(find);
    if (there.some((found) => found.length === 0)) incomplete.add(one);
    const targets = new Set([...there, ...optional.map(find)].flat());
    targets.delete(one);
    targetsOf.set(one, [...targets]);
    for (const target of targets) needed.add(target);
    if (one.isInNodeModules) continue;
    for (const target of [...targets, ...(one.manifest?.developmentDependencies ?? []).flatMap(find)]) {
      direct.add(target);
    }
  }
  return { targetsOf, incomplete, direct, needed };
}
