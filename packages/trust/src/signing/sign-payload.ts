import { createHash } from 'node:crypto';
import type { SerializedBundle } from '@sigstore/bundle';
import { loadBundles } from '../verifying/library.ts';
import { toSignedBundle } from '../verifying/signed-bundle.ts';
import { gatherMaterial } from './bundle-material.ts';
import type { SigningTable } from './sign-statement.ts';
import { type Signer, signBytes } from './signer.ts';

/**
 * Signs bytes that are no statement, as cosign did before version 3: a message signature, once it verifies.
 *
 * @throws SuiteError what the witnesses and the check throw
 */
export async function signPayload(
  payload: Uint8Array,
  signer: Signer,
  { witnesses, check }: SigningTable,
  signal: AbortSignal | undefined,
): Promise<SerializedBundle> {
  const signed = Buffer.from(payload);
  const signature = signBytes(signer, signed);
  const content = { signed, signature, envelope: undefined, signer };
  const { BUNDLE_V03_MEDIA_TYPE, bundleFromJSON, bundleToJSON } = await loadBundles();
  const bundle = bundleFromJSON({
    mediaType: BUNDLE_V03_MEDIA_TYPE,
    verificationMaterial: await gatherMaterial(content, witnesses, signal),
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: createHash('sha256').update(signed).digest('base64'),
      },
      signature: signature.toString('base64'),
    },
  });
  await check.check({ ...toSignedBundle(bundle), payload: { kind: 'bytes', bytes: signed } }, signer);
  return bundleToJSON(bundle);
}
