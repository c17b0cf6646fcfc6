import { defineOrder } from './order.ts';
import { compareIdentifiers, compareSemverLike, readSemverLike, type SemverLike } from './semver.ts';

/** The order of Dart's packages: SemVer's, but build metadata counts, behind none (dart.dev, pub_semver). */
export const pub = defineOrder(readSemverLike, comparePub);

function comparePub(a: SemverLike, b: SemverLike): number {
  return compareSemverLike(a, b) || compareIdentifiers(a.build, b.build);
}
