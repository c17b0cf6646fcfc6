export type { AdvisoryServicesOptions, OsvQuery } from './advisories/options.ts';
export { type AdvisoryServices, startAdvisoryServices } from './advisories/services.ts';
export { type AwsCloud, type AwsCloudOptions, startAwsCloud } from './clouds/aws.ts';
export type { AwsKeys } from './clouds/aws-keys.ts';
export type { StsTrust } from './clouds/aws-sts.ts';
export {
  type AzureApplicationRecord,
  type AzureCloud,
  type AzureCloudOptions,
  startAzureCloud,
} from './clouds/azure.ts';
export {
  type GoogleAccount,
  type GoogleCloud,
  type GoogleCloudOptions,
  type GoogleProvider,
  startGoogleCloud,
} from './clouds/google.ts';
export type {
  CheckRunConclusion,
  CheckRunStatus,
  GatePermission,
  GateRepository,
  KeptArtifactRecord,
  KeptDeployment,
  KeptDeploymentStatus,
  NewCheckRun,
  NewCommit,
  NewDeployment,
  NewEnvironment,
  NewReview,
  NewRun,
  NewStatus,
} from './github-gates/facts.ts';
export type { GateRoute } from './github-gates/route.ts';
export {
  GATE_ROUTES,
  type GateToken,
  type GitHubGates,
  type GitHubGatesOptions,
  startGitHubGates,
} from './github-gates/start.ts';
export type {
  Deployment,
  DeploymentRecord,
  GitHubPackages,
  GitHubPackagesOptions,
  NewVersion,
  Outage,
  PackageAccess,
  PrimaryLimit,
  RepositoryFacts,
  SecondaryLimit,
} from './github-packages/options.ts';
export type { PackageType, PackageVersion } from './github-packages/package-record.ts';
export { startGitHubPackages } from './github-packages/start.ts';
export {
  type BlobContent,
  type DescriptorJson,
  type ManifestContent,
  makeBlob,
  makeManifest,
  type PlatformJson,
} from './image/content.ts';
export {
  EMPTY_CONFIG,
  type ImageOptions,
  type IndexEntry,
  type IndexOptions,
  type MediaTypes,
  makeImage,
  makeIndex,
} from './image/image.ts';
export { foreignLayer, randomBytesOf, randomLayer, tarLayer } from './image/layer.ts';
export {
  cosignTag,
  fallbackTag,
  makeAttestationChild,
  makeFallbackIndex,
  makeReferrer,
  type ReferrerOptions,
} from './image/referrer.ts';
export { type SeedOptions, seed } from './image/seed.ts';
export { gzipStored, type LayerFile, writeTar } from './image/tar.ts';
export type { Action, AuthOptions, BearerChallenge, Grant, User } from './registry/auth-options.ts';
export {
  type Digest,
  type DigestAlgorithm,
  digestAlgorithm,
  digestHex,
  digestOf,
  isDigest,
} from './registry/digest.ts';
export type {
  Fault,
  FaultAction,
  FaultMatch,
  FaultRequest,
  Faults,
  HeaderChanges,
} from './registry/fault.ts';
export type { ImmutableTags, Refusal, RefusalStyle } from './registry/immutable-tags.ts';
export { type Latch, makeLatch } from './registry/latch.ts';
export type { LogFilter, LoggedRequest, RequestLog } from './registry/log.ts';
export { MEDIA_TYPE } from './registry/media-type.ts';
export type { RegistryOptions } from './registry/options.ts';
export { startRegistry } from './registry/start.ts';
export type { RegistryStore, StoredContent, StoredManifest } from './registry/store.ts';
export type { TestRegistry, Tokens } from './registry/test-registry.ts';
export { type Authority, makeAuthority, validityAround } from './sigstore/authority.ts';
export { toPem } from './sigstore/certificate.ts';
export type { CtLog } from './sigstore/certificate-transparency.ts';
export { type CheckpointSigner, noteKeyId } from './sigstore/checkpoint.ts';
export { type CtLogOptions, type CtLogService, startCtLog } from './sigstore/ct-log.ts';
export { type Fulcio, type FulcioOptions, type IssuedCertificate, startFulcio } from './sigstore/fulcio.ts';
export {
  type AttestationAccess,
  type GitHubAttestations,
  type GitHubAttestationsOptions,
  type KeptAttestation,
  startGitHubAttestations,
} from './sigstore/github-attestations.ts';
export {
  type ClaimChanges,
  type Claims,
  GITHUB_CLAIMS,
  REUSABLE_WORKFLOW_CLAIMS,
} from './sigstore/github-claims.ts';
export { makeForeignTokenKey, type TokenKey } from './sigstore/json-web-token.ts';
export { type CertificateChanges, CODE_SIGNING } from './sigstore/leaf.ts';
export type { LogChanges } from './sigstore/log-format.ts';
export {
  type OidcIssuer,
  type OidcIssuerOptions,
  startOidcIssuer,
  type TokenChanges,
  type TokenFlaw,
} from './sigstore/oidc-issuer.ts';
export { type Rekor, type RekorOptions, startRekor } from './sigstore/rekor.ts';
export type { Service } from './sigstore/service.ts';
export { makeSigningKey, type SigningKey } from './sigstore/signing-key.ts';
export { type Sigstore, type SigstoreOptions, startSigstore } from './sigstore/sigstore.ts';
export { compressSnappy } from './sigstore/snappy.ts';
export {
  type StampChanges,
  startTimestampAuthority,
  type TimestampAuthority,
  type TimestampAuthorityOptions,
} from './sigstore/timestamp-authority.ts';
export { type TrustedParts, type TrustedRootVersion, writeTrustedRoot } from './sigstore/trusted-root.ts';
export type {
  Ability,
  ClientRun,
  CopyOrder,
  Login,
  TortureClient,
  TortureClock,
} from './torture/client.ts';
export { judge, type Verdict } from './torture/judge.ts';
export { abilitiesFor, describeCriterion, type Scenario } from './torture/scenario.ts';
export { TORTURE_SCENARIOS } from './torture/scenarios.ts';
