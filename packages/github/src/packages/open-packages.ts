import type { Connections } from '@artifact-lifecycle/registry';
import type { ServiceOptions } from '@artifact-lifecycle/retention';
import { findPackages } from './find-packages.ts';
import { parsePackageTarget, type TargetContext } from './package-target.ts';
import type { PackagesClient } from './packages-client.ts';
import { GitHubPackagesService } from './packages-service.ts';

/**
 * GitHub's registry of npm packages, by the address of its API; `undefined` for an Enterprise Server, whose settings
 * decide where it is.
 */
export function npmRegistryOf(apiUrl: string): string | undefined {
  const host = URL.canParse(apiUrl) ? new URL(apiUrl).host : '';
  if (host === 'api.github.com') return 'https://npm.pkg.github.com';
  const [, enterprise] = /^api\.([a-z0-9-]+\.ghe\.com)$/.exec(host) ?? [];
  return enterprise === undefined ? undefined : `https://npm.${enterprise}`;
}

/** What packages are opened with. */
export interface PackagesContext extends TargetContext {
  readonly client: PackagesClient;
  readonly connections: Connections;
}

/**
 * Opens the packages of GitHub that a target means: one, or all that its `*` stands for, sorted; `undefined` for
 * repositories elsewhere.
 *
 * @throws SuiteError `INPUT_INVALID`, and those of listing packages where there is a `*`
 */
export async function openPackages(
  target: string,
  context: PackagesContext,
  options: ServiceOptions = {},
): Promise<readonly GitHubPackagesService[] | undefined> {
  const parsed = parsePackageTarget(target, context);
  if (parsed === undefined) return undefined;
  const { client, connections, registryHost } = context;
  return (await findPackages(client, parsed, options)).map((one) => {
    const { type, owner, name } = one;
    const location = {
      kind: 'registry',
      host: registryHost,
      name: `${owner.toLowerCase()}/${name}`,
    } as const;
    const registry = type === 'container' ? connections.open(location) : undefined;
    return new GitHubPackagesService({
      client,
      target: one,
      registry,
      npmRegistry: npmRegistryOf(client.apiUrl),
    });
  });
}
