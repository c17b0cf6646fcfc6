import { createHash, type KeyObject, verify } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import type { SignedEntity } from '@sigstore/verify';
import type { SigstoreInstance } from '../instance/instance.ts';
import { parseTimestamp } from '../timestamp/precise-timestamp.ts';
import { loadBundles, loadFormats, loadVerifier } from './libraries.ts';
import { encodePae } from './pre-auth-encoding.ts';
import type { Signer } from './signer.ts';

/** Verifies bundles that were just made, before anybody gets them. */
export type SelfCheck = (bytes: Uint8Array, signer: Signer) => Promise<void>;

/**
 * Makes the check for an instance: what a verifier with the instance's trusted root will do, with one log entry where
 * there is a log, one timestamp, and one entry in a log of certificates where the root has such logs.
 */
export function createSelfCheck(instance: SigstoreInstance): SelfCheck {
  const { trustedRoot, rekor, tsaUrl } = instance;
  const hasTime = tsaUrl !== undefined || rekor?.version === 1;
  return async (bytes, signer) => {
    const { toTrustMaterial, Verifier } = await loadVerifier();
    const isCertified = signer.material.kind === 'certificate';
    const material = toTrustMaterial(trustedRoot, () => ({
      publicKey: signer.publicKey,
      validFor: () => true,
    }));
    const verifier = new Verifier(material, {
      tlogThreshold: rekor === undefined ? 0 : 1,
      ctlogThreshold: isCertified && trustedRoot.ctlogs.length > 0 ? 1 : 0,
      timestampThreshold: isCertified || hasTime ? 1 : 0,
    });
    try {
      verifier.verify(await readEntity(bytes, signer));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SuiteError(
        'NOT_VERIFIED',
        `What ${instance.name} signed does not verify with its own trusted root: ${reason}.`,
        {
          remedy:
            'Check that trusted-root belongs to fulcio-url, rekor-url and tsa-url. Nothing was published.',
          cause: error,
        },
      );
    }
  };
}

/** The library's view of a bundle, with its blind spots closed: fractions of seconds, and digests other than SHA-256. */
async function readEntity(bytes: Uint8Array, { algorithm }: Signer): Promise<SignedEntity> {
  const [{ bundleFromJSON }, { toSignedEntity }, formats] = await Promise.all([
    loadBundles(),
    loadVerifier(),
    loadFormats(),
  ]);
  const bundle = bundleFromJSON(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const entity = toSignedEntity(bundle);
  const stamps = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
  const timestamps: SignedEntity['timestamps'] = [
    ...entity.timestamps.filter(({ $case }) => $case === 'transparency-log'),
    ...stamps.map(({ signedTimestamp }) => ({
      $case: 'timestamp-authority' as const,
      timestamp: parseTimestamp(formats, signedTimestamp),
    })),
  ];
  const { digest } = algorithm;
  if (digest === 'sha256' || digest === null || bundle.content.$case !== 'dsseEnvelope') {
    return { ...entity, timestamps };
  }
  const { payloadType, payload } = bundle.content.dsseEnvelope;
  const signed = encodePae(payloadType, payload);
  const { signature } = entity;
  const content: SignedEntity['signature'] = {
    signature: signature.signature,
    compareSignature: (other) => signature.compareSignature(other),
    compareDigest: (other) => signature.compareDigest(other),
    compareSignedDigest: (other) => createHash(digest).update(signed).digest().equals(other),
    verifySignature: (key: KeyObject) => verify(digest, signed, key, signature.signature),
  };
  return { ...entity, timestamps, signature: content };
}
