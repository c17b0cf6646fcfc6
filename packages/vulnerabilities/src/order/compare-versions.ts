import { apk } from './apk.ts';
import { cran } from './cran.ts';
import { dpkg } from './dpkg.ts';
import { go } from './go.ts';
import { hackage } from './hackage.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import type { ComparedVersion, Order } from './order.ts';
import { packagist } from './packagist.ts';
import { pep440 } from './pep440.ts';
import { pub } from './pub.ts';
import { rpm } from './rpm.ts';
import { rubygems } from './rubygems.ts';
import { semver } from './semver.ts';
import type { VersionOrder } from './version-order.ts';

const ORDERS: Readonly<Record<VersionOrder, Order>> = {
  apk,
  cran,
  dpkg,
  go,
  hackage,
  maven,
  nuget,
  packagist,
  pep440,
  pub,
  rpm,
  rubygems,
  semver,
};

/**
 * Compares two versions by an order: negative where `a` comes first, 0 where they are the same version.
 *
 * `undefined` says that one of the texts is no version of that order, and nothing is known of where it stands.
 */
export function compareVersions(order: VersionOrder, a: string, b: string): number | undefined {
  return ORDERS[order](a)?.(b);
}

/**
 * Reads a version once to compare it with many: what {@link compareVersions} gives for it and each of them.
 * `undefined` where it is no version of that order.
 */
export function readVersion(order: VersionOrder, text: string): ComparedVersion | undefined {
  return ORDERS[order](text);
}
