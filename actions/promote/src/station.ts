import { nearest, SuiteError } from '@artifact-lifecycle/core';
import type { Environment, Policy } from '@artifact-lifecycle/core/policy';
import { formatLocation, type Location, parseLocation, sameLocation } from '@artifact-lifecycle/registry';

/** An environment of the policy with its name. */
export interface Station {
  readonly name: string;
  readonly environment: Environment;
}

/**
 * Finds an environment by its name.
 *
 * @param what the input that names it
 * @throws SuiteError `INPUT_INVALID`
 */
export function findStation(name: string, what: string, policy: Policy | undefined, path: string): Station {
  const environments = policy?.environments;
  const environment = environments?.get(name);
  if (environment !== undefined) return { name, environment };
  if (environments === undefined || environments.size === 0) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The input "${what}" names the environment ${JSON.stringify(name)}, and ${policy === undefined ? `there is no policy file ${path}` : 'the policy has none'}.`,
      { remedy: 'Check the repository out before this step, and describe the environment in that file.' },
    );
  }
  const meant = nearest(name, environments.keys());
  throw new SuiteError('INPUT_INVALID', `The policy has no environment ${JSON.stringify(name)}.`, {
    remedy:
      meant === undefined
        ? `It has ${[...environments.keys()].join(', ')}.`
        : `Did you mean ${JSON.stringify(meant)}?`,
  });
}

/** Where an environment's images lie: its regions. */
export function locationsOf({ environment }: Station): readonly Location[] {
  return environment.repository.map((text) => parseLocation(text, 'policy file'));
}

/** The environments that have a repository, however it is written there. */
export function stationsAt(location: Location, policy: Policy | undefined): readonly Station[] {
  return [...(policy?.environments ?? [])]
    .map(([name, environment]) => ({ name, environment }))
    .filter((station) => locationsOf(station).some((own) => isSamePlace(own, location)));
}

/**
 * Whether two names are of one place as far as a name tells: default ports, loopback's names and Docker Hub's are
 * written or not. Taking two places for one asks for more gates; taking one for two would go around them.
 */
export function isSamePlace(a: Location, b: Location): boolean {
  if (a.kind !== 'registry' || b.kind !== 'registry') return sameLocation(a, b);
  return a.name === b.name && plainHost(a.host) === plainHost(b.host);
}

function plainHost(host: string): string {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const isLoopback = /^(?:localhost|127(?:\.\d+){1,3}|\[(?:[0:]+:)0*1\])$/.test(name);
  const plain = isLoopback ? 'localhost' : name === 'registry.hub.docker.com' ? 'docker.io' : name;
  return port === undefined || port === '443' || port === '80' ? plain : `${plain}:${port}`;
}

/** The environments that an image must come from; empty for one that it may come into from anywhere. */
export function stationsBefore({ environment }: Station, policy: Policy | undefined): readonly Station[] {
  // What the policy names as promote-from exists: that was checked when it was read.
  return (environment.promoteFrom ?? []).flatMap((name) => {
    const before = policy?.environments?.get(name);
    return before === undefined ? [] : [{ name, environment: before }];
  });
}

/** Whether the policy puts a condition before an environment. */
export function isGuarded({ environment }: Station): boolean {
  return environment.promoteFrom !== undefined || Object.keys(environment.gates ?? {}).length > 0;
}

/** Some of an environment's repositories, as they were named; all where none was. */
export function pickLocations(
  station: Station,
  picked: readonly Location[] | undefined,
): readonly Location[] {
  const own = locationsOf(station);
  for (const location of picked ?? []) {
    if (own.some((one) => isSamePlace(one, location))) continue;
    throw new SuiteError(
      'INPUT_INVALID',
      `${formatLocation(location)} is no repository of the environment ${station.name}.`,
      { remedy: `It has ${own.map(formatLocation).join(', ')}.` },
    );
  }
  return picked === undefined
    ? own
    : own.filter((one) => picked.some((location) => isSamePlace(one, location)));
}
