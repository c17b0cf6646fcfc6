import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import type { GitHubEvent } from '@artifact-lifecycle/github';
import { GitHubStore, isForkPullRequest } from '@artifact-lifecycle/github/attestations';
import type { signAttest } from './inputs.ts';

type Context = Pick<ActionContext, 'signal' | 'log' | 'env'>;

/**
 * Opens GitHub's attestations where they are wanted and permitted. Asks GitHub before anything is signed whether it
 * will take them.
 *
 * @throws SuiteError `PERMISSION_MISSING`, `UNSUPPORTED` where `github-attestations` is `true` and it will not
 */
export async function openGitHub(
  { githubAttestations, githubToken }: Inputs<typeof signAttest>,
  event: GitHubEvent,
  { signal, log, env }: Context,
): Promise<GitHubStore | undefined> {
  const isWanted = githubAttestations === 'true';
  const isPossible = githubToken !== undefined && event.repository !== '' && env['GITHUB_ACTIONS'] === 'true';
  if (githubAttestations === 'false' || (!isWanted && !isPossible)) return undefined;
  if (event.repository === '') {
    throw new SuiteError(
      'INPUT_INVALID',
      'The run belongs to no repository, so GitHub keeps no attestations of it.',
      {
        remedy: 'Set github-attestations to auto or false.',
      },
    );
  }
  const store = new GitHubStore({
    repository: event.repository,
    token: githubToken,
    apiUrl: event.apiUrl,
    serverUrl: event.serverUrl,
    isFork: isForkPullRequest(event),
    userAgent: 'artifact-lifecycle/sign-attest',
    signal,
    onTrace: (line) => log.debug(line),
  });
  try {
    await store.preflight({ signal });
    return store;
  } catch (error) {
    const isRefusal = isSuiteError(error) && error.code !== 'CANCELLED';
    if (isWanted || !isRefusal) throw error;
    log.info(`GitHub's attestations are left out: ${error.message}`);
    return undefined;
  }
}
