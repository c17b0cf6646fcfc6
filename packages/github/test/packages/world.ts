import type { Clock } from '@artifact-lifecycle/core';
import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';
import {
  type Connections,
  createConnections,
  parseRepository,
  type Registry,
} from '@artifact-lifecycle/registry';
import {
  type GitHubPackages,
  type GitHubPackagesOptions,
  startGitHubPackages,
} from '@artifact-lifecycle/testing';
import { GitHubPackagesService, PackagesClient, parsePackageTarget } from '../../src/packages/index.ts';

export const NOW = Date.parse('2026-11-01T12:00:00Z');

/** A clock on which nobody waits: who sleeps moves it. */
export interface MovingClock extends Clock {
  readonly slept: number[];
  move(milliseconds: number): void;
}

export function movingClock(start = NOW): MovingClock {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** GitHub's packages, and what asks them. */
export interface PackagesWorld {
  readonly github: GitHubPackages;
  readonly clock: MovingClock;
  readonly client: PackagesClient;
  readonly http: HttpClient;
  readonly connections: Connections;
  registry(name: string): Registry;
  /** Opens a target: `acme/app` of the registry, or `npm:…`. */
  open(target: string): GitHubPackagesService;
  close(): Promise<void>;
}

export async function startWorld(
  options: GitHubPackagesOptions & { readonly npm?: boolean } = {},
): Promise<PackagesWorld> {
  const clock = movingClock();
  const github = await startGitHubPackages({ now: clock.now, ...options });
  const http = createHttpClient({ userAgent: 'test', clock, environment: {}, random: () => 0 });
  const client = new PackagesClient({ http, apiUrl: github.url, token: 'token', clock });
  const connections = createConnections({ http, credentials: [], clock });
  const registry = (name: string): Registry =>
    connections.open(parseRepository(`${github.host}/${name}`, 'test'));
  return {
    ...{ github, clock, client, http, connections, registry },
    open: (text) => {
      const written = text.includes(':') ? text : `${github.host}/${text}`;
      const target = parsePackageTarget(written, { owner: 'acme', registryHost: github.host });
      if (target === undefined) throw new Error(`${written} is no package.`);
      const { type, owner, name } = target;
      return new GitHubPackagesService({
        client,
        target,
        registry: type === 'container' ? registry(`${owner}/${name}`) : undefined,
        ...(options.npm === true && { npmRegistry: github.url }),
      });
    },
    close: async () => {
      http.close();
      await github.close();
    },
  };
}
