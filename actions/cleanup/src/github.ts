import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Environment } from '@artifact-lifecycle/core/action';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { PackagesClient } from '@artifact-lifecycle/github/packages';

/** The GitHub of this run, as far as a cleanup asks it. */
export interface GitHub {
  /** The repository of the workflow, `acme/app`, and who owns it; empty outside of workflows. */
  readonly repository: string;
  readonly owner: string;
  /** `https://github.com`, or where GitHub Enterprise stands. */
  readonly serverUrl: string;
  /**
   * Gives what asks GitHub, one for the run.
   *
   * @param purpose completes "A token is needed to …".
   * @throws SuiteError `PERMISSION_MISSING` without a token
   */
  client(purpose: string): PackagesClient;
}

export function openGitHub(
  http: HttpClient,
  token: string | undefined,
  { env, clock }: Pick<ActionContext, 'clock'> & { readonly env: Environment },
): GitHub {
  let client: PackagesClient | undefined;
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  return {
    repository,
    owner: env['GITHUB_REPOSITORY_OWNER'] || (repository.split('/')[0] ?? ''),
    serverUrl: env['GITHUB_SERVER_URL'] || 'https://github.com',
    client: (purpose) => {
      if (token === undefined || token === '') {
        throw new SuiteError('PERMISSION_MISSING', `A token is needed to ${purpose}.`, {
          remedy: 'Leave "github-token" at its default, or give a token.',
        });
      }
      const apiUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
      client ??= new PackagesClient({ http, apiUrl, token, clock });
      return client;
    },
  };
}
