export type { CertificateFacts } from './certificate/certificate-facts.ts';
export { type ComparedArtifact, compareArtifacts } from './comparing/compare-artifacts.ts';
export type { Bytes } from './comparing/compare-bytes.ts';
export type { Comparison, Difference } from './comparing/difference.ts';
export {
  chooseInstance,
  discloseSigning,
  isPublicLog,
  type KnownInstance,
  type RepositoryFacts,
} from './instance/choose-instance.ts';
export { customInstance, type InstanceSettings } from './instance/custom-instance.ts';
export type * from './instance/instance.ts';
export { githubInstance, publicGoodInstance } from './instance/known-instances.ts';
export {
  type ChosenInstance,
  chooseSigningInstance,
  type SigningChoice,
} from './instance/signing-instance.ts';
export { hintOf, pemOfKey } from './key/key-algorithm.ts';
export { readPrivateKey } from './key/private-key.ts';
export { readPublicKeyFile } from './key/public-key-file.ts';
export type { SlsaVerdict } from './level/slsa-verdict.ts';
export * from './provenance/workflow-provenance.ts';
export { type KnownRootOptions, loadKnownRoot } from './root/known-root.ts';
export {
  emptyTrustedRoot,
  MAX_TRUSTED_ROOT_BYTES,
  readTrustedRoot,
  readTrustedRootFile,
} from './root/trusted-root.ts';
export { type RootChoice, readVerificationRoots } from './root/verification-roots.ts';
export type * from './signing/attestor.ts';
export { createKeyAttestor, type KeyOptions } from './signing/key-attestor.ts';
export { createKeylessAttestor, type KeylessOptions } from './signing/keyless-attestor.ts';
export { openSigner, readSigningKey, type Signer, type SigningKey } from './signing/open-signer.ts';
export { PUBLIC_GOOD_RATE, type SigningRate } from './signing/throttle.ts';
export { MAX_PREDICATE_BYTES, MAX_SUBJECTS, makeStatement } from './statement/encode-statement.ts';
export * from './statement/predicate-type.ts';
export * from './statement/sbom-statement.ts';
export {
  IN_TOTO_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  type Statement,
  type StatementSubject,
} from './statement/statement.ts';
export type * from './store/attestation-store.ts';
export { readBundleFile } from './store/bundle-file.ts';
export * from './store/bundle-limits.ts';
export { type ReferringBundle, readReferringBundle } from './store/bundle-referrers.ts';
export { claimsToConcern } from './store/bundle-statement.ts';
export {
  findEqualStatement,
  type IdentityOf,
  type IntendedStatement,
  statementDigest,
} from './store/equal-statement.ts';
export { FileStore } from './store/file-store.ts';
export { gatherEntries } from './store/gather-entries.ts';
export type { LegacyKind } from './store/legacy-format.ts';
export {
  type LegacyLayer,
  legacyAttestation,
  legacySignature,
  simpleSigningPayload,
} from './store/legacy-layer.ts';
export { RegistryStore } from './store/registry-store.ts';
export type * from './store/stored-entry.ts';
export { GITHUB_ISSUER, issuerOf } from './token/issuer.ts';
export { type RunIdentity, readRunIdentity } from './token/run-identity.ts';
export { statedIssuer } from './token/stated-issuer.ts';
export { maskTokens, SIGSTORE_AUDIENCE, type TokenSource } from './token/token-source.ts';
export type { TokenDemands } from './token/verify-token.ts';
export { fetchWorkflowClaims, type WorkflowClaims } from './token/workflow-claims.ts';
export {
  type AcceptedStatement,
  findAcceptedStatements,
  type RefusedStatement,
  type StatementAnswer,
  type StatementQuestion,
} from './verifying/accepted-statements.ts';
export type * from './verifying/evidence.ts';
export { identityOf, type SignerWorld } from './verifying/identity-of.ts';
export type * from './verifying/policy.ts';
export { canCount } from './verifying/requirement.ts';
export { COMMIT, parseSignerWorkflow, type SignerWorkflow, serverOf } from './verifying/signer-workflow.ts';
export { type ArtifactToVerify, MAX_ENTRIES, verifyArtifact } from './verifying/verify-artifact.ts';
export {
  combineIndex,
  type IndexBytes,
  type IndexPlatform,
  type IndexVerification,
  platformsOf,
} from './verifying/verify-index.ts';
