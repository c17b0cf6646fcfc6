import { SuiteError } from '@artifact-lifecycle/core';
import { PREDICATE_TYPE, SBOM_TYPES } from '../statement/predicate-type.ts';
import type { Evidence } from './evidence.ts';
import type { Requirement, VerificationPolicy } from './policy.ts';
import { PROVENANCE_TYPES } from './provenance-claims.ts';

/** Names for people. */
const NAMES: Readonly<Record<string, string>> = {
  signature: 'signature',
  provenance: 'provenance',
  sbom: 'SBOM attestation',
  vsa: 'verification summary',
};

/**
 * Whether a statement of this type (`undefined`: a bare signature) meets a requirement.
 *
 * A signature is cosign's own statement or a bare one and nothing else: that somebody attested an SBOM does not say
 * that they vouch for the artifact.
 */
export function meets(requirement: Requirement, predicateType: string | undefined): boolean {
  switch (requirement) {
    case 'signature':
      return predicateType === undefined || predicateType === PREDICATE_TYPE.signature;
    case 'provenance':
      return predicateType !== undefined && PROVENANCE_TYPES.includes(predicateType);
    case 'sbom':
      return predicateType !== undefined && SBOM_TYPES.includes(predicateType);
    case 'vsa':
      return predicateType === PREDICATE_TYPE.vsa;
    default:
      return predicateType === requirement;
  }
}

/**
 * Whether a statement of this type (`undefined`: a bare signature) can change what verifying comes to: it can meet a
 * requirement, or it is provenance, of which the level is made. Where nothing is required everything must hold.
 */
export function canCount(
  predicateType: string | undefined,
  { require }: Pick<VerificationPolicy, 'require'>,
): boolean {
  if (require.length === 0) return true;
  if (predicateType !== undefined && PROVENANCE_TYPES.includes(predicateType)) return true;
  return require.some((requirement) => meets(requirement, predicateType));
}

/** @throws SuiteError `INPUT_INVALID` */
export function checkRequirements(requirements: readonly string[]): void {
  for (const requirement of requirements) {
    if (Object.hasOwn(NAMES, requirement) || /^[a-z][a-z0-9+.-]*:\S+$/i.test(requirement)) continue;
    throw new SuiteError('INPUT_INVALID', `Nothing is known that is called ${JSON.stringify(requirement)}.`, {
      remedy: 'Require signature, provenance, sbom, vsa, or the URI of a predicate type.',
    });
  }
}

/** What is demanded and not there, a sentence each. */
export function unmetRequirements(
  policy: VerificationPolicy,
  evidence: readonly Evidence[],
): readonly string[] {
  if (policy.require.length === 0) {
    if (evidence.length === 0) return ['There is no bundle to verify.'];
    return evidence.filter(({ verdict }) => verdict === 'refused').map(({ reason }) => reason);
  }
  return policy.require.flatMap((requirement) => {
    const accepted = evidence.some(
      ({ verdict, predicateType }) => verdict === 'accepted' && meets(requirement, predicateType),
    );
    if (accepted) return [];
    const name = Object.hasOwn(NAMES, requirement)
      ? NAMES[requirement]
      : `attestation of type ${requirement}`;
    const near = evidence.filter(({ predicateType }) => meets(requirement, predicateType));
    const reasons = [...new Set(near.map(({ reason }) => reason))];
    if (reasons.length === 0) return [`There is no ${name} about this artifact.`];
    return [`No ${name} about this artifact is accepted: ${reasons.slice(0, MAX_REASONS).join(' ')}`];
  });
}

/** More reasons than a reader takes in; all of them are in the evidence. */
const MAX_REASONS = 5;
