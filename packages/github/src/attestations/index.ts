export { ATTESTATION_PERMISSIONS } from './attestation-error.ts';
export { isForkPullRequest } from './fork.ts';
export { GitHubStore, type GitHubStoreOptions } from './github-store.ts';
