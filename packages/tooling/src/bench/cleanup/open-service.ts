import type { Clock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import {
  GitHubPackagesService,
  PackagesClient,
  parsePackageTarget,
} from '@artifact-lifecycle/github/packages';
import { createConnections, parseRepository, type Registry } from '@artifact-lifecycle/registry';
import { RegistryService, type RetentionService } from '@artifact-lifecycle/retention';
import type { GitHubPackages, TestRegistry } from '@artifact-lifecycle/testing';

/** What answers: GitHub's packages with their registry, or a registry alone. */
export type Answering =
  | { readonly kind: 'github'; readonly server: GitHubPackages }
  | { readonly kind: 'registry'; readonly server: TestRegistry };

/** A service, and what it holds open. */
export interface OpenedService {
  readonly service: RetentionService;
  readonly registry: Registry;
  close(): void;
}

/** Opens `owner/name` as a run of the action does, with connections and a pace of its own. */
export function openService({ kind, server }: Answering, name: string, clock: Clock): OpenedService {
  const http = createHttpClient({ userAgent: 'bench', clock, environment: {}, random: () => 0 });
  const close = (): void => http.close();
  const registry = createConnections({ http, credentials: [], clock }).open(
    parseRepository(`${server.host}/${name}`, 'bench'),
  );
  if (kind === 'registry') return { service: new RegistryService(registry), registry, close };
  const client = new PackagesClient({ http, apiUrl: server.url, token: 'token', clock });
  const target = parsePackageTarget(`${server.host}/${name}`, { owner: 'acme', registryHost: server.host });
  if (target === undefined) throw new Error(`${name} is no package.`);
  return { service: new GitHubPackagesService({ client, target, registry }), registry, close };
}
