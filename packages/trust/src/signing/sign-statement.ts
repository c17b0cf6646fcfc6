import type { SerializedEnvelope } from '@sigstore/bundle';
import { encodeStatement } from '../statement/encode-statement.ts';
import { IN_TOTO_PAYLOAD_TYPE, type Statement } from '../statement/statement.ts';
import type { SignedStatement } from './attestor.ts';
import { loadBundles } from './libraries.ts';
import { encodePae } from './pre-auth-encoding.ts';
import type { SelfCheck } from './self-check.ts';
import { type Signer, type SignerMaterial, signBytes } from './signer.ts';
import type { Testimony, Witness } from './witness.ts';

/** Who bears witness to signatures, and who looks at the result. */
export interface SigningTable {
  readonly witnesses: readonly Witness[];
  readonly check: SelfCheck;
}

/**
 * Signs a statement, has it witnessed by all witnesses at once, and gives the bundle once it verifies.
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
  const { material } = signer;
  const envelope: SerializedEnvelope = {
    payload: payload.toString('base64'),
    payloadType: IN_TOTO_PAYLOAD_TYPE,
    signatures: [{ sig: signature.toString('base64'), keyid: material.kind === 'key' ? material.hint : '' }],
  };
  const content = { signed, signature, envelope, signer };
  const testimonies = await Promise.all(witnesses.map((witness) => witness.testify(content, signal)));
  const { BUNDLE_V03_MEDIA_TYPE, bundleFromJSON, bundleToJSON } = await loadBundles();
  const bundle = bundleToJSON(
    bundleFromJSON({
      mediaType: BUNDLE_V03_MEDIA_TYPE,
      verificationMaterial: { ...writeMaterial(material), ...writeTestimonies(testimonies) },
      dsseEnvelope: envelope,
    }),
  );
  const bytes = Buffer.from(JSON.stringify(bundle));
  await check(bytes, signer);
  return { statement, bytes, bundle };
}

function writeMaterial(material: SignerMaterial): object {
  return material.kind === 'certificate'
    ? { certificate: { rawBytes: material.certificate.toString('base64') } }
    : { publicKey: { hint: material.hint } };
}

function writeTestimonies(testimonies: readonly Testimony[]): object {
  const stamps = testimonies.flatMap(({ timestamps }) => timestamps);
  return {
    tlogEntries: testimonies.flatMap(({ entries }) => entries),
    timestampVerificationData: {
      rfc3161Timestamps: stamps.map((stamp) => ({ signedTimestamp: stamp.toString('base64') })),
    },
  };
}
