export { type DeployedArtifacts, readDeployed, readDeploymentRecords } from './deployments.ts';
export { findPackages } from './find-packages.ts';
export { npmRegistryOf, openPackages, type PackagesContext } from './open-packages.ts';
export {
  type PackageTarget,
  type PackageType,
  parsePackageTarget,
  type TargetContext,
} from './package-target.ts';
export { PackagesClient, type PackagesClientOptions } from './packages-client.ts';
export { PACKAGES_REMEDY } from './packages-error.ts';
export { type GitHubPackagesOptions, GitHubPackagesService } from './packages-service.ts';
export { readBranches, readOpenPullRequests } from './repository-state.ts';
export { UNTAG_ARTIFACT_TYPE } from './safe-untag.ts';
