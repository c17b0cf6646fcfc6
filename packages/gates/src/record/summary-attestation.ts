import type { EvidenceFacts } from '../verdict/verdict.ts';
import { VERIFIER_ID } from './promotion-place.ts';
import type { PromotionRecord } from './record.ts';

/** What a verification summary rests on. */
export interface SummaryInput {
  readonly record: PromotionRecord;
  /** `host/name@sha256:…` of the destination, as a URI: what the summary is about. */
  readonly resourceUri: string;
  /** SLSA build level that a gate has proven; 0 where none has looked. */
  readonly slsaLevel: 0 | 1 | 2 | 3;
  /** The attestations that were looked at: digests of their manifests, with where they are. */
  readonly inputAttestations: readonly { readonly uri: string; readonly digest: string }[];
}

/** A level of our own beside SLSA's: there were gates, and every one passed; none was overridden, none only warned. */
export const GATES_PASSED_LEVEL = 'ARTIFACT_LIFECYCLE_GATES_PASSED';

/**
 * The predicate of a verification summary (SLSA 1.0, "Verification Summary Attestation"): what verifiers that know
 * nothing of this suite understand. It says PASSED, since a refused promotion leaves none.
 */
export function makeSummary({
  record,
  resourceUri,
  slsaLevel,
  inputAttestations,
}: SummaryInput): EvidenceFacts {
  const { policy, client, time, gates } = record;
  const judged = gates.filter(({ gate }) => gate !== 'hold' && gate !== 'promote-from');
  const allPassed = judged.length > 0 && gates.every(({ verdict }) => verdict === 'pass');
  return {
    verifier: { id: VERIFIER_ID, version: { 'artifact-lifecycle': client.version } },
    timeVerified: time,
    resourceUri,
    policy:
      policy === null
        ? { uri: `${VERIFIER_ID}#inputs` }
        : { uri: policy.uri, digest: { sha256: policy.sha256 } },
    inputAttestations: inputAttestations.map(({ uri, digest }) => {
      const [algorithm = 'sha256', hex = ''] = digest.split(':');
      return { uri, digest: { [algorithm]: hex } };
    }),
    verificationResult: 'PASSED',
    verifiedLevels: [`SLSA_BUILD_LEVEL_${slsaLevel}`, ...(allPassed ? [GATES_PASSED_LEVEL] : [])],
    slsaVersion: '1.0',
  };
}
