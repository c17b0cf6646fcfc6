import { isSuiteError } from '@artifact-lifecycle/core';
import { readInputs } from '@artifact-lifecycle/core/action';
import { loadPolicy } from '@artifact-lifecycle/core/policy';
import { formatLocation } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { promote } from '../src/inputs.ts';
import { channelsOf } from '../src/naming.ts';
import { type PromotionRequest, readRequests } from '../src/request.ts';

const SOURCE = 'ghcr.io/acme/api-dev:1.0.0';
const BY_DIGEST = `ghcr.io/acme/api-dev@sha256:${'a'.repeat(64)}`;
const POLICY = `
version: 1
environments:
  open:
    repository: [ghcr.io/acme/api, ghcr.io/acme/api-eu]
    channels: ["1.*", latest]
  guarded:
    repository: ghcr.io/acme/guarded
    gates:
      platforms: [linux/amd64]
      soak: 24h
`;

/** Reads requests as a step would ask for them. */
function requests(inputs: Readonly<Record<string, string>>, policy?: string): readonly PromotionRequest[] {
  const given =
    inputs['to'] === undefined ? { source: SOURCE, destination: 'ghcr.io/acme/api', ...inputs } : inputs;
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const read = readInputs(promote, env, { mask: () => {}, warning: () => {} });
  return readRequests(read, policy === undefined ? undefined : loadPolicy(policy, 'policy.yml'));
}

/** The code of the error that something throws. */
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isSuiteError(error)) return error.code;
    throw error;
  }
  return 'none';
}

describe('the tags of a request', () => {
  it.each([
    ['are those of the input', { tags: '2.0.0, 2.0\n2' }, ['2.0.0', '2.0', '2']],
    ['are the source’s own where none are given', {}, ['1.0.0']],
  ])('%s', (_, inputs, tags) => {
    expect(requests(inputs).map((one) => one.tags)).toEqual([tags]);
  });

  it('are none that point to records', () => {
    expect(codeOf(() => requests({ tags: 'artifact-lifecycle.production' }))).toBe('INPUT_INVALID');
    expect(codeOf(() => requests({ source: 'ghcr.io/acme/api:artifact-lifecycle.dev' }))).toBe(
      'INPUT_INVALID',
    );
  });

  it('are required for a source by digest', () => {
    expect(codeOf(() => requests({ source: BY_DIGEST }))).toBe('INPUT_INVALID');
    expect(codeOf(() => requests({ source: BY_DIGEST, tags: '1' }))).toBe('none');
  });
});

describe('channels', () => {
  it.each([
    ['are nowhere by default', {}, undefined, [[]]],
    ['are those that the input lists', { channels: 'latest, 1.*' }, undefined, [['latest', '1.*']]],
    ['are those of the policy’s environment', {}, POLICY, [['1.*', 'latest']]],
    [
      'are the same in each of its repositories',
      { destination: 'ghcr.io/acme/api-eu' },
      POLICY,
      [['1.*', 'latest']],
    ],
    ['are not those of others', { destination: 'ghcr.io/acme/x' }, POLICY, [[]]],
    [
      'are those of the policy that the input picks',
      { channels: 'latest, 1.2' },
      POLICY,
      [['latest', '1.2']],
    ],
    [
      'may be others at another destination',
      { destination: 'ghcr.io/acme/api\nghcr.io/acme/x' },
      POLICY,
      [['1.*', 'latest'], []],
    ],
  ] as const)('%s', (_, inputs, policy, expected) => {
    expect(requests(inputs, policy).map(({ channels }) => channels)).toEqual(expected);
  });

  it.each([
    ['a tag that the policy keeps', { channels: 'edge' }],
    ['everything', { channels: '*' }],
    ['more than a pattern of the policy', { channels: '1*' }],
    [
      'a tag, by an environment that lets nothing move',
      { destination: 'ghcr.io/acme/guarded', channels: 'latest' },
    ],
  ])('of an input do not let move %s', (_, inputs) => {
    expect(codeOf(() => requests(inputs, POLICY))).toBe('POLICY_WEAKENED');
  });

  it.each([
    {
      name: 'numbers of the version',
      channels: ['2', '2.1', '1', '2.0'],
      version: '2.1.0',
      tags: ['2', '2.1'],
    },
    { name: 'with a v', channels: ['v2', 'v2.1'], version: '2.1.0', tags: ['v2', 'v2.1'] },
    { name: 'names', channels: ['latest', 'stable'], version: '2.1.0', tags: ['latest', 'stable'] },
    { name: 'no patterns', channels: ['2.*', '/^3/', 'latest'], version: '2.1.0', tags: ['latest'] },
    { name: 'none of a prerelease', channels: ['2', 'latest'], version: '2.1.0-rc.1', tags: [] },
    { name: 'names without a version', channels: ['2', 'edge'], version: undefined, tags: ['edge'] },
  ])('that a promotion moves: $name', ({ channels, version, tags }) => {
    expect(channelsOf(channels, version)).toEqual(tags);
  });
});

