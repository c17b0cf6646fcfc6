import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import { DOCKER_HUB } from '../../name/host.ts';

/** The kinds that settings name, and those that only a host's name tells. */
export type HostKind = RegistryKind | 'ecr-public' | 'quay';

/** By which host names a kind is known; of what anybody can run, only the settings tell (or nothing: `oci`). */
const HOSTS: readonly (readonly [HostKind, RegExp])[] = [
  // GitHub Enterprise with subdomain isolation has it at containers.HOST.
  ['ghcr', /^(?:ghcr\.io|containers\..+)$/],
  ['dockerhub', new RegExp(`^${DOCKER_HUB.replaceAll('.', '\\.')}$`)],
  // amazon-ecr-credential-helper, api/client.go: partitions, FIPS, dual-stack names.
  [
    'ecr',
    /^\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9][a-z0-9_-]*\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/,
  ],
  ['ecr-public', /^(?:public\.ecr\.aws|ecr-public\.aws\.com)$/],
  ['gar', /^(?:(?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)$/],
  // acr-docker-credential-helper: the public cloud and the sovereign ones; a name may carry a zone or a hash, and those
  // of one region lie below `REGION.geo`.
  ['acr', /^[a-z0-9-]+(?:\.[a-z0-9-]+){0,2}\.azurecr\.(?:io|cn|us|de)$/],
  ['quay', /^quay\.io$/],
  ['gitlab', /^registry\.gitlab\.com$/],
  ['artifactory', /^[a-z0-9-]+\.jfrog\.io$/],
];

/**
 * What kind of registry a host is: what its settings say, else what its name shows, else `oci`, of which nothing is
 * taken for granted.
 *
 * @param host as references name it, in lower case.
 */
export function kindOfHost(host: string, setting?: RegistryKind): HostKind {
  return setting ?? HOSTS.find(([, pattern]) => pattern.test(host))?.[0] ?? 'oci';
}
