import type { SerializedEnvelope } from '@sigstore/bundle';

/**
 * An envelope as cosign writes it, byte for byte: Rekor v1 keeps the hash of this text, and cosign compares that with the
 * layer that it finds under a `.att` tag. Bundles leave an empty `keyid` out; here it stands.
 */
export function writeEnvelope({ payloadType, payload, signatures }: SerializedEnvelope): string {
  const named = signatures.map(({ keyid, sig }: { readonly keyid?: string; readonly sig: string }) => ({
    keyid: keyid ?? '',
    sig,
  }));
  return JSON.stringify({ payloadType, payload, signatures: named });
}
