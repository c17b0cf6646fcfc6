import type { Signer } from './signer.ts';
import type { SignedContent, Testimony, Witness } from './witness.ts';

/** Has a signature witnessed by all at once, and writes what proves it as a bundle has it (`verificationMaterial`). */
export async function gatherMaterial(
  content: SignedContent,
  witnesses: readonly Witness[],
  signal: AbortSignal | undefined,
): Promise<object> {
  // When one fails the others are of no use; their failures, should they follow, are not told.
  const testimonies = await Promise.all(witnesses.map((witness) => witness.testify(content, signal)));
  return { ...writeSigner(content.signer), ...writeTestimonies(testimonies) };
}

function writeSigner({ material }: Signer): object {
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
