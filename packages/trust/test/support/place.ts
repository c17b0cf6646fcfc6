import type { Clock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseRepository, type Registry } from '@artifact-lifecycle/registry';
import { type RegistryOptions, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { afterEach } from '@jest/globals';

/** A registry on 127.0.0.1, and a repository of it as the suite sees it; both end with the test. */
export interface Place {
  readonly server: TestRegistry;
  readonly clock: Clock;
  /** Connects anew each time: nothing is remembered. */
  open(name?: string): Registry;
}

/** A clock whose time passes only by sleeping. */
export function quickClock(now = 1_700_000_000_000): Clock {
  let time = now;
  return {
    now: () => time,
    async sleep(milliseconds) {
      time += milliseconds;
    },
  };
}

const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Starts a registry in memory. */
export async function startPlace(options: RegistryOptions = {}): Promise<Place> {
  const clock = quickClock();
  const server = await startRegistry(options);
  opened.push(async () => {
    await server.close();
    if (server.defects.length > 0) throw new AggregateError(server.defects, 'The test registry has defects.');
  });
  return {
    server,
    clock,
    open: (name = 'acme/app') => {
      const http = createHttpClient({ userAgent: 'test', clock, environment: {} });
      opened.push(() => http.close());
      const connections = createConnections({ http, clock, credentials: [] });
      return connections.open(parseRepository(`${server.host}/${name}`, 'test'));
    },
  };
}
