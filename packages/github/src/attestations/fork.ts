import type { GitHubEvent } from '../event.ts';
import { objectAt, textAt } from '../payload.ts';

/**
 * Whether a fork's pull request started the run: its token may write nothing, and gets no identity.
 * `pull_request_target` and `workflow_run` run with the repository's own rights.
 */
export function isForkPullRequest({ name, payload }: GitHubEvent): boolean {
  if (!name.startsWith('pull_request') || name === 'pull_request_target') return false;
  const pullRequest = objectAt(payload, 'pull_request');
  const nameAt = (side: string): string | undefined =>
    textAt(objectAt(objectAt(pullRequest, side), 'repo'), 'full_name');
  // A fork that was deleted since has no name any more.
  return Object.hasOwn(payload, 'pull_request') && nameAt('head') !== nameAt('base');
}
