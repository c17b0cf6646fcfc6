import type { Clock } from '@artifact-lifecycle/core';
import {
  type IdentityPolicy,
  type RunIdentity,
  type Signer,
  type SigstoreInstance,
  verifyArtifact,
} from '@artifact-lifecycle/trust';
import type { Attesting } from './attest.ts';

/**
 * Says which bundles and older signatures are ours: those that verify, with the instance's trusted root, for the identity that signs now.
 * Who plants a look-alike does not keep the true one from being signed.
 */
export function findOwn(
  { publicKey, attestor }: Signer,
  run: RunIdentity | undefined,
  instance: SigstoreInstance,
  clock: Pick<Clock, 'now'>,
): Pick<Attesting, 'identity' | 'identityOf'> {
  const identity = publicKey === undefined ? (run?.identity ?? attestor.describe()) : attestor.describe();
  const policy: IdentityPolicy =
    publicKey === undefined
      ? { kind: 'certificate', identity: { exact: identity }, issuer: run?.issuer ?? '' }
      : { kind: 'key', publicKey };
  return {
    identity,
    async identityOf(subject, entry) {
      const { verified } = await verifyArtifact({
        digest: subject.digest,
        entries: [entry],
        policy: {
          identity: policy,
          sourceRefs: [],
          events: [],
          denySelfHosted: false,
          builders: [],
          minSlsaLevel: 0,
          require: [],
          allowLegacy: true,
        },
        roots: [{ name: instance.name, root: instance.trustedRoot }],
        clock,
      });
      return verified ? identity : undefined;
    },
  };
}
