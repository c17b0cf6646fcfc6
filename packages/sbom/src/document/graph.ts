import { isDistributionType } from '../inventory/distribution-types.ts';
import type { Package } from '../inventory/package.ts';

/** Who depends on whom, by reference; every component is there, and every one can be reached from the root. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * Hangs the packages below the root: those that somebody asked for, and those that no other package needs. Packages
 * of the distribution hang below its operating system. Where packages only need each other in a circle, the first
 * of them by id hangs there.
 */
export function hangBelow(root: string, packages: readonly Package[]): Graph {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const edges = new Map<string, readonly string[]>();
  const needed = new Set<string>();
  for (const { id, dependsOn } of packages) {
    const known = [...new Set(dependsOn)].filter((other) => other !== id && byId.has(other)).sort();
    edges.set(id, known);
    for (const other of known) needed.add(other);
  }
  const system = packages.find(({ kind }) => kind === 'operating-system');
  const below = new Map<string, string[]>([[root, []]]);
  if (system !== undefined) below.set(system.id, [...(edges.get(system.id) ?? [])]);
  const hang = (one: Package): void => {
    const isOfSystem = system !== undefined && one !== system && isDistributionType(one.type);
    below.get(isOfSystem ? system.id : root)?.push(one.id);
  };
  const reached = new Set<string>([root]);
  const reach = (start: string): void => {
    const waiting = [start];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      // One by one: a call takes no hundred thousand arguments.
      for (const other of edges.get(id) ?? []) waiting.push(other);
    }
  };
  if (system !== undefined) {
    hang(system);
    reach(system.id);
  }
  for (const one of packages) {
    if (one === system || (needed.has(one.id) && !one.isDirect)) continue;
    hang(one);
    reach(one.id);
  }
  for (const one of packages) {
    if (reached.has(one.id)) continue;
    hang(one);
    reach(one.id);
  }
  for (const [id, others] of below)
    edges.set(id, [...new Set(others)].filter((other) => other !== id).sort());
  return edges;
}
