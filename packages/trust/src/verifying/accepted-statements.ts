import type { Clock } from '@artifact-lifecycle/core';
import type { Digest } from '@artifact-lifecycle/registry';
import type { NamedTrustedRoot } from '../instance/instance.ts';
import type { Statement } from '../statement/statement.ts';
import type { ListingStore } from '../store/attestation-store.ts';
import { gatherEntries } from '../store/gather-entries.ts';
import type { BundleOrigin, Evidence } from './evidence.ts';
import type { IdentityPolicy } from './policy.ts';
import { verifyArtifact } from './verify-artifact.ts';

/** Whose statements are looked for, and of which types. */
export interface StatementQuestion {
  readonly digest: Digest;
  readonly stores: readonly ListingStore[];
  readonly identity: IdentityPolicy;
  /** URIs of predicate types. */
  readonly predicateTypes: readonly `${string}:${string}`[];
  readonly roots: readonly NamedTrustedRoot[];
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
}

/** A statement about an artifact that verifies for whom was named. */
export interface AcceptedStatement {
  readonly statement: Statement;
  readonly origin: BundleOrigin;
  /** The certificate's identity; `undefined` for a key. */
  readonly signer: string | undefined;
  /** Milliseconds since 1970. */
  readonly signedAt: number | undefined;
}

/** What was found of these types: what verifies, and why the rest does not. */
export interface StatementAnswer {
  readonly accepted: readonly AcceptedStatement[];
  readonly refused: readonly RefusedStatement[];
}

/** A statement that does not count, or that could not be read far enough to say what it is. */
export interface RefusedStatement {
  readonly origin: BundleOrigin;
  /** What it claims to say; nobody has vouched for it. */
  readonly claim: Statement | undefined;
  /** One sentence. */
  readonly reason: string;
}

/**
 * Finds statements of some types about an artifact and gives those that verify for an identity; cosign's older tags
 * count, too. That there is none is an answer; a store that cannot be asked is an error.
 *
 * @throws SuiteError those of the stores and of `verifyArtifact`
 */
export async function findAcceptedStatements(question: StatementQuestion): Promise<StatementAnswer> {
  const { digest, stores, identity, predicateTypes, roots, clock, signal } = question;
  const wanted = new Set<string>(predicateTypes);
  const entries = await gatherEntries(stores, digest, {
    signal,
    legacy: true,
    matters: (predicateType) => wanted.has(predicateType),
  });
  if (entries.length === 0) return { accepted: [], refused: [] };
  const { evidence } = await verifyArtifact({
    digest,
    entries,
    policy: {
      identity,
      sourceRefs: [],
      events: [],
      denySelfHosted: false,
      builders: [],
      minSlsaLevel: 0,
      require: predicateTypes,
      allowLegacy: true,
    },
    roots,
    clock,
  });
  const relevant = evidence.filter(
    ({ predicateType }) => predicateType === undefined || wanted.has(predicateType),
  );
  return {
    accepted: relevant.flatMap(acceptedStatement),
    refused: relevant
      .filter(({ verdict }) => verdict === 'refused')
      .map(({ origin, statement, reason }) => ({ origin, claim: statement, reason })),
  };
}

function acceptedStatement({
  verdict,
  statement,
  origin,
  certificate,
  signedAt,
}: Evidence): readonly AcceptedStatement[] {
  if (verdict !== 'accepted' || statement === undefined) return [];
  return [{ statement, origin, signer: certificate?.identity, signedAt }];
}
