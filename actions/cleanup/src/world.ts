import type { ActionContext } from '@artifact-lifecycle/core/action';
import { readBranches, readOpenPullRequests } from '@artifact-lifecycle/github/packages';
import type { RetentionSource, RetentionWorld } from '@artifact-lifecycle/retention';
import type { GitHub } from './github.ts';

/**
 * Asks what the policy needs to know: which branches there are and which pull requests are open, where something goes
 * with them.
 *
 * @throws SuiteError where GitHub cannot be asked: without an answer every branch would seem to be gone
 */
export async function readWorld(
  retention: RetentionSource,
  github: GitHub,
  { clock, signal }: Pick<ActionContext, 'clock' | 'signal'>,
): Promise<RetentionWorld> {
  const { branches, pullRequests } = needsOf(retention);
  const { repository } = github;
  return {
    now: clock.now(),
    branches: branches
      ? await readBranches(github.client(`list the branches of ${repository}`), repository, { signal })
      : undefined,
    openPullRequests: pullRequests
      ? await readOpenPullRequests(github.client(`list the pull requests of ${repository}`), repository, {
          signal,
        })
      : undefined,
  };
}

type Condition = 'branch-gone' | 'pr-closed';

function needsOf(retention: RetentionSource): { readonly branches: boolean; readonly pullRequests: boolean } {
  const conditions = retention.shape === 'classes' ? conditionsOf(retention) : [];
  return { branches: conditions.includes('branch-gone'), pullRequests: conditions.includes('pr-closed') };
}

function conditionsOf({
  retention,
  environments,
}: Extract<RetentionSource, { readonly shape: 'classes' }>): readonly Condition[] {
  const rules = [
    ...(retention?.classes ?? []),
    ...Array.from(environments.values(), (environment) => environment.retention ?? {}),
  ];
  return rules.flatMap((rule) => ('deleteWhen' in rule ? (rule.deleteWhen ?? []) : []));
}
