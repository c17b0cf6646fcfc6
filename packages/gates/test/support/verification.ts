import type { Evidence, Verification } from '@artifact-lifecycle/trust';

export const DIGEST = `sha256:${'a'.repeat(64)}`;

/** An accepted statement, and what is said otherwise. */
export function acceptedStatement(
  predicateType: string,
  predicate: Readonly<Record<string, unknown>>,
  more: Partial<Evidence> = {},
): Evidence {
  return {
    origin: { kind: 'referrer', digest: `sha256:${'b'.repeat(64)}` },
    subject: DIGEST,
    verdict: 'accepted',
    reason: 'Signed by somebody.',
    predicateType,
    statement: { subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }], predicateType, predicate },
    ...more,
  };
}

/** What verifying came to: verified where something is accepted and nothing refused. */
export function verification(
  evidence: readonly Evidence[],
  refusals: readonly string[] = [],
  level: 0 | 1 | 2 | 3 = 0,
): Verification {
  return { verified: refusals.length === 0, refusals, slsa: { level, missing: [] }, evidence };
}
