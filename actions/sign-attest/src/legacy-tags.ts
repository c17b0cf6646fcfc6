import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import {
  legacyAttestation,
  legacySignature,
  RegistryStore,
  type Signer,
  type SigstoreInstance,
  simpleSigningPayload,
} from '@artifact-lifecycle/trust';
import type { Attesting } from './attest.ts';
import type { Attestation } from './attestation.ts';

/**
 * Checks, before anything is signed, that somebody could verify cosign's older tags.
 *
 * @throws SuiteError `UNSUPPORTED` without Rekor v1 and without a key
 */
export function requireLegacyWitness(instance: SigstoreInstance, hasKey: boolean): void {
  if (hasKey || instance.rekor?.version === 1) return;
  const witness = instance.rekor === undefined ? 'has no log' : 'has a log of version 2';
  throw new SuiteError(
    'UNSUPPORTED',
    `cosign's older tags need a log of Rekor version 1 or a key, and ${instance.name} ${witness}.`,
    { remedy: 'Set rekor-version to 1, give a key, or leave legacy-cosign-tags out.' },
  );
}

/**
 * Writes cosign's older tags beside the referrers, for readers of before version 2.6: `.sig` for signatures, `.att`
 * for everything else. What is under them already, of the same identity, is left alone.
 */
export async function keepLegacyTags(
  attestations: readonly Attestation[],
  { attestor }: Signer,
  { identity, identityOf }: Pick<Attesting, 'identity' | 'identityOf'>,
  { clock, signal, log }: Pick<ActionContext, 'clock' | 'signal' | 'log'>,
): Promise<void> {
  for (const { planned, signed } of attestations) {
    const { subject, kind } = planned;
    if (subject.registry === undefined) continue;
    const store = new RegistryStore(subject.registry, { clock });
    const isSigned = async (): Promise<boolean> => {
      const entries = await store.list(subject.digest, { legacy: true, signal });
      for (const entry of entries) {
        if (entry.kind === 'legacy-signature' && (await identityOf(subject, entry)) === identity) return true;
      }
      return false;
    };
    if (kind !== 'signature') {
      // The same layer is not added twice.
      await store.putLegacy(subject.digest, legacyAttestation(signed), { signal });
    } else if (!(await isSigned())) {
      const payload = simpleSigningPayload(subject.name, subject.digest);
      const bundle = await attestor.signPayload(payload, { signal });
      await store.putLegacy(subject.digest, legacySignature(payload, bundle), { signal });
    }
    log.info(`  ${subject.label}: ${kind} under cosign's older tag`);
  }
}
