import type { SerializedEnvelope } from '@sigstore/bundle';
import { encodeStatement } from '../statement/encode-statement.ts';
import { IN_TOTO_PAYLOAD_TYPE, type Statement } from '../statement/statement.ts';
import { loadBundles } from '../verifying/library.ts';
import type { SignedStatement } from './attestor.ts';
import { gatherMaterial } from './bundle-material.ts';
import { encodePae } from './pre-auth-encoding.ts';
import type { SelfCheck } from './self-check.ts';
import { type Signer, signBytes } from './signer.ts';
import type { Witness } from './witness.ts';

/** Who bears witness to signatures, and who looks at the result. */
export interface SigningTable {
  readonly witnesses: readonly Witness[];
  readonly check: SelfCheck;
}

/**
 * Signs a statement, has it witnessed, and gives the bundle once it verifies.
 *
 * @throws SuiteError what encoding, the witnesses and the check throw
 */
export async function signStatement(
  statement: Statement,
  signer: Signer,
  { witnesses, check }: SigningTable,
  signal: AbortSignal | undefined,
): Promise<SignedStatement> {
  const payload = encodeStatement(statement);
  const signed = encodePae(IN_TOTO_PAYLOAD_TYPE, payload);
  const signature = signBytes(signer, signed);
  const envelope: SerializedEnvelope = {
    payload: payload.toString('base64'),
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    // Without a name for the key: cosign 3 with --key passes over signatures that have one (go-securesystemslib, `dsse`).
    signatures: [{ sig: signature.toString('base64'), keyid: '' }],
  };
  const { BUNDLE_V03_MEDIA_TYPE, bundleFromJSON, bundleToJSON } = await loadBundles();
  const bundle = bundleToJSON(
    bundleFromJSON({
      mediaType: BUNDLE_V03_MEDIA_TYPE,
      verificationMaterial: await gatherMaterial({ signed, signature, envelope, signer }, witnesses, signal),
      dsseEnvelope: envelope,
    }),
  );
  const bytes = Buffer.from(JSON.stringify(bundle));
  await check.checkBundle(bytes, signer);
  return { statement, bytes, bundle };
}
