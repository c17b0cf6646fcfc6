import { SuiteError } from '@artifact-lifecycle/core';
import type { Environment } from '@artifact-lifecycle/core/action';
import type { GitHubEvent } from '@artifact-lifecycle/github';
import { isForkPullRequest } from '@artifact-lifecycle/github/attestations';

/** The lines a workflow lacks, as they are written. */
const ID_TOKEN_LINES = 'permissions:\n  contents: read\n  id-token: write';

/**
 * Checks, before any work, that the job may ask for an OIDC token; says which of the cases it is where it may not: the
 * permission is missing, or the run is of a fork's pull request, which never gets one.
 *
 * @throws SuiteError `PERMISSION_MISSING`
 */
export function requireIdToken(env: Environment, event: GitHubEvent, hasKey: boolean): void {
  if (env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) return;
  if (isForkPullRequest(event)) {
    throw new SuiteError(
      'PERMISSION_MISSING',
      'The run is of a pull request from a fork, and GitHub gives those no OIDC token, whatever the workflow says.',
      { remedy: 'Sign what is built after the merge; skip this step on pull requests from forks.' },
    );
  }
  throw new SuiteError('PERMISSION_MISSING', 'The workflow may not ask GitHub for an OIDC token.', {
    remedy: [
      `Add to the job, and where it is called by another workflow to the calling job, too:\n${ID_TOKEN_LINES}`,
      // Provenance is made of the token's claims, whoever signs.
      ...(hasKey ? ['Or set provenance to false.'] : []),
    ].join('\n'),
  });
}
