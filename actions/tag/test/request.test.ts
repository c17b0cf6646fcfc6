import { readInputs } from '@artifact-lifecycle/core/action';
import { loadPolicy } from '@artifact-lifecycle/core/policy';
import { describe, expect, it } from '@jest/globals';
import { tag } from '../src/inputs.ts';
import { readRequest, type TagRequest } from '../src/request.ts';

const POLICY = `
version: 1
environments:
  dev: { repository: ghcr.io/acme/api-dev }
  staging: { repository: ghcr.io/acme/api-staging, tags: [semver], channels: [edge] }
  qa: { repository: [ghcr.io/acme/a, ghcr.io/acme/b] }
  disk: { repository: "oci:out", tags: [git-sha] }
`;

function request(given: Readonly<Record<string, string>>, policy: string | undefined = POLICY): TagRequest {
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const silent = { mask: () => undefined, warning: () => undefined };
  return readRequest(
    readInputs(tag, env, silent),
    policy === '' ? undefined : loadPolicy(policy, 'policy.yml'),
  );
}

describe('readRequest', () => {
  it.each([
    [
      'its usual strategy',
      { environment: 'dev' },
      { images: ['ghcr.io/acme/api-dev'], strategies: ['build-number'] },
    ],
    ['what the policy says', { environment: 'staging' }, { strategies: ['semver'], channels: ['edge'] }],
    [
      'every repository',
      { environment: 'qa', strategy: 'git-sha' },
      { images: ['ghcr.io/acme/a', 'ghcr.io/acme/b'] },
    ],
    ['no name for a layout', { environment: 'disk' }, { images: ['name=oci:out,enable=false'] }],
  ])('takes from an environment %s', (_, given, wanted) => {
    expect(request(given)).toMatchObject(wanted);
  });

  it.each([
    [
      'strategies',
      { environment: 'staging', strategy: 'git-sha,combined' },
      { strategies: ['git-sha', 'combined'] },
    ],
    ['tags', { environment: 'staging', tags: 'type=sha' }, { strategies: [] }],
    ['images', { environment: 'staging', images: 'a/b' }, { images: ['a/b'] }],
    ['channels', { environment: 'staging', channels: 'latest' }, { channels: ['latest'] }],
  ])('lets inputs win over the policy: %s', (_, given, wanted) => {
    expect(request(given)).toMatchObject(wanted);
  });

  it.each([
    ['host:5000/a/b:1@sha256:0', ['host:5000/a/b']],
    ['host:5000/a/b', ['host:5000/a/b']],
    ['oci:dir:1', []],
  ])('names after the source %s: %j', (source, images) => {
    expect(request({ source }, '')).toMatchObject({ images });
  });

  it('knows usual environments without a policy, where inputs say the rest', () => {
    expect(request({ environment: 'production', images: 'a/b' }, '')).toMatchObject({
      strategies: ['semver', 'combined'],
    });
    expect(() => request({ environment: 'production' }, '')).toThrow(
      /"production" is not known: there is no policy file \.github\/artifact-lifecycle\.yml/,
    );
  });

  it('lets only what is listed move', () => {
    const { isChannel } = request({ channels: 'latest\n1.*' });
    expect(['latest', '1.2', '2.0', 'late'].map(isChannel)).toEqual([true, true, false, false]);
  });

  it.each([
    ['both a strategy and tags', { strategy: 'semver', tags: 'type=sha' }, 'strategy'],
    ['a strategy nobody knows', { strategy: 'sha' }, 'no strategy'],
    ['an environment that is not there', { environment: 'stagin' }, 'stagin'],
    ['an environment that does not say how', { environment: 'qa' }, 'how images are named'],
  ])('refuses %s', (_, given, fact) => {
    expect(() => request(given)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(fact) }),
    );
  });
});
