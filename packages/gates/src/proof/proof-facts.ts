import type { Evidence, Verification } from '@artifact-lifecycle/trust';
import type { EvidenceFacts } from '../verdict/verdict.ts';
import { firstOf, shorten } from '../verdict/verdicts.ts';

/** What a verification rests on, as evidence: who signed what counts, and why the rest does not. */
export function proofFacts({ evidence, refusals }: Verification): EvidenceFacts {
  const accepted = evidence.filter(({ verdict }) => verdict === 'accepted');
  const refused = evidence.filter(({ verdict }) => verdict === 'refused');
  return {
    accepted: firstOf(accepted.map(signatureFacts)),
    acceptedCount: accepted.length,
    refused: firstOf([...new Set(refused.map(({ reason }) => shorten(reason)))]),
    refusedCount: refused.length,
    refusals: firstOf(refusals.map(shorten)),
  };
}

/** One bundle as evidence; what it does not say is `null`. */
export function signatureFacts({
  origin,
  predicateType,
  certificate,
  signedAt,
  logEntries,
}: Evidence): EvidenceFacts {
  return {
    origin: describeOrigin(origin),
    predicateType: predicateType === undefined ? null : shorten(predicateType),
    identity: certificate?.identity ?? null,
    issuer: certificate?.issuer ?? null,
    sourceRepository: certificate?.sourceRepositoryUri ?? null,
    sourceRef: certificate?.sourceRepositoryRef ?? null,
    commit: certificate?.sourceRepositoryDigest ?? null,
    run: certificate?.runInvocationUri ?? null,
    signedAt: signedAt === undefined ? null : new Date(signedAt).toISOString(),
    logEntries: firstOf((logEntries ?? []).map(({ log, index }) => `${shorten(log)}#${index}`)),
  };
}

function describeOrigin(origin: Evidence['origin']): string {
  switch (origin.kind) {
    case 'referrer':
      return origin.digest;
    case 'legacy-tag':
      return `${origin.tag}#${origin.layer}`;
    case 'github':
      return `GitHub attestation ${origin.id ?? 'without id'}`;
    case 'buildkit':
      return `${origin.digest}#${origin.layer}`;
    case 'file':
      return origin.line === undefined ? origin.path : `${origin.path}:${origin.line}`;
  }
}

/** What was accepted first and says most: the newest. `undefined` where nothing was. */
export function newestAccepted({ evidence }: Verification): Evidence | undefined {
  return evidence
    .filter(({ verdict }) => verdict === 'accepted')
    .toSorted((a, b) => (b.signedAt ?? 0) - (a.signedAt ?? 0))[0];
}
