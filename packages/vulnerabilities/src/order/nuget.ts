import { defineOrder } from './order.ts';
import { compareSemverLike, readSemverLike, type SemverLike } from './semver.ts';

/** `System.Version` has four numbers, the last of which is the revision. */
const MAX_NUMBERS = 4;

/**
 * The order of NuGet's packages: SemVer's with up to four numbers, upper and lower case alike (NuGet
 * documentation, "Package versioning").
 */
export const nuget = defineOrder(readNuget, compareSemverLike);

function readNuget(text: string): SemverLike | undefined {
  const version = /^\d/.test(text) ? readSemverLike(text.toLowerCase()) : undefined;
  return version === undefined || version.numbers.length > MAX_NUMBERS ? undefined : version;
}
