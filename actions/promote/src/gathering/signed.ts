import { SuiteError } from '@artifact-lifecycle/core';
import { judgeAttestation, judgeProvenance, judgeSignature } from '@artifact-lifecycle/gates';
import { type Proven, prove } from './proofs.ts';
import type { Gatherer } from './scene.ts';

/** Gate `signature`. */
export const gatherSignature: Gatherer<'signature'> = async (settings, { proofs }) => {
  const proven = demanded(await prove('signature', settings, proofs));
  return 'verdict' in proven ? proven.verdict : judgeSignature(proven.verification);
};

/** Gate `provenance`. */
export const gatherProvenance: Gatherer<'provenance'> = async (settings, { proofs }) => {
  const proven = demanded(await prove('provenance', settings, proofs));
  return 'verdict' in proven ? proven.verdict : judgeProvenance(proven.verification);
};

/** Gate `attestation`. */
export const gatherAttestation: Gatherer<'attestation'> = async (settings, { proofs }) => {
  const proven = demanded(await prove('attestation', settings, proofs));
  return 'verdict' in proven ? proven.verdict : judgeAttestation(settings, proven.verification);
};

function demanded(proven: Proven | undefined): Proven {
  if (proven !== undefined) return proven;
  throw new SuiteError('INTERNAL', 'A gate that needs a signature demanded none.');
}
