import type { Inventory } from '@artifact-lifecycle/sbom';

/** Stands for whoever asked for a package by its name: above it is nothing. */
const REQUEST = '';

/**
 * Who depends on whom in an inventory, by purl, for statements about a component of a component. A package that somebody
 * asked for by name is not there through another package alone.
 */
export function dependentsOf({ packages }: Inventory): ReadonlyMap<string, readonly string[]> {
  const purls = new Map(packages.map(({ id, purl }) => [id, purl ?? id]));
  const dependents = new Map<string, Set<string>>();
  const add = (below: string | undefined, above: string): void => {
    if (below === undefined || below === above) return;
    const known = dependents.get(below);
    if (known === undefined) dependents.set(below, new Set([above]));
    else known.add(above);
  };
  for (const { id, purl = id, dependsOn, isDirect } of packages) {
    if (isDirect) add(purl, REQUEST);
    for (const other of dependsOn) add(purls.get(other), purl);
  }
  return new Map([...dependents].map(([purl, above]) => [purl, [...above].sort()]));
}
