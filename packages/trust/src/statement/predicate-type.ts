/** Predicate types the suite knows by name; any other URI is carried as it is. */
export const PREDICATE_TYPE = {
  /** cosign's signature: that somebody signed, and nothing else (cosign, "BUNDLE_SPEC"). */
  signature: 'https://sigstore.dev/cosign/sign/v1',
  /** SLSA build provenance. */
  provenance: 'https://slsa.dev/provenance/v1',
  /** A verifier's summary (SLSA, "Verification Summary Attestation"). */
  vsa: 'https://slsa.dev/verification_summary/v1',
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  spdx23: 'https://spdx.dev/Document/v2.3',
  spdx3: 'https://spdx.dev/Document/v3',
  openvex: 'https://openvex.dev/ns',
  openvex020: 'https://openvex.dev/ns/v0.2.0',
} as const;

/** What counts as an SBOM where one is required. */
export const SBOM_TYPES: readonly string[] = [
  PREDICATE_TYPE.cyclonedx,
  PREDICATE_TYPE.spdx,
  PREDICATE_TYPE.spdx23,
  PREDICATE_TYPE.spdx3,
];

/** Outcome of a test run (in-toto attestation, "Predicate type: Test Result"). */
export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
