import { type Clock, compilePattern, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { Registries, RegistryKind } from '@artifact-lifecycle/core/policy';
import {
  type CloudLogins,
  type Connections,
  formatLocation,
  parseRepository,
  type Repository,
  readEcrHost,
  type SecretListener,
} from '@artifact-lifecycle/registry';
import { AcrService } from './acr-service.ts';
import { EcrClient } from './aws/ecr-client.ts';
import { EcrService, listEcrRepositories } from './aws/ecr-service.ts';
import {
  DOCKER_HUB_API,
  DOCKER_HUB_PERMISSION,
  DockerHubService,
  logInToDockerHub,
} from './docker-hub-service.ts';
import { GAR_API, GAR_PERMISSION, GarService, garAuthorization, garLocation } from './gar-service.ts';
import { HARBOR_PERMISSION, HarborService, listHarborRepositories } from './harbor-service.ts';
import { RegistryService } from './registry-service.ts';
import { basicAuthorization } from './rest/authorization.ts';
import { RestApi } from './rest/rest-api.ts';
import type { RetentionService, ServiceOptions } from './retention-service.ts';

/** What services are opened with. */
export interface ServiceContext {
  readonly connections: Connections;
  readonly http: HttpClient;
  /** Settings by host: `kind` says what does not show in a host's name. */
  readonly registries: Registries;
  /** For the keys of a cloud. */
  readonly clouds: Pick<CloudLogins, 'awsKeysFor'>;
  readonly clock: Clock;
  /** Told of a token before its first use. */
  readonly onSecret: SecretListener;
}

/** Services with an inventory of their own here; every other registry is asked by its tags. */
type ServiceKind = 'ecr' | 'gar' | 'acr' | 'dockerhub' | 'harbor' | 'oci';

/**
 * Opens what a target means: one repository, or all that its `*` stands for, sorted. Packages of GitHub are not for
 * here, but for `@artifact-lifecycle/github/packages`.
 *
 * @throws SuiteError `INPUT_INVALID`, `UNSUPPORTED` where a service cannot list what a `*` means, `UNAUTHORIZED` where a
 *   cloud's keys are missing
 */
export async function openServices(
  target: string,
  context: ServiceContext,
  options: ServiceOptions = {},
): Promise<readonly RetentionService[]> {
  // A letter in the place of each star, so that the grammar of names judges the rest.
  const { host } = parseRepository(target.replaceAll('*', 'x'), 'targets');
  const kind = kindOf(host, context.registries.get(host)?.kind);
  if (!target.includes('*'))
    return [await openOne(parseRepository(target, 'targets'), target, kind, context)];
  const slash = target.indexOf('/');
  const pattern = target.slice(slash + 1);
  if (target.slice(0, slash).includes('*')) {
    throw new SuiteError('INPUT_INVALID', `targets: ${JSON.stringify(target)} has a "*" in its host.`, {
      remedy: 'Write one target a registry.',
    });
  }
  const matches = compilePattern(pattern);
  const names = (await listNames(host, pattern, kind, context, options)).filter(matches);
  return Promise.all(
    names.map((name) =>
      openOne({ kind: 'registry', host, name }, `${target.slice(0, slash)}/${name}`, kind, context),
    ),
  );
}

function kindOf(host: string, setting: RegistryKind | undefined): ServiceKind {
  switch (setting) {
    case 'ecr':
    case 'gar':
    case 'acr':
    case 'dockerhub':
    case 'harbor':
      return setting;
    case undefined:
      break;
    default:
      return 'oci';
  }
  if (readEcrHost(host) !== undefined) return 'ecr';
  if (garLocation(host) !== undefined) return 'gar';
  if (host === 'docker.io') return 'dockerhub';
  return /^[a-z0-9-]+\.azurecr\.(?:io|cn|us)$/.test(host) ? 'acr' : 'oci';
}

async function openOne(
  repository: Repository,
  target: string,
  kind: ServiceKind,
  context: ServiceContext,
): Promise<RetentionService> {
  const registry = context.connections.open(repository);
  switch (kind) {
    case 'ecr':
      return new EcrService(await openEcr(repository.host, context), repository.name, target);
    case 'gar':
      return new GarService(await openGar(repository, context), registry, repository, target, context.clock);
    case 'acr':
      return new AcrService(registry, target);
    case 'dockerhub':
      return new DockerHubService(await openDockerHub(repository, context), registry, repository, target);
    case 'harbor':
      return new HarborService(await openHarbor(repository, context), registry, repository, target);
    case 'oci':
      return new RegistryService(registry, target);
  }
}

async function listNames(
  host: string,
  pattern: string,
  kind: ServiceKind,
  context: ServiceContext,
  options: ServiceOptions,
): Promise<readonly string[]> {
  if (kind === 'ecr') return listEcrRepositories(await openEcr(host, context), options);
  const [project = ''] = pattern.split('/');
  if (kind === 'harbor' && !project.includes('*')) {
    const api = await openHarbor({ kind: 'registry', host, name: `${project}/x` }, context);
    return listHarborRepositories(api, project, options);
  }
  throw new SuiteError(
    'UNSUPPORTED',
    `The repositories of ${host} that ${JSON.stringify(pattern)} means are not listed here.`,
    {
      remedy:
        kind === 'harbor'
          ? 'Write the project in full: harbor.example.com/acme/*.'
          : 'Write each repository as a target of its own.',
    },
  );
}

async function openEcr(host: string, { http, clouds, clock }: ServiceContext): Promise<EcrClient> {
  const registry = readEcrHost(host);
  if (registry === undefined) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The settings call ${host} an ECR, but its name tells no account and region.`,
      {
        remedy: 'Write ACCOUNT.dkr.ecr.REGION.amazonaws.com.',
      },
    );
  }
  const credentials = () => clouds.awsKeysFor(host);
  // Where there are none, that is said before anything is planned.
  await credentials();
  return new EcrClient({ http, registry, clock, credentials });
}

async function openHarbor(repository: Repository, { http, connections }: ServiceContext): Promise<RestApi> {
  const { credentials } = await connections.credentialsFor(repository);
  return new RestApi({
    http,
    base: connections.urlOf(repository.host),
    authorization: basicAuthorization(credentials, formatLocation(repository)),
    service: 'Harbor',
    permission: HARBOR_PERMISSION,
  });
}

async function openGar(repository: Repository, { http, connections }: ServiceContext): Promise<RestApi> {
  const { credentials } = await connections.credentialsFor(repository);
  const authorization = garAuthorization(credentials);
  return new RestApi({
    http,
    base: GAR_API,
    authorization,
    service: 'Google Artifact Registry',
    permission: GAR_PERMISSION,
  });
}

async function openDockerHub(
  repository: Repository,
  { http, connections, onSecret }: ServiceContext,
): Promise<RestApi> {
  const { credentials } = await connections.credentialsFor(repository);
  const authorization = await logInToDockerHub(http, DOCKER_HUB_API, credentials);
  if (authorization !== undefined) onSecret(authorization.replace(/^Bearer /, ''));
  return new RestApi({
    http,
    base: DOCKER_HUB_API,
    authorization,
    service: 'Docker Hub',
    permission: DOCKER_HUB_PERMISSION,
  });
}
