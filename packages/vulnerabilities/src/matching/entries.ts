import type { Affected } from '../advisory/advisory.ts';
import type { EcosystemPackage } from '../advisory/ecosystem-package.ts';
import { normaliseName, splitEcosystem } from '../advisory/package-name.ts';

/** A record without a release is of all of them, and gives way to one that names it. */
const ANY_RELEASE = Number.MAX_SAFE_INTEGER;

/**
 * Picks the entries of a record that speak of a package. Where entries of several ecosystems do (Ubuntu's archive and
 * Ubuntu Pro), those of the ecosystem that speaks of this very build decide.
 */
export function entriesOf(affected: readonly Affected[], one: EcosystemPackage): readonly Affected[] {
  let best = Number.POSITIVE_INFINITY;
  let entries: Affected[] = [];
  for (const entry of affected) {
    if (normaliseName(entry.ecosystem, entry.name) !== one.name) continue;
    const rank = rankOf(entry.ecosystem, one);
    if (rank === undefined || rank > best) continue;
    if (rank < best) entries = [];
    best = rank;
    entries.push(entry);
  }
  return entries;
}

/** The place of an ecosystem among those of a package; `undefined` where it is another one. */
function rankOf(ecosystem: string, { ecosystems, suffixes }: EcosystemPackage): number | undefined {
  const { base, suffix } = splitEcosystem(ecosystem);
  let isOfBase = false;
  for (const [rank, wanted] of ecosystems.entries()) {
    const parts = splitEcosystem(wanted);
    if (parts.base !== base) continue;
    isOfBase = true;
    if (parts.suffix === suffix) return rank;
    if (rank === 0 && suffix !== undefined && suffixes?.test(suffix) === true) return rank;
  }
  return isOfBase && suffix === undefined ? ANY_RELEASE : undefined;
}
