import type { RegistryOptions } from './options.ts';
import type { TestRegistry } from './test-registry.ts';

/** Starts a registry on a loopback address and resolves when it listens. */
export async function startRegistry(_options: RegistryOptions = {}): Promise<TestRegistry> {
  throw new Error('startRegistry is not built yet.');
}
