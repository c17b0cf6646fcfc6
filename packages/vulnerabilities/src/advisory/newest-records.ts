import type { Advisory } from './advisory.ts';

/**
 * Each id once, sorted by it: a record may lie in a directory twice, in an archive and beside it, and be given for each
 * of a component's names. The one that was modified later is right.
 */
export function newestRecords(advisories: readonly Advisory[]): readonly Advisory[] {
  const byId = new Map<string, Advisory>();
  for (const advisory of advisories) {
    const known = byId.get(advisory.id);
    if (known === undefined || Date.parse(known.modified) < Date.parse(advisory.modified)) {
      byId.set(advisory.id, advisory);
    }
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
