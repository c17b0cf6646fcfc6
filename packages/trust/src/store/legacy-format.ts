/** Media types and annotations of cosign before version 3 (cosign, "SIGNATURE_SPEC"; pkg/oci/static). */
export const LEGACY_TYPE = {
  sig: 'application/vnd.dev.cosign.simplesigning.v1+json',
  att: 'application/vnd.dsse.envelope.v1+json',
} as const;

/** What cosign keeps beside a payload, as annotations of its layer. */
export const LEGACY_ANNOTATION = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  rekorBundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
  predicateType: 'predicateType',
} as const;

/** Which of cosign's tags: `.sig` for signatures, `.att` for attestations. */
export type LegacyKind = keyof typeof LEGACY_TYPE;

/** Layers of one tag that are read. cosign itself stops at 1,000 (cosign, "COSIGN_MAX_ATTACHED"). */
export const MAX_LEGACY_LAYERS = 1000;
