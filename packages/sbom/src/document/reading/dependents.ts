import type { ListedPackage } from './listed-package.ts';

/** Stands above what the subject, or the operating system in it, depends on itself: somebody asked for it by name. */
const SUBJECT = '';

/** What a format says of who depends on whom, by its own references. */
export interface StatedDependencies {
  readonly listed: ReadonlyMap<string, ListedPackage>;
  /** References of what the document is of. */
  readonly subjects: ReadonlySet<string>;
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/**
 * Turns dependencies round: who depends on each package, by purl, sorted. What nobody depends on is not among it; the
 * empty text stands for the subject itself. A package without a purl is called by its reference.
 */
export function dependentsIn({
  listed,
  subjects,
  edges,
}: StatedDependencies): ReadonlyMap<string, readonly string[]> {
  const nameOf = (ref: string): string => listed.get(ref)?.purl ?? ref;
  const dependents = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    if (!listed.has(to)) continue;
    const isTop = subjects.has(from) || listed.get(from)?.kind === 'operating-system';
    const above = isTop ? SUBJECT : nameOf(from);
    const below = nameOf(to);
    if (above === below) continue;
    const known = dependents.get(below);
    if (known === undefined) dependents.set(below, new Set([above]));
    else known.add(above);
  }
  return new Map([...dependents].map(([below, above]) => [below, [...above].sort()]));
}
