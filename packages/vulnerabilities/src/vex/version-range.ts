import { compareVersions } from '../order/compare-versions.ts';
import type { VersionOrder } from '../order/version-order.ts';

/** Longer ranges are nobody's; each constraint is compared with all others. */
const MAX_CONSTRAINTS = 1000;

/** Orders of the types of `vers` and purl. */
const ORDERS: ReadonlyMap<string, VersionOrder> = new Map<string, VersionOrder>([
  ['alpine', 'apk'],
  ['apk', 'apk'],
  ['cargo', 'semver'],
  ['composer', 'packagist'],
  ['cran', 'cran'],
  ['deb', 'dpkg'],
  ['gem', 'rubygems'],
  ['golang', 'go'],
  ['hackage', 'hackage'],
  ['hex', 'semver'],
  ['maven', 'maven'],
  ['npm', 'semver'],
  ['nuget', 'nuget'],
  ['pub', 'pub'],
  ['pypi', 'pep440'],
  ['rpm', 'rpm'],
  ['semver', 'semver'],
]);

/** Whether a text looks like a range; what stands in it may still be no version of anything. */
export function isVersionRange(text: string): boolean {
  return RANGE.test(text.replace(/\s/g, ''));
}

const RANGE = /^vers:([a-z0-9.+-]+)\/(.*)$/i;
const CONSTRAINT = /^(>=|<=|!=|>|<|=)?(.+)$/;

interface Constraint {
  readonly comparator: string;
  readonly version: string;
}

/**
 * Whether a version is in a range, `vers:npm/>=1.0.0|<2.0.0` (VERS, "Checking if a version is contained within a
 * range"); `undefined` where the range cannot be read, or its versions cannot be compared: then nobody knows.
 *
 * @param type purl type of the package, whose order counts where the range names none (`vers:generic/…`).
 */
export function holdsVersion(range: string, type: string, version: string | undefined): boolean | undefined {
  const [, scheme = '', list = ''] = RANGE.exec(range.replace(/\s/g, '')) ?? [];
  if (scheme.toLowerCase() === 'all' || list === '*') return list === '*' && scheme.toLowerCase() !== 'none';
  const named = scheme.toLowerCase();
  const order =
    ORDERS.get(named === 'generic' ? type : named) ?? (named === 'generic' ? 'semver' : undefined);
  const constraints = list.split('|').filter((one) => one !== '');
  if (order === undefined || version === undefined || constraints.length > MAX_CONSTRAINTS) return undefined;
  const read = constraints.map(readConstraint);
  if (read.includes(undefined) || read.length === 0) return undefined;
  return contains(
    read.flatMap((one) => one ?? []),
    version,
    order,
  );
}

function contains(
  constraints: readonly Constraint[],
  version: string,
  order: VersionOrder,
): boolean | undefined {
  const sides = constraints.map((constraint) => ({
    ...constraint,
    side: compareVersions(order, version, constraint.version),
  }));
  if (sides.some(({ side }) => side === undefined)) return undefined;
  const equal = sides.filter(({ side }) => side === 0).map(({ comparator }) => comparator);
  if (equal.includes('!=')) return false;
  if (equal.some((comparator) => ['=', '>=', '<='].includes(comparator))) return true;
  const exclusions = sides.filter(({ comparator }) => comparator === '!=');
  const bounds = sides
    .filter(({ comparator }) => comparator !== '=' && comparator !== '!=')
    .sort((a, b) => compareVersions(order, a.version, b.version) ?? 0);
  if (bounds.length === 0) return exclusions.length === sides.length;
  if (equal.length > 0) return false;
  // What stands next to the version on either side decides: a lower bound below it, an upper bound above it.
  const below = bounds.filter(({ side }) => (side ?? 0) > 0).at(-1);
  const above = bounds.find(({ side }) => (side ?? 0) < 0);
  return (
    (below === undefined || below.comparator.startsWith('>')) &&
    (above === undefined || above.comparator.startsWith('<'))
  );
}

function readConstraint(text: string): Constraint | undefined {
  const [, comparator = '=', encoded = ''] = CONSTRAINT.exec(text) ?? [];
  try {
    const version = decodeURIComponent(encoded);
    return version === '' || version === '*' ? undefined : { comparator, version };
  } catch {
    return undefined;
  }
}
