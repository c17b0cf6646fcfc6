import type { ListedPackage } from './listed-package.ts';

/** Why a package that Syft lists is not listed by us under the same type, name and version. */
export interface KnownDifference {
  readonly type: string;
  /** Of the whole name; any where absent. */
  readonly name?: RegExp;
  readonly version?: RegExp;
  /** Of every place where it was found: one that lies elsewhere, too, is missing. */
  readonly location?: RegExp;
  /** One sentence: what we list in its place, or why nothing. */
  readonly reason: string;
}

/** What two lists of packages of one image have in common. */
export interface Comparison {
  readonly types: readonly TypeComparison[];
  /** Listed by Syft, not by us, and nobody has said why: a defect here or there. */
  readonly missing: readonly ListedPackage[];
  /** The same, with the reason. */
  readonly explained: readonly { readonly reason: string; readonly packages: readonly ListedPackage[] }[];
  readonly onlyOurs: readonly ListedPackage[];
}

/** Counts of distinct packages of a type. */
export interface TypeComparison {
  readonly type: string;
  readonly theirs: number;
  readonly ours: number;
  readonly both: number;
}

/** Compares by type, name and version; a package counts once, however often it was found. */
export function comparePackages(
  theirs: readonly ListedPackage[],
  ours: readonly ListedPackage[],
  differences: readonly KnownDifference[],
): Comparison {
  const [their, our] = [byIdentity(theirs), byIdentity(ours)];
  const reasons = new Map<string, ListedPackage[]>();
  const missing: ListedPackage[] = [];
  for (const [identity, listed] of their) {
    if (our.has(identity)) continue;
    const reason = differences.find((difference) => explains(difference, listed))?.reason;
    if (reason === undefined) missing.push(listed);
    else reasons.set(reason, [...(reasons.get(reason) ?? []), listed]);
  }
  const types = [...new Set([...their.values(), ...our.values()].map(({ type }) => type))].sort();
  return {
    types: types.map((type) => {
      const of = (all: ReadonlyMap<string, ListedPackage>) =>
        [...all].filter(([, listed]) => listed.type === type);
      const both = of(their).filter(([identity]) => our.has(identity)).length;
      return { type, theirs: of(their).length, ours: of(our).length, both };
    }),
    missing,
    explained: [...reasons].map(([reason, packages]) => ({ reason, packages })),
    onlyOurs: [...our].filter(([identity]) => !their.has(identity)).map(([, listed]) => listed),
  };
}

function byIdentity(packages: readonly ListedPackage[]): ReadonlyMap<string, ListedPackage> {
  const sorted = packages.toSorted((a, b) => (identify(a) < identify(b) ? -1 : 1));
  const merged = new Map<string, ListedPackage>();
  for (const listed of sorted) {
    const before = merged.get(identify(listed));
    const locations = [...(before?.locations ?? []), ...listed.locations];
    merged.set(identify(listed), { ...listed, locations: [...new Set(locations)] });
  }
  return merged;
}

/** What the ecosystem takes for the same name is one: PyPI's by PEP 503; a Go purl is in lower case or is not. */
function identify({ type, name, version }: ListedPackage): string {
  const plain =
    type === 'pypi'
      ? name.toLowerCase().replace(/[-_.]+/g, '-')
      : type === 'golang'
        ? name.toLowerCase()
        : name;
  return `${type} ${plain} ${version}`;
}

function explains(difference: KnownDifference, { type, name, version, locations }: ListedPackage): boolean {
  return (
    difference.type === type &&
    (difference.name?.test(name) ?? true) &&
    (difference.version?.test(version) ?? true) &&
    (difference.location === undefined || isEverywhere(locations, difference.location))
  );
}

function isEverywhere(locations: readonly string[], location: RegExp): boolean {
  return locations.length > 0 && locations.every((path) => location.test(path));
}
