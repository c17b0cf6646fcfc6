import { SuiteError } from '@artifact-lifecycle/core';
import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import type { CredentialOrigin, CredentialSource, Credentials } from '../auth/credentials.ts';
import { AwsKeys } from './aws/aws-keys.ts';
import { awsKeysFor, logInAsRole, logInWithAwsKeys } from './aws/ecr-logins.ts';
import type { AwsCredentials } from './aws/signature.ts';
import {
  type AcrPlace,
  type AzureApplication,
  logInAsApplication,
  logInAsEnvironment,
} from './azure/acr-logins.ts';
import type { CloudContext } from './cloud-context.ts';
import { type CloudKind, cloudOf } from './cloud-kind.ts';
import { logInAsWorkload, logInWithFile, type WorkloadIdentity } from './google/google-logins.ts';
import { type Lasting, Renewable } from './renewable.ts';

/** What the caller was told of a cloud's way to log in to one registry host (contract: `registries`). */
export interface CloudSettings {
  readonly kind?: RegistryKind | undefined;
  readonly plainHttp?: boolean | undefined;
  readonly awsRole?: string | undefined;
  readonly gcpWorkloadIdentityProvider?: string | undefined;
  readonly gcpServiceAccount?: string | undefined;
  readonly azureClientId?: string | undefined;
  readonly azureTenantId?: string | undefined;
}

/** Makes credentials for a registry; nothing where there is nothing to make them of. */
type Login = () => Promise<Lasting<Credentials | undefined> | undefined>;

/** Logs in to the registries of clouds, once a host, and again before a login ends. */
export class CloudLogins {
  readonly #context: CloudContext;
  readonly #settings: ReadonlyMap<string, CloudSettings>;
  readonly #awsKeys: AwsKeys;
  readonly #logins = new Map<string, Renewable<Credentials | undefined>>();

  constructor(context: CloudContext, settings: ReadonlyMap<string, CloudSettings>) {
    this.#context = context;
    this.#settings = settings;
    this.#awsKeys = new AwsKeys(context);
  }

  /** By the identity that the settings name for a host: a role, a provider, an application. */
  get named(): CredentialSource {
    return this.#sourceOf('registries', (host) => {
      const named = namedIdentity(host, this.#settings.get(host));
      if (named === undefined) return undefined;
      switch (named.cloud) {
        case 'aws':
          return () => logInAsRole(this.#context, this.#awsKeys, host, named.roleArn);
        case 'google':
          return () => logInAsWorkload(this.#context, named);
        case 'azure':
          return () => logInAsApplication(this.#context, this.#placeOf(host), named);
      }
    });
  }

  /** By what the environment of the machine has: keys, files, services of the cloud it runs in. */
  get ambient(): CredentialSource {
    return this.#sourceOf('cloud', (host) => {
      switch (cloudOf(host, this.#settings.get(host)?.kind)) {
        case 'aws':
          return () => logInWithAwsKeys(this.#context, this.#awsKeys, host);
        case 'google':
          return () => logInWithFile(this.#context);
        case 'azure':
          return () => logInAsEnvironment(this.#context, this.#placeOf(host));
        case undefined:
          return undefined;
      }
    });
  }

  /**
   * Keys for AWS' own API of an ECR: those of the role that the settings name for it, else the environment's.
   *
   * @throws SuiteError `UNAUTHORIZED` where there are none
   */
  awsKeysFor(host: string): Promise<AwsCredentials> {
    return awsKeysFor(this.#context, this.#awsKeys, host, this.#settings.get(host)?.awsRole);
  }

  #placeOf(host: string): AcrPlace {
    return { host, plainHttp: this.#settings.get(host)?.plainHttp };
  }

  #sourceOf(origin: CredentialOrigin, loginFor: (host: string) => Login | undefined): CredentialSource {
    return {
      find: async ({ host }) => {
        const key = `${origin} ${host}`;
        let renewable = this.#logins.get(key);
        if (renewable === undefined) {
          const login = loginFor(host);
          if (login === undefined) return undefined;
          renewable = new Renewable(this.#context.clock, async () => (await login()) ?? { value: undefined });
          this.#logins.set(key, renewable);
        }
        const { value, refreshAt } = await renewable.get();
        if (value === undefined) return undefined;
        return { credentials: value, origin, ...(refreshAt === undefined ? {} : { refreshAt }) };
      },
    };
  }
}

type NamedIdentity =
  | { readonly cloud: 'aws'; readonly roleArn: string }
  | ({ readonly cloud: 'google' } & WorkloadIdentity)
  | ({ readonly cloud: 'azure' } & AzureApplication);

/**
 * The identity that settings name.
 *
 * @throws SuiteError `INPUT_INVALID` where the host is of another cloud, or of none: a token for a cloud goes to no
 *   registry that is not of it
 */
function namedIdentity(host: string, settings: CloudSettings | undefined): NamedIdentity | undefined {
  if (settings === undefined) return undefined;
  const { awsRole, gcpWorkloadIdentityProvider, azureClientId, azureTenantId } = settings;
  if (awsRole !== undefined) {
    requireCloud(host, settings, 'aws', 'aws-role', 'ecr');
    return { cloud: 'aws', roleArn: awsRole };
  }
  if (gcpWorkloadIdentityProvider !== undefined) {
    requireCloud(host, settings, 'google', 'gcp-workload-identity-provider', 'gar');
    const serviceAccount = settings.gcpServiceAccount;
    return { cloud: 'google', provider: gcpWorkloadIdentityProvider, serviceAccount };
  }
  if (azureClientId === undefined || azureTenantId === undefined) return undefined;
  requireCloud(host, settings, 'azure', 'azure-client-id', 'acr');
  return { cloud: 'azure', clientId: azureClientId, tenantId: azureTenantId };
}

function requireCloud(
  host: string,
  { kind }: CloudSettings,
  cloud: CloudKind,
  setting: string,
  needed: RegistryKind,
): void {
  if (cloudOf(host, kind) === cloud) return;
  throw new SuiteError(
    'INPUT_INVALID',
    `registries: ${host} has ${setting}, but is no registry of that cloud.`,
    {
      remedy: `Write the host in full; where another name leads to it, add "kind: ${needed}".`,
    },
  );
}
