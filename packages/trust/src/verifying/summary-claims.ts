import { field, isJsonObject } from '@artifact-lifecycle/registry';
import type { Statement } from '../statement/statement.ts';
import type { VsaPolicy } from './policy.ts';
import { quote } from './refusal.ts';

const LEVEL = /^(SLSA_[A-Z]+_LEVEL_)(\d)$/;

/**
 * Why a verifier's summary does not count, as a sentence, or `undefined` (SLSA, "Verification Summary Attestation",
 * "How to verify"). That its signer may speak for the verifier is the identity policy's to say.
 */
export function summaryProblem({ predicate }: Statement, policy: VsaPolicy | undefined): string | undefined {
  const verifier = field(predicate, 'verifier');
  const id = isJsonObject(verifier) ? field(verifier, 'id') : undefined;
  if (typeof id !== 'string' || id === '') return 'The verification summary names no verifier.';
  const result = field(predicate, 'verificationResult');
  if (result !== 'PASSED') {
    return `The verification summary says ${quote(typeof result === 'string' ? result : undefined)}, not "PASSED".`;
  }
  const resource = field(predicate, 'resourceUri');
  if (typeof resource !== 'string' || resource === '') return 'The verification summary names no resource.';
  if (policy === undefined) return undefined;
  if (policy.verifiers.length > 0 && !policy.verifiers.includes(id)) {
    return `The verification summary is by ${quote(id)}, not by ${policy.verifiers.join(', ')}.`;
  }
  if (policy.resourceUri !== undefined && resource !== policy.resourceUri) {
    return `The verification summary is of ${quote(resource)}, not of ${quote(policy.resourceUri)}.`;
  }
  const levels = field(predicate, 'verifiedLevels');
  const verified = Array.isArray(levels) ? levels.filter((level) => typeof level === 'string') : [];
  const missing = policy.levels.find((level) => !verified.some((found) => includesLevel(found, level)));
  if (missing === undefined) return undefined;
  return `The verification summary verifies ${verified.join(', ') || 'no level'}, not ${missing}.`;
}

/** A level includes the lower ones of its track. */
function includesLevel(found: string, wanted: string): boolean {
  if (found === wanted) return true;
  const [, track, level] = LEVEL.exec(found) ?? [];
  const [, wantedTrack, wantedLevel] = LEVEL.exec(wanted) ?? [];
  return track !== undefined && track === wantedTrack && Number(level) >= Number(wantedLevel);
}
