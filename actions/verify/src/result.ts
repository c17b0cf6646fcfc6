import type { Outputs } from '@artifact-lifecycle/core/action';
import type { Evidence, Verification } from '@artifact-lifecycle/trust';
import type { Artifact } from './artifact.ts';
import type { verify } from './inputs.ts';

/** One artifact, and what verifying it came to. */
export interface VerifiedArtifact {
  readonly artifact: Artifact;
  readonly verification: Verification;
}

/** A run as it is told to people and programs. */
export interface VerifyResult {
  readonly digest: string;
  /** What was named, then the platforms of an index. */
  readonly artifacts: readonly VerifiedArtifact[];
  /** What all of them together came to: the lowest level, and refused where one is. */
  readonly whole: Verification;
  /** What differs between a rebuilt artifact and the published one; `undefined` where nothing was compared. */
  readonly comparison: { readonly equal: boolean; readonly fact: string } | undefined;
}

/** Whether everything that is demanded verifies, for each artifact. */
export function isVerified({ whole, comparison }: VerifyResult): boolean {
  return whole.verified && comparison?.equal !== false;
}

/** Why not, each with the platform it is said of. */
export function refusalsOf({ whole, comparison }: VerifyResult): readonly string[] {
  return comparison === undefined || comparison.equal ? whole.refusals : [...whole.refusals, comparison.fact];
}

export function outputsOf(result: VerifyResult): Outputs<typeof verify> {
  return {
    verified: isVerified(result),
    digest: result.digest,
    slsaLevel: result.whole.slsa.level,
    evidence: result.whole.evidence.map(evidenceEntry),
  };
}

/** What the summary says beyond the outputs, for the output `json`. */
export function factsOf(result: VerifyResult): Readonly<Record<string, unknown>> {
  return {
    refusals: refusalsOf(result),
    slsa: result.whole.slsa,
    artifacts: result.artifacts.map(({ artifact, verification }) => ({
      name: artifact.name,
      digest: artifact.digest,
      verified: verification.verified,
      slsaLevel: verification.slsa.level,
    })),
    ...(result.comparison !== undefined && { comparison: result.comparison }),
  };
}

/** A predicate may have megabytes: who needs it has the bundle, which the origin names. */
function evidenceEntry({ statement: _, signedAt, ...evidence }: Evidence): Readonly<Record<string, unknown>> {
  return { ...evidence, ...(signedAt !== undefined && { signedAt: new Date(signedAt).toISOString() }) };
}
