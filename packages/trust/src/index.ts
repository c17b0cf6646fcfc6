export type { CertificateFacts } from './certificate/certificate-facts.ts';
export type * from './instance/instance.ts';
export type { SlsaVerdict } from './level/slsa-verdict.ts';
export { MAX_TRUSTED_ROOT_BYTES, readTrustedRoot } from './root/trusted-root.ts';
export type * from './signing/attestor.ts';
export * from './statement/predicate-type.ts';
export {
  IN_TOTO_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  type Statement,
  type StatementSubject,
} from './statement/statement.ts';
export type * from './store/attestation-store.ts';
export * from './store/bundle-limits.ts';
export type { LegacyKind } from './store/legacy-format.ts';
export {
  type LegacyLayer,
  legacyAttestation,
  legacySignature,
  simpleSigningPayload,
} from './store/legacy-layer.ts';
export { RegistryStore } from './store/registry-store.ts';
export type * from './store/stored-entry.ts';
export type * from './verifying/evidence.ts';
export type * from './verifying/policy.ts';
export { type ArtifactToVerify, MAX_ENTRIES, verifyArtifact } from './verifying/verify-artifact.ts';
