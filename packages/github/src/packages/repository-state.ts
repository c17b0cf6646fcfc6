import type { ServiceOptions } from '@artifact-lifecycle/retention';
import { isObject } from '../payload.ts';
import { unexpected } from './package-version.ts';
import type { PackagesClient } from './packages-client.ts';
import { readAllPages } from './pages.ts';

/** Names of all branches of `owner/name`, for retention that follows them. */
export async function readBranches(
  client: PackagesClient,
  repository: string,
  { signal }: ServiceOptions = {},
): Promise<ReadonlySet<string>> {
  const doing = `list the branches of ${repository}`;
  const branches = await readAllPages({ client, path: `${pathOf(repository)}/branches`, doing, signal });
  return new Set(
    branches.map((branch) => {
      const name = isObject(branch) ? branch['name'] : undefined;
      if (typeof name !== 'string') throw unexpected('branch');
      return name;
    }),
  );
}

/** Numbers of all open pull requests of `owner/name`. */
export async function readOpenPullRequests(
  client: PackagesClient,
  repository: string,
  { signal }: ServiceOptions = {},
): Promise<ReadonlySet<number>> {
  const doing = `list the open pull requests of ${repository}`;
  const path = `${pathOf(repository)}/pulls`;
  const pulls = await readAllPages({ client, path, query: { state: 'open' }, doing, signal });
  return new Set(
    pulls.map((pull) => {
      const number = isObject(pull) ? pull['number'] : undefined;
      if (typeof number !== 'number') throw unexpected('pull request');
      return number;
    }),
  );
}

/** Where the API has a repository: `/repos/acme/app`. */
export function pathOf(repository: string): string {
  return `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
}
