import { isLoopbackHost } from '@artifact-lifecycle/core/http';
import { DOCKER_HUB, withoutPort } from '../name/host.ts';

/** Docker Hub's registry is dialled at another host than the one it is named by. */
const DOCKER_HUB_REGISTRY = 'registry-1.docker.io';

/**
 * The URL at which a registry is dialled. HTTPS, but plain HTTP for this machine itself (contract: "Loopback
 * hosts are spoken to over plain HTTP"), unless the settings of the host say otherwise.
 */
export function registryUrl(host: string, plainHttp: boolean | undefined): URL {
  if (host === DOCKER_HUB) return new URL(`https://${DOCKER_HUB_REGISTRY}/`);
  const plain = plainHttp ?? isLoopbackHost(new URL(`https://${withoutPort(host)}/`).hostname);
  return new URL(`${plain ? 'http' : 'https'}://${host}/`);
}
