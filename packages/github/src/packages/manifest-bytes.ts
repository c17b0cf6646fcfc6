import { isSuiteError } from '@artifact-lifecycle/core';
import type { Digest, Registry } from '@artifact-lifecycle/registry';
import type { ServiceOptions } from '@artifact-lifecycle/retention';

/** Reads manifests' bytes of a registry, `undefined` where there is none. */
export function fetchFrom(registry: Registry) {
  return async (digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> => {
    try {
      return (await registry.fetchManifest(digest, options)).bytes;
    } catch (error) {
      if (isSuiteError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  };
}
