import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { Digest, Registry } from '@artifact-lifecycle/registry';
import type { Quota, ServiceOptions } from '../retention-service.ts';

/** A manifest's bytes as a registry gives them; `undefined` where there is none. */
export async function fetchManifestBytes(
  registry: Registry,
  digest: Digest,
  options: ServiceOptions,
): Promise<Uint8Array | undefined> {
  try {
    return (await registry.fetchManifest(digest, options)).bytes;
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

/** What services have in common that do what they do at once and for good. */
export abstract class FinalService {
  abstract readonly target: string;
  /** `Harbor`, for errors. */
  protected abstract readonly kind: string;

  async restore(): Promise<'restored' | 'there'> {
    throw new SuiteError(
      'UNSUPPORTED',
      `${this.kind} brings nothing back that was deleted: ${this.target}.`,
      {
        remedy: 'Push the images again; the audit file has their digests and tags.',
      },
    );
  }

  async transition(): Promise<void> {
    throw new SuiteError('UNSUPPORTED', `${this.kind} has no storage classes: ${this.target}.`);
  }

  quota(): Quota | undefined {
    return undefined;
  }
}
