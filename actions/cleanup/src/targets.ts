import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext } from '@artifact-lifecycle/core/action';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { Registries } from '@artifact-lifecycle/core/policy';
import { openPackages, parsePackageTarget } from '@artifact-lifecycle/github/packages';
import {
  type CloudLogins,
  type Connections,
  formatLocation,
  githubRegistryHost,
  parseRepository,
} from '@artifact-lifecycle/registry';
import { openServices, type RetentionService } from '@artifact-lifecycle/retention';
import type { GitHub } from './github.ts';

/** What targets are opened with. */
export interface TargetTools {
  readonly github: GitHub;
  readonly connections: Connections;
  readonly clouds: Pick<CloudLogins, 'awsKeysFor'>;
  readonly registries: Registries;
  readonly http: HttpClient;
  readonly context: Pick<ActionContext, 'signal' | 'log' | 'clock'>;
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
    const registryHost = findRegistryHost(text, tools);
    const found =
      registryHost === undefined
        ? await openRepositories(text, tools)
        : await openPackagesAt(registryHost, text, tools);
    if (found.length === 0) {
      throw new SuiteError('NOT_FOUND', `targets: ${text} matches nothing.`, {
        remedy: 'Correct the pattern, or check what these credentials may see.',
      });
    }
    if (text.includes('*')) {
      tools.context.log.info(`${text} means ${found.map(({ target }) => target).join(', ')}`);
    }
    for (const service of found) {
      const key = keyOf(service.target);
      if (!services.has(key)) services.set(key, service);
    }
  }
  return [...services.values()];
}

/**
 * The registry that a package of GitHub belongs to: its own by the host, or whatever `registries` says is one;
 * `undefined` for repositories elsewhere.
 */
function findRegistryHost(text: string, { github, registries }: TargetTools): string | undefined {
  const known = [...registries].flatMap(([host, { kind }]) => (kind === 'ghcr' ? [host] : []));
  const own = githubRegistryHost(github.serverUrl);
  return [...(own === undefined ? [] : [own]), ...known].find(
    (registryHost) => parsePackageTarget(text, { owner: github.owner, registryHost }) !== undefined,
  );
}

async function openPackagesAt(
  registryHost: string,
  text: string,
  { github, connections, context }: TargetTools,
): Promise<readonly RetentionService[]> {
  const client = github.client(`clean up ${text}`);
  const { owner } = github;
  const { signal } = context;
  return (await openPackages(text, { client, connections, owner, registryHost }, { signal })) ?? [];
}

/** Other services by the API that they have for it, any registry by its tags. */
function openRepositories(text: string, tools: TargetTools): Promise<readonly RetentionService[]> {
  const { connections, clouds, http, registries, context } = tools;
  const { clock, signal, log } = context;
  const onSecret = (secret: string): void => log.mask(secret);
  return openServices(text, { connections, clouds, http, registries, clock, onSecret }, { signal });
}

/** One name for all in which a target can be written: `alpine` is `docker.io/library/alpine`. */
function keyOf(target: string): string {
  const lower = target.toLowerCase();
  try {
    return formatLocation(parseRepository(lower, 'targets'));
  } catch (error) {
    // Packages of other kinds are no repositories.
    if (isSuiteError(error)) return lower;
    throw error;
  }
}