const SPELLED = `
version: 1
environments:
  dev:
    repository: ghcr.io/acme/dev
  hub:
    repository: index.docker.io/acme/api
    gates: { soak: 24h }
  library:
    repository: docker.io/tool
    gates: { soak: 24h }
  capitals:
    repository: GHCR.io/acme/api
    gates: { soak: 24h }
  port:
    repository: Registry.test:5000/acme/api
    gates: { soak: 24h }
  machine:
    repository: localhost:5001/acme/api
    gates: { soak: 24h }
  directory:
    repository: oci:out/layout
    gates: { soak: 24h }
  next:
    repository: ghcr.io/acme/next
    promote-from: dev
`;

describe('a repository that the policy guards', () => {
  it.each([
    ['Docker Hub under its other name', 'docker.io/acme/api'],
    ['Docker Hub without a host', 'acme/api'],
    ['Docker Hub’s own namespace', 'docker.io/library/tool'],
    ['a host in capitals', 'ghcr.io/acme/api'],
    ['a host with a port in capitals', 'registry.test:5000/acme/api'],
    ['a directory with a detour', 'oci:./out/x/../layout/'],
    ['the default port', 'ghcr.io:443/acme/api'],
    ['Docker Hub by its web page', 'registry.hub.docker.com/acme/api'],
    ['this machine by an address', '127.0.0.1:5001/acme/api'],
    ['this machine by a short address', '127.1:5001/acme/api'],
    ['this machine by an address of version 6', '[::1]:5001/acme/api'],
  ])('has its gates judged however policy and input spell it: %s', (_, destination) => {
    expect(requests({ destination }, SPELLED).map(({ gates }) => Object.keys(gates))).toEqual([['soak']]);
  });

  it('is written to by the name that the policy has for it', () => {
    const written = (destination: string) =>
      requests({ destination }, SPELLED).flatMap(({ destinations }) => destinations.map(formatLocation));
    expect(written('ghcr.io:443/acme/api')).toEqual(['ghcr.io/acme/api']);
    expect(written('oci:./out/layout')).toEqual(['oci:out/layout']);
  });

  it('demands the record of the environment before', () => {
    const before = (destination: string) =>
      requests({ destination }, SPELLED).flatMap(({ promoteFrom }) => promoteFrom.map(({ name }) => name));
    expect(before('ghcr.io/acme/next')).toEqual(['dev']);
    expect(before('ghcr.io/acme/dev')).toEqual([]);
  });

  it('is not weakened by an input', () => {
    const destination = 'ghcr.io/acme/guarded';
    expect(codeOf(() => requests({ destination, gates: 'soak: 1h' }, POLICY))).toBe('POLICY_WEAKENED');
    const [tightened] = requests({ destination, gates: 'soak: 48h\ntests: { junit: [a.xml] }' }, POLICY);
    expect(Object.keys(tightened?.gates ?? {}).toSorted()).toEqual(['platforms', 'soak', 'tests']);
    expect(tightened?.gates.soak?.for).toBe(48 * 3_600_000);
  });

  it('is named by its environment where several have it', () => {
    const policy = `${SPELLED}\n  twin: { repository: ghcr.io/acme/next }\n`;
    expect(codeOf(() => requests({ destination: 'ghcr.io/acme/next' }, policy))).toBe('INPUT_INVALID');
    expect(codeOf(() => requests({ source: SOURCE, to: 'next', 'require-gates': 'false' }, policy))).toBe(
      'none',
    );
  });
});

