import { SuiteError } from '@artifact-lifecycle/core';
import type { CredentialSource } from './credentials.ts';

/** What the caller was told of a cloud's way to log in to one registry host (contract: `registries`). */
export interface CloudSettings {
  readonly awsRole?: string | undefined;
  readonly gcpWorkloadIdentityProvider?: string | undefined;
  readonly azureClientId?: string | undefined;
}

/**
 * Stands where logins by a cloud's identity will: asked for a host whose settings name one, it says that this
 * version has none. Going on as nobody would hide why the registry refuses.
 */
export function cloudSource(settings: ReadonlyMap<string, CloudSettings>): CredentialSource {
  return {
    async find(repository) {
      const { awsRole, gcpWorkloadIdentityProvider, azureClientId } = settings.get(repository.host) ?? {};
      if ((awsRole ?? gcpWorkloadIdentityProvider ?? azureClientId) === undefined) return undefined;
      throw new SuiteError(
        'UNSUPPORTED',
        `The settings of registry ${repository.host} name a cloud identity, with which this version cannot log in.`,
        { remedy: "Run the cloud's own login action before this step: what it leaves for docker is used." },
      );
    },
  };
}
