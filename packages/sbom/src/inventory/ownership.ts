import type { FoundPackage, Occurrence } from './package.ts';

/** Directories that distributions have merged into `usr`; their packages still list the old names. */
const MERGED_DIRECTORIES = /^usr\/(?=(?:bin|sbin|lib|lib32|lib64|libx32)\/)/;

/** A found package split by who owns the files it was found in. */
export interface Ownership {
  /** Where it was found outside of what a distribution's packages own. */
  readonly free: readonly Occurrence[];
  /** The distribution's packages that own the rest. */
  readonly owners: readonly FoundPackage[];
}

/** Says which of a distribution's packages own the files of another package. */
export type OwnershipRule = (found: FoundPackage) => Ownership;

/**
 * Makes the rule for a set of packages: what lies in a file that a distribution's package brought is that package,
 * and is not listed a second time. A vendor's package that bundles a world of its own (`isThirdParty`) hides
 * nothing, because no distribution's advisory speaks of what is in it.
 */
export function ownershipIn(packages: readonly FoundPackage[]): OwnershipRule {
  const owners = packages.filter(({ owned, isThirdParty }) => owned !== undefined && isThirdParty !== true);
  const known = new Map<string, FoundPackage | undefined>();
  const ownerOf = (path: string): FoundPackage | undefined => {
    const file = path.split('!', 1)[0] ?? path;
    if (known.has(file)) return known.get(file);
    const spellings = [file, file.replace(MERGED_DIRECTORIES, '')];
    const owner = owners.find(({ owned }) => spellings.some((spelling) => owned?.has(spelling)));
    known.set(file, owner);
    return owner;
  };
  return (found) => {
    // A distribution's package also brings the file that says which distribution it is: that is not that package.
    const isItself = found.owned !== undefined || found.kind === 'operating-system';
    if (isItself) return { free: found.occurrences, owners: [] };
    const free: Occurrence[] = [];
    const hiding = new Set<FoundPackage>();
    for (const occurrence of found.occurrences) {
      const owner = ownerOf(occurrence.path);
      if (owner === undefined) free.push(occurrence);
      else hiding.add(owner);
    }
    return { free, owners: [...hiding] };
  };
}
