import { type Digest, digestOf } from '@artifact-lifecycle/registry';
import type { ListingStore, ListOptions } from './attestation-store.ts';
import type { StoredEntry } from './stored-entry.ts';

/**
 * Every entry about a digest in any of several stores, in their order. The same bundle in two stores is one entry, by
 * its first origin.
 *
 * @throws what a store throws: one that cannot be asked may hold what the others do not, so its silence is no answer.
 */
export async function gatherEntries(
  stores: readonly ListingStore[],
  subject: Digest,
  options?: ListOptions,
): Promise<readonly StoredEntry[]> {
  const lists = await Promise.all(stores.map((store) => store.list(subject, options)));
  const seen = new Set<Digest>();
  return lists.flat().filter((entry) => {
    if (entry.kind !== 'bundle') return true;
    const key = digestOf(entry.bytes);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
