import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Environment } from '@artifact-lifecycle/core/action';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { Registries } from '@artifact-lifecycle/core/policy';
import {
  findPackages,
  GitHubPackagesService,
  npmRegistryOf,
  type PackageTarget,
  parsePackageTarget,
} from '@artifact-lifecycle/github/packages';
import {
  type Connections,
  githubRegistryHost,
  parseRepository,
  type Registry,
} from '@artifact-lifecycle/registry';
import { openServices, type RetentionService } from '@artifact-lifecycle/retention';
import type { GitHub } from './github.ts';

/** What targets are opened with. */
export interface TargetTools {
  readonly github: GitHub;
  readonly connections: Connections;
  readonly registries: Registries;
  readonly http: HttpClient;
  readonly context: Pick<ActionContext, 'signal' | 'log' | 'clock'> & { readonly env: Environment };
}

/**
 * Opens what is to be cleaned up, in the order in which it is written, each once: GitHub's packages by their API, other
 * repositories by that of their service, or by what every registry understands.
 *
 * @throws SuiteError `INPUT_INVALID`, `NOT_FOUND` for a `*` that nothing matches
 */
export async function openTargets(
  targets: readonly string[],
  tools: TargetTools,
): Promise<readonly RetentionService[]> {
  const services = new Map<string, RetentionService>();
  for (const text of targets) {
    const target = findPackageTarget(text, tools);
    if (target === undefined) {
      for (const one of await openRepositories(text, tools)) services.set(one.target, one);
      continue;
    }
    const client = tools.github.client(`clean up ${text}`);
    const packages = await findPackages(client, target, { signal: tools.context.signal });
    if (packages.length === 0) {
      throw new SuiteError('NOT_FOUND', `targets: ${text} matches no package of ${target.owner}.`, {
        remedy: 'Correct the pattern, or check what the token may read.',
      });
    }
    if (target.name.includes('*'))
      tools.context.log.info(`${text} means ${packages.map((one) => one.text).join(', ')}`);
    const npmRegistry = npmRegistryOf(client.apiUrl);
    for (const one of packages) {
      const registry = one.type === 'container' ? openRegistry(one.text, tools) : undefined;
      services.set(one.text, new GitHubPackagesService({ client, target: one, registry, npmRegistry }));
    }
  }
  return [...services.values()];
}

/** GitHub's own registry by its host, or whatever `registries` says is one. */
function findPackageTarget(text: string, { github, registries }: TargetTools): PackageTarget | undefined {
  const known = [...registries].flatMap(([host, { kind }]) => (kind === 'ghcr' ? [host] : []));
  const own = githubRegistryHost(github.serverUrl);
  for (const registryHost of [...(own === undefined ? [] : [own]), ...known]) {
    const target = parsePackageTarget(text, { owner: github.owner, registryHost });
    if (target !== undefined) return target;
  }
  return undefined;
}

/** Other services by the API that they have for it, any registry by its tags. */
async function openRepositories(text: string, tools: TargetTools): Promise<readonly RetentionService[]> {
  const { connections, http, registries, context } = tools;
  const { env: environment, clock, signal } = context;
  const tooling = { connections, http, registries, environment, clock };
  const services = await openServices(text, tooling, { signal });
  if (services.length > 0) return services;
  throw new SuiteError('NOT_FOUND', `targets: ${text} matches no repository.`, {
    remedy: 'Correct the pattern, or check what these credentials may see.',
  });
}

function openRegistry(text: string, { connections }: TargetTools): Registry {
  return connections.open(parseRepository(text, 'targets'));
}
