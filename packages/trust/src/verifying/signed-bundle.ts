import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';

/** What was signed. */
export type SignedPayload =
  /** A DSSE envelope (secure-systems-lab, "DSSE v1.0"). */
  | { readonly kind: 'envelope'; readonly payloadType: string; readonly payload: Buffer }
  /** The artifact itself, of which only the digest is at hand. */
  | { readonly kind: 'artifact'; readonly algorithm: number; readonly digest: Buffer }
  /** Bytes at hand: cosign's simple signing payload. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** A signature with all that is to be verified of it, whatever it was stored as. Nothing of it is verified yet. */
export interface SignedBundle {
  readonly payload: SignedPayload;
  readonly signature: Buffer;
  /** The certificate in DER; `undefined` for a signature by a key. */
  readonly certificate: Buffer | undefined;
  readonly logEntries: readonly TransparencyLogEntry[];
  /** RFC 3161 responses in DER. */
  readonly timestamps: readonly Buffer[];
}

/** The parts of a bundle that were read by the library. */
export function toSignedBundle(bundle: Bundle): SignedBundle {
  const { content, verificationMaterial: material } = bundle;
  const isEnvelope = content.$case === 'dsseEnvelope';
  return {
    payload: isEnvelope
      ? {
          kind: 'envelope',
          payloadType: content.dsseEnvelope.payloadType,
          payload: content.dsseEnvelope.payload,
        }
      : {
          kind: 'artifact',
          algorithm: content.messageSignature.messageDigest.algorithm,
          digest: content.messageSignature.messageDigest.digest,
        },
    signature: isEnvelope ? firstOf(content.dsseEnvelope.signatures).sig : content.messageSignature.signature,
    certificate: certificateOf(material.content),
    logEntries: material.tlogEntries,
    timestamps: (material.timestampVerificationData?.rfc3161Timestamps ?? []).map(
      (stamp) => stamp.signedTimestamp,
    ),
  };
}

function certificateOf(content: Bundle['verificationMaterial']['content']): Buffer | undefined {
  switch (content.$case) {
    case 'certificate':
      return content.certificate.rawBytes;
    case 'x509CertificateChain':
      return content.x509CertificateChain.certificates[0]?.rawBytes;
    case 'publicKey':
      return undefined;
  }
}

/** The library has checked that there is exactly one. */
function firstOf<Item>(items: readonly Item[]): Item {
  const [first] = items;
  if (first === undefined) throw new RangeError('there is no signature');
  return first;
}
