import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseRepository, type Registry } from '@artifact-lifecycle/registry';
import { type RegistryOptions, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';

/** A registry on 127.0.0.1, and one of its repositories as the suite sees it. */
export interface Place {
  readonly server: TestRegistry;
  readonly repository: Registry;
  close(): Promise<void>;
}

/** Starts a registry in memory and opens a repository in it. */
export async function openPlace(options: RegistryOptions = {}, name = 'acme/app'): Promise<Place> {
  const server = await startRegistry(options);
  const http = createHttpClient({ userAgent: 'test' });
  const connections = createConnections({ http, credentials: [] });
  return {
    server,
    repository: connections.open(parseRepository(`${server.host}/${name}`, 'test')),
    async close() {
      http.close();
      await server.close();
    },
  };
}
