import type { Clock } from '@artifact-lifecycle/core';
import type { Digest } from '@artifact-lifecycle/registry';
import {
  type BundleOrigin,
  findAcceptedStatements,
  type IdentityPolicy,
  type ListingStore,
  type NamedTrustedRoot,
} from '@artifact-lifecycle/trust';
import { type AttestedVex, holdsStatements, readAttestedVex, VEX_PREDICATE_TYPES } from './attested.ts';

/** Whose VEX attestations count, and where they are looked for. */
export interface ImageVexQuestion {
  /** Of the index and of its platforms. */
  readonly digests: readonly Digest[];
  readonly stores: readonly ListingStore[];
  readonly identity: IdentityPolicy;
  readonly roots: readonly NamedTrustedRoot[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads the VEX attestations of an image, its index and its platforms that verify for whom they must be by. What does
 * not verify says nothing, and a warning names it.
 *
 * @throws SuiteError those of reading a registry
 */
export async function readImageVex({ digests, ...question }: ImageVexQuestion): Promise<AttestedVex> {
  const statements: AttestedVex['statements'][number][] = [];
  const warnings: string[] = [];
  for (const digest of new Set(digests)) {
    const asked = { ...question, digest, predicateTypes: VEX_PREDICATE_TYPES };
    const { accepted, refused } = await findAcceptedStatements(asked);
    for (const { origin, claim, reason } of refused) {
      // Somebody else's SBOM is nobody's excuse; what could not be read may have been one.
      if (claim !== undefined && !holdsStatements(claim)) continue;
      warnings.push(`The attestation ${nameOf(origin)} of ${digest} does not count as VEX: ${reason}`);
    }
    const found = readAttestedVex(
      accepted.map(({ statement, origin, signer, signedAt }) => ({
        predicateType: statement.predicateType,
        predicate: statement.predicate,
        subject: digest,
        document: `attestation ${nameOf(origin)}`,
        signer,
        signedAt,
      })),
    );
    statements.push(...found.statements);
    warnings.push(...found.warnings);
  }
  return { statements, warnings };
}

function nameOf(origin: BundleOrigin): string {
  switch (origin.kind) {
    case 'referrer':
    case 'buildkit':
      return origin.digest;
    case 'legacy-tag':
      return `${origin.tag} (layer ${origin.layer})`;
    case 'github':
      return origin.id ?? 'at GitHub';
    case 'file':
      return origin.path;
  }
}
