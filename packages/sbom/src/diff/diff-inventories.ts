import type { ListedPackage } from '../document/reading/listed-package.ts';
import { isDistributionType } from '../inventory/distribution-types.ts';
import type { Package } from '../inventory/package.ts';
import { parsePurl } from '../purl/parse-purl.ts';

/** What is compared of a package: of an inventory or of a document somebody wrote. */
export type Comparable = Pick<
  Package | ListedPackage,
  'purl' | 'type' | 'namespace' | 'name' | 'version' | 'qualifiers' | 'licence'
>;

/** A package that is on one side only. */
export interface OneSided {
  readonly type: string | undefined;
  /** With its namespace: `@babel/core`, `org.acme/demo`; of distributions' packages without. */
  readonly name: string;
  /** Sorted as text; empty where nobody knows. */
  readonly versions: readonly string[];
  /** Expressions, sorted. */
  readonly licences: readonly string[];
}

/** A package that is on both sides and not the same. */
export interface Changed {
  readonly type: string | undefined;
  readonly name: string;
  /** Versions of one side only; a package may be there in several. Both are empty where licences alone changed. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Where they differ; all of each side. */
  readonly licences: { readonly before: readonly string[]; readonly after: readonly string[] } | undefined;
}

/** What changed from one inventory to another; every list sorted by type and name. */
export interface InventoryDiff {
  readonly added: readonly OneSided[];
  readonly removed: readonly OneSided[];
  readonly changed: readonly Changed[];
  /** Packages that are the same on both sides. */
  readonly unchanged: number;
}

interface Group {
  readonly type: string | undefined;
  readonly name: string;
  readonly before: Side;
  readonly after: Side;
}

interface Side {
  isThere: boolean;
  readonly versions: Set<string>;
  readonly licences: Set<string>;
}

/**
 * Compares packages by type, namespace and name. Architectures and other qualifiers make no other package: an image
 * is compared with another of its kind.
 */
export function diffInventories(before: readonly Comparable[], after: readonly Comparable[]): InventoryDiff {
  const groups = new Map<string, Group>();
  for (const one of before) enter(groups, one, 'before');
  for (const one of after) enter(groups, one, 'after');
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  const added: OneSided[] = [];
  const removed: OneSided[] = [];
  const changed: Changed[] = [];
  for (const group of sorted) {
    const change = compare(group);
    if (!group.before.isThere) added.push(oneSided(group, group.after));
    else if (!group.after.isThere) removed.push(oneSided(group, group.before));
    else if (change !== undefined) changed.push(change);
  }
  return {
    added,
    removed,
    changed,
    unchanged: sorted.length - added.length - removed.length - changed.length,
  };
}

function enter(groups: Map<string, Group>, one: Comparable, side: 'before' | 'after'): void {
  const { type, namespace, name, version, epoch } = identify(one);
  // The namespace of a distribution's package is the distribution, which is not what people call it.
  const full = namespace === undefined || isDistributionType(type) ? name : `${namespace}/${name}`;
  const key = JSON.stringify([type ?? '', full]);
  const group = groups.get(key) ?? { type, name: full, before: makeSide(), after: makeSide() };
  groups.set(key, group);
  group[side].isThere = true;
  if (version !== undefined) group[side].versions.add(epoch === undefined ? version : `${epoch}:${version}`);
  if (one.licence !== undefined) group[side].licences.add(one.licence);
}

/** The purl has names as all tools write them: `Django` of an inventory is `django` in a document. */
function identify(one: Comparable): {
  readonly type: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  readonly epoch: string | undefined;
} {
  const { type, namespace, name, version, qualifiers } = one.purl === undefined ? one : parsePurl(one.purl);
  return { type, namespace, name, version, epoch: qualifiers?.['epoch'] };
}

function makeSide(): Side {
  return { isThere: false, versions: new Set(), licences: new Set() };
}

function compare({ type, name, before, after }: Group): Changed | undefined {
  const gone = [...before.versions].filter((version) => !after.versions.has(version)).sort();
  const come = [...after.versions].filter((version) => !before.versions.has(version)).sort();
  const licences = { before: [...before.licences].sort(), after: [...after.licences].sort() };
  const isSameLicence = licences.before.join('\n') === licences.after.join('\n');
  if (gone.length === 0 && come.length === 0 && isSameLicence) return undefined;
  return { type, name, before: gone, after: come, licences: isSameLicence ? undefined : licences };
}

function oneSided({ type, name }: Group, { versions, licences }: Side): OneSided {
  return { type, name, versions: [...versions].sort(), licences: [...licences].sort() };
}
