import type { Outputs } from '@artifact-lifecycle/core/action';
import type { Evidence, SlsaVerdict, Verification } from '@artifact-lifecycle/trust';
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
  readonly artifacts: readonly VerifiedArtifact[];
  /** What differs between a rebuilt artifact and the published one; `undefined` where nothing was compared. */
  readonly comparison: { readonly equal: boolean; readonly fact: string } | undefined;
}

/** Whether everything that is demanded verifies, for each artifact. */
export function isVerified({ artifacts, comparison }: VerifyResult): boolean {
  return artifacts.every(({ verification }) => verification.verified) && comparison?.equal !== false;
}

/** The lowest of the levels: whoever runs a platform runs what that one proves. */
export function lowestSlsa({ artifacts }: VerifyResult): SlsaVerdict {
  const verdicts = artifacts.map(({ verification }) => verification.slsa);
  return verdicts.reduce((lowest, one) => (one.level < lowest.level ? one : lowest), verdicts[0] ?? NOTHING);
}

const NOTHING: SlsaVerdict = { level: 0, missing: [{ level: 1, reason: 'There is no provenance.' }] };

/** Why not, each with the artifact it is said of where there are several. */
export function refusalsOf({ artifacts, comparison }: VerifyResult): readonly string[] {
  const refusals = artifacts.flatMap(({ artifact, verification }) =>
    verification.refusals.map((refusal) => (artifacts.length > 1 ? `${artifact.name}: ${refusal}` : refusal)),
  );
  return comparison === undefined || comparison.equal ? refusals : [...refusals, comparison.fact];
}

export function outputsOf(result: VerifyResult): Outputs<typeof verify> {
  return {
    verified: isVerified(result),
    digest: result.digest,
    slsaLevel: lowestSlsa(result).level,
    evidence: result.artifacts.flatMap(({ verification }) => verification.evidence.map(evidenceEntry)),
  };
}

/** What the summary says beyond the outputs, for the output `json`. */
export function factsOf(result: VerifyResult): Readonly<Record<string, unknown>> {
  return {
    refusals: refusalsOf(result),
    slsa: lowestSlsa(result),
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
