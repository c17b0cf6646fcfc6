import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import type { Registries } from '@artifact-lifecycle/core/policy';
import {
  findPackages,
  GitHubPackagesService,
  type PackageTarget,
  parsePackageTarget,
} from '@artifact-lifecycle/github/packages';
import {
  type Connections,
  githubRegistryHost,
  parseRepository,
  type Registry,
} from '@artifact-lifecycle/registry';
import { RegistryService, type RetentionService } from '@artifact-lifecycle/retention';
import type { GitHub } from './github.ts';

/** What targets are opened with. */
export interface TargetTools {
  readonly github: GitHub;
  readonly connections: Connections;
  readonly registries: Registries;
  readonly context: Pick<ActionContext, 'signal' | 'log'>;
}

/**
 * Opens what is to be cleaned up, in the order in which it is written, each once: GitHub's packages by their API, other
 * repositories by what every registry understands.
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
      services.set(text, openRepository(text, tools));
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
    for (const one of packages) {
      const registry = one.type === 'container' ? openRegistry(one.text, tools) : undefined;
      services.set(one.text, new GitHubPackagesService({ client, target: one, registry }));
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

function openRepository(text: string, tools: TargetTools): RetentionService {
  if (text.includes('*')) {
    throw new SuiteError(
      'INPUT_INVALID',
      `targets: ${text} has a "*", and only GitHub's packages are found by a pattern.`,
      {
        remedy: 'Name each repository on a line of its own.',
      },
    );
  }
  return new RegistryService(openRegistry(text, tools), text);
}

function openRegistry(text: string, { connections }: TargetTools): Registry {
  return connections.open(parseRepository(text, 'targets'));
}
