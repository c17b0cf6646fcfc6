import type { FoundPackage, Occurrence } from './package.ts';
import { isSameRelease } from './same-release.ts';
import { findSpeakers } from './speakers.ts';

/** Directories that distributions have merged into `usr`; their packages still list the old names. */
const MERGED_DIRECTORIES = /^usr\/(?=(?:bin|sbin|lib|lib32|lib64|libx32)\/)/;

/** A found package split by who owns the files it was found in. */
export interface Ownership {
  /** Where it was found outside of what other packages brought. */
  readonly free: readonly Occurrence[];
  /** The packages that brought the rest. */
  readonly owners: readonly FoundPackage[];
}

/** Says which packages brought the files of another package. */
export type OwnershipRule = (found: FoundPackage) => Ownership;

/**
 * Makes the rule for a set of packages: what lies in a file that a distribution's package brought is that package,
 * and is not listed a second time. A vendor's package that bundles a world of its own (`isThirdParty`) hides
 * nothing, because no distribution's advisory speaks of what is in it. Nor does a package hide what a later layer
 * put in the place of its file, where that is another version: the package did not bring it.
 *
 * A program that was only recognised is also not listed where something says itself what it is: see `FoundPackage.home`.
 *
 * @param layers digests of the image's layers, from the base up.
 */
export function ownershipIn(
  packages: readonly FoundPackage[],
  layers: readonly string[] = [],
): OwnershipRule {
  const owners = packages.filter(({ owned, isThirdParty }) => owned !== undefined && isThirdParty !== true);
  const speakerFor = findSpeakers(packages);
  const known = new Map<string, FoundPackage | undefined>();
  const ownerOf = (path: string): FoundPackage | undefined => {
    const file = path.split('!', 1)[0] ?? path;
    if (known.has(file)) return known.get(file);
    // One spelling after the other: a path is hashed once for all who are asked.
    const owner =
      owners.find(({ owned }) => owned?.has(file)) ??
      (MERGED_DIRECTORIES.test(file) ? findMerged(owners, file.replace(MERGED_DIRECTORIES, '')) : undefined);
    known.set(file, owner);
    return owner;
  };
  // Where a digest is there twice, what lies between is taken for older.
  const firstPlace = new Map([...layers.entries()].reverse().map(([at, layer]) => [layer, at]));
  const lastPlace = new Map(layers.map((layer, at) => [layer, at]));
  const isReplaced = (found: FoundPackage, { layer }: Occurrence, owner: FoundPackage): boolean => {
    const place = firstPlace.get(layer ?? '');
    const places = owner.occurrences.map((one) => lastPlace.get(one.layer ?? '') ?? layers.length);
    if (place === undefined || place <= Math.max(...places)) return false;
    return found.version !== undefined && !isSameRelease(found.version, owner.version);
  };
  return (found) => {
    // A distribution's package also brings the file that says which distribution it is: that is not that package.
    const isItself = found.owned !== undefined || found.kind === 'operating-system';
    if (isItself) return { free: found.occurrences, owners: [] };
    const free: Occurrence[] = [];
    const hiding = new Set<FoundPackage>();
    for (const occurrence of found.occurrences) {
      const owner = ownerOf(occurrence.path);
      const isOwned = owner !== undefined && !isReplaced(found, occurrence, owner);
      const hider = isOwned ? owner : speakerFor(found, occurrence.path);
      if (hider === undefined) free.push(occurrence);
      else hiding.add(hider);
    }
    return { free, owners: [...hiding] };
  };
}

function findMerged(owners: readonly FoundPackage[], path: string): FoundPackage | undefined {
  return owners.find(({ owned }) => owned?.has(path));
}
