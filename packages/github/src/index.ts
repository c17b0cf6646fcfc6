export { type GitHubApi, openGitHubApi } from './api.ts';
export {
  type EventEnvironment,
  type GitHubEvent,
  type PullRequest,
  pushedCommitDate,
  readEvent,
} from './event.ts';
export { chooseRef, type GitCheckout, type GitHead, openCheckout } from './git.ts';
export type { GitHubApiOptions } from './octokit-seam.ts';
export type { JsonObject } from './payload.ts';
export { type RepositoryInfo, repositoryByName, repositoryOfEvent } from './repository-info.ts';