const ROAD = `
version: 1
environments:
  dev: { repository: ghcr.io/acme/dev, tags: [build-number] }
  staging: { repository: ghcr.io/acme/staging, promote-from: dev, tags: [git-sha], gates: { soak: 1h } }
  eu: { repository: [ghcr.io/acme/eu, eu.example/acme/api], promote-from: staging, tags: [semver], gates: { soak: 1h } }
  us: { repository: ghcr.io/acme/us, promote-from: [staging, eu], tags: [semver], gates: { soak: 1h } }
`;

describe('the road between environments', () => {
  const road = (inputs: Readonly<Record<string, string>>) =>
    requests(inputs, ROAD).map(({ source, to, promoteFrom, destinations }) => ({
      from: source.kind === 'station' ? source.station.name : source.reference.tag,
      to: to?.name,
      before: promoteFrom.map(({ name }) => name),
      destinations: destinations.map(formatLocation),
    }));

  it('begins where the environment says', () => {
    expect(road({ to: 'staging' })).toEqual([
      { from: 'dev', to: 'staging', before: ['dev'], destinations: ['ghcr.io/acme/staging'] },
    ]);
  });

  it('leads to several environments and regions at once', () => {
    expect(road({ to: 'eu, us', from: 'staging' }).map(({ to, destinations }) => [to, destinations])).toEqual(
      [
        ['eu', ['ghcr.io/acme/eu', 'eu.example/acme/api']],
        ['us', ['ghcr.io/acme/us']],
      ],
    );
  });

  it('may be gone for one region alone', () => {
    expect(road({ to: 'eu', destination: 'eu.example/acme/api' })[0]?.destinations).toEqual([
      'eu.example/acme/api',
    ]);
  });

  it('may begin with an image that is named', () => {
    expect(road({ to: 'staging', source: SOURCE })[0]).toMatchObject({ from: '1.0.0', before: ['dev'] });
  });

  it.each([
    { name: 'an environment that is skipped', inputs: { to: 'eu', from: 'dev' }, says: /not from dev/ },
    { name: 'an environment that is not known', inputs: { to: 'stagin' }, says: /Did you mean "staging"/ },
    { name: 'several to come from, and none is named', inputs: { to: 'us' }, says: /staging or eu/ },
    {
      name: 'one that images come into from anywhere',
      inputs: { to: 'dev', 'require-gates': 'false' },
      says: /no promote-from/,
    },
    { name: 'one without gates', inputs: { to: 'dev', source: SOURCE }, says: /no gates/ },
    {
      name: 'a repository of another environment',
      inputs: { to: 'eu', destination: 'ghcr.io/acme/us' },
      says: /no repository of/,
    },
    {
      name: 'both ways to say what is promoted',
      inputs: { to: 'eu', from: 'staging', source: SOURCE },
      says: /"from"/,
    },
    {
      name: 'a way without an end',
      inputs: { from: 'dev', destination: 'ghcr.io/acme/x', source: SOURCE },
      says: /without "to"/,
    },
  ])('is refused for $name', ({ inputs, says }) => {
    let said = '';
    try {
      requests(inputs, ROAD);
    } catch (error) {
      if (!isSuiteError(error)) throw error;
      said = `${error.message} ${error.remedy ?? ''}`;
    }
    expect(said).toMatch(says);
  });
});

describe('several images', () => {
  it('go each to a repository of its name', () => {
    const read = requests({
      source: 'ghcr.io/acme/dev/api:1.0.0\nghcr.io/acme/dev/worker:1.0.0',
      destination: 'ghcr.io/acme/prod/',
    });
    expect(read.flatMap(({ destinations }) => destinations.map(formatLocation))).toEqual([
      'ghcr.io/acme/prod/api',
      'ghcr.io/acme/prod/worker',
    ]);
  });
});
