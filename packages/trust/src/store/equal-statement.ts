import { createHash } from 'node:crypto';
import type { Statement } from '../statement/statement.ts';
import { readBundleClaim } from './bundle-statement.ts';
import type { StoredBundle, StoredEntry } from './stored-entry.ts';

/** What is about to be signed. */
export interface IntendedStatement {
  readonly statement: Statement;
  /** The certificate's identity, or the key's hint: what the verifier gives for an accepted bundle. */
  readonly identity: string;
}

/** Verifies a bundle and says by whom it is signed; `undefined` where it does not verify. */
export type IdentityOf = (bundle: StoredBundle) => Promise<string | undefined>;

/**
 * Finds a bundle that says the same already: the same subjects by digest, predicate type and predicate (in any order
 * of keys), signed by the same identity. Only bundles that claim so are verified, and only a verified one counts: who
 * could plant a look-alike would else keep the true one from being signed.
 */
export async function findEqualStatement(
  entries: readonly StoredEntry[],
  intended: IntendedStatement,
  identityOf: IdentityOf,
): Promise<StoredBundle | undefined> {
  const wanted = statementDigest(intended.statement);
  for (const entry of entries) {
    if (entry.kind !== 'bundle') continue;
    const claim = readBundleClaim(entry.bytes);
    if (claim.kind !== 'statement' || statementDigest(claim.statement) !== wanted) continue;
    if ((await identityOf(entry)) === intended.identity) return entry;
  }
  return undefined;
}

/** The digest of what a statement says: subjects by their digests, whatever their names, in any order. */
export function statementDigest({ subject, predicateType, predicate }: Statement): string {
  const subjects = subject.map(({ digest }) => canonical(digest)).sort();
  const text = `[${canonical(subjects)},${canonical(predicateType)},${canonical(predicate)}]`;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** JSON with sorted keys and without what is undefined. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
