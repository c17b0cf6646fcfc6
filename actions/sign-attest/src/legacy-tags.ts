import type { ActionContext } from '@artifact-lifecycle/core/action';
import {
  legacyAttestation,
  legacySignature,
  RegistryStore,
  simpleSigningPayload,
} from '@artifact-lifecycle/trust';
import type { Attestation } from './attestation.ts';
import type { Signer } from './signer.ts';

/**
 * Writes cosign's older tags beside the referrers, for readers of before version 2.6: `.sig` for signatures, `.att`
 * for everything else that was signed now.
 *
 * @throws SuiteError `UNSUPPORTED` without Rekor v1 and without a key: nobody could verify them
 */
export async function keepLegacyTags(
  attestations: readonly Attestation[],
  { attestor }: Signer,
  { clock, signal, log }: Pick<ActionContext, 'clock' | 'signal' | 'log'>,
): Promise<void> {
  for (const { planned, signed } of attestations) {
    const { subject, kind } = planned;
    if (subject.registry === undefined || signed === undefined) continue;
    const store = new RegistryStore(subject.registry, { clock });
    if (kind === 'signature') {
      const payload = simpleSigningPayload(subject.name, subject.digest);
      const bundle = await attestor.signPayload(payload, { signal });
      await store.putLegacy(subject.digest, legacySignature(payload, bundle), { signal });
    } else await store.putLegacy(subject.digest, legacyAttestation(signed), { signal });
    log.info(`  ${subject.label}: ${kind} under cosign's older tag`);
  }
}
