export { ArchiveRegistry, openArchive } from './archive/archive-registry.ts';
export { type ByteReader, FileReader, StreamReader } from './archive/byte-reader.ts';
export { mergePax, NO_PAX_RECORDS, type PaxRecords, parsePax } from './archive/pax.ts';
export { DEFAULT_TAR_LIMITS, readTar, type TarEntry, type TarLimits } from './archive/tar.ts';
export {
  describeTarEntry,
  NO_EXTENSIONS,
  paxNumber,
  type TarEntryDescription,
  type TarEntryType,
  type TarExtensions,
  tarPadding,
  tarText,
} from './archive/tar-entry.ts';
export { parseTarHeader, readTarNumber, TAR_BLOCK_BYTES, type TarHeader } from './archive/tar-header.ts';
export {
  ANONYMOUS,
  type CredentialOrigin,
  type CredentialSource,
  type Credentials,
  type FoundCredentials,
  type SecretListener,
} from './auth/credentials.ts';
export { type DockerEnvironment, dockerSource, machineEnvironment } from './auth/docker-source.ts';
export { type GitHubToken, githubRegistryHost, githubSource } from './auth/github-source.ts';
export { type CredentialSettings, settingsSource } from './auth/settings-source.ts';
export { awsErrorCode, awsReason } from './cloud/aws/aws-exception.ts';
export { type AwsAnswer, AwsJsonApi, type AwsJsonApiOptions } from './cloud/aws/aws-json-api.ts';
export { type EcrRegistry, readEcrHost } from './cloud/aws/ecr-host.ts';
export type { AwsCredentials } from './cloud/aws/signature.ts';
export { CloudLogins, type CloudSettings } from './cloud/cloud-logins.ts';
export {
  type ConnectContext,
  type ConnectedRegistries,
  type ConnectOptions,
  connectRegistries,
} from './connect.ts';
export { type BeforeTags, type CopyOptions, executePlan } from './copy/copy.ts';
export type { CosignTagDecision } from './copy/cosign-tag.ts';
export type { CopyDestination, PlannedTag } from './copy/destination-view.ts';
export { Limiter, mapInParallel } from './copy/limiter.ts';
export {
  type CopyPlan,
  type CopyRequest,
  type DestinationPlan,
  type PlannedCosignTag,
  type PlannedReferrer,
  planCopy,
} from './copy/plan.ts';
export type { CopyProgress, CopyStatistics } from './copy/progress.ts';
export { eventually } from './copy/read-back.ts';
export type { ReferrerFilter } from './copy/referrer-filter.ts';
export {
  CopyError,
  type CopyReport,
  type DestinationReport,
  type ReferrerReport,
  type TagOutcome,
  type TagReport,
} from './copy/report.ts';
export { resolveSource } from './copy/source.ts';
export { decideTag, digestLike, type RefusedTag, type TagDecision, tagRefusal } from './copy/tag-decision.ts';
export { TagLists } from './copy/tag-lists.ts';
export { setTag, type TagSetting, type TagWish } from './copy/tags.ts';
export { type ImageLabels, readImageLabels } from './image/image-labels.ts';
export { type PlatformManifest, platformManifests } from './image/platform-manifests.ts';
export { LayoutRegistry, openLayout } from './layout/layout-registry.ts';
export * from './name/digest.ts';
export type * from './name/location.ts';
export {
  formatLocation,
  formatReference,
  parseLocation,
  parseReference,
  parseRepository,
  sameLocation,
} from './name/reference.ts';
export * from './name/tag.ts';
export {
  type Descriptor,
  formatPlatform,
  type Platform,
  parseDescriptor,
} from './oci/descriptor.ts';
export { type DigestTagKind, digestTagKind } from './oci/digest-tag.ts';
export { field, isJsonObject, type JsonObject, parseBoundedJson } from './oci/json.ts';
export {
  artifactTypeOf,
  describeManifest,
  MAX_MANIFEST_BYTES,
  type Manifest,
  type ManifestBytes,
  type ManifestContent,
  namedByManifest,
  parseManifest,
} from './oci/manifest.ts';
export {
  isForeignLayer,
  isIndexType,
  isManifestType,
  MANIFEST_TYPES,
  MEDIA_TYPE,
} from './oci/media-type.ts';
export { addReferrer, describeReferrer, removeReferrer } from './oci/referrers-index.ts';
export { VerifiedStream, type VerifiedStreamOptions } from './oci/verified-stream.ts';
export { openRegistry } from './open.ts';
export {
  type Attached,
  type AttachOptions,
  attachReferrer,
  makeReferrerManifest,
  pushBytes,
  type ReferrerDocument,
} from './referrer/attach.ts';
export { readBlobBytes } from './referrer/read-blob.ts';
export {
  isAboutContent,
  MAX_READ_REFERRERS,
  READ_CONCURRENCY,
  type ReadReferrer,
  readReferrers,
} from './referrer/read-referrers.ts';
export type * from './registry.ts';
export { rememberManifests } from './remembering.ts';
export {
  type ConnectionOptions,
  Connections,
  createConnections,
  type HostSettings,
} from './remote/connections.ts';
export { KeyedQueue } from './remote/keyed-queue.ts';
export type { OwnRequest, RemoteRegistry } from './remote/remote-registry.ts';
