import { SuiteError } from '@artifact-lifecycle/core';
import type { SigstoreInstance } from '../instance/instance.ts';
import { loadBundles } from '../verifying/library.ts';
import { type SignedBundle, toSignedBundle } from '../verifying/signed-bundle.ts';
import { prepareTrust } from '../verifying/trust-anchors.ts';
import { verifySignature } from '../verifying/verify-signature.ts';
import type { Signer } from './signer.ts';

/** Verifies what was just signed, before anybody gets it. */
export interface SelfCheck {
  /** @throws SuiteError `NOT_VERIFIED` */
  checkBundle(bytes: Uint8Array, signer: Signer): Promise<void>;
  /** @throws SuiteError `NOT_VERIFIED` */
  check(signed: SignedBundle, signer: Signer): Promise<void>;
}

/** Envelopes and payloads at hand need no artifact to verify. */
const NO_ARTIFACT = { algorithm: 'sha256', hex: '' } as const;

/**
 * Makes the check for an instance: what any verifier with the instance's trusted root will do. Only that the log may have
 * been left out on purpose is known here better than by the root.
 */
export function createSelfCheck(instance: SigstoreInstance): SelfCheck {
  const { name, trustedRoot, rekor } = instance;
  const check = async (signed: SignedBundle, { material, publicKey }: Signer): Promise<void> => {
    const anchors = await prepareTrust({ name, root: trustedRoot });
    const root = { ...anchors, demandsLog: rekor !== undefined };
    try {
      await verifySignature(signed, NO_ARTIFACT, material.kind === 'key' ? publicKey : undefined, [root]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SuiteError(
        'NOT_VERIFIED',
        `What ${name} signed does not verify with its own trusted root. ${reason}`,
        {
          remedy:
            'Check that trusted-root belongs to fulcio-url, rekor-url and tsa-url. Nothing was published.',
          cause: error,
        },
      );
    }
  };
  return {
    check,
    checkBundle: async (bytes, signer) => {
      const { bundleFromJSON } = await loadBundles();
      await check(toSignedBundle(bundleFromJSON(JSON.parse(Buffer.from(bytes).toString('utf8')))), signer);
    },
  };
}
