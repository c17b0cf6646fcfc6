import { isSuiteError } from '@artifact-lifecycle/core';
import { readInputs } from '@artifact-lifecycle/core/action';
import { loadPolicy } from '@artifact-lifecycle/core/policy';
import { parseTag } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { promote } from '../src/inputs.ts';
import { type PromotionRequest, readRequest } from '../src/request.ts';

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

/** Reads a request as a step would ask for it. */
function request(inputs: Readonly<Record<string, string>>, policy?: string): PromotionRequest {
  const given = { source: SOURCE, destination: 'ghcr.io/acme/api', ...inputs };
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const read = readInputs(promote, env, { mask: () => {}, warning: () => {} });
  return readRequest(read, policy === undefined ? undefined : loadPolicy(policy, 'policy.yml'));
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
    ['are each there once', { tags: '2\n2' }, ['2']],
  ])('%s', (_, inputs, tags) => {
    expect(request(inputs).targets.map((target) => target.tags)).toEqual([tags]);
  });

  it('are required for a source by digest', () => {
    expect(codeOf(() => request({ source: BY_DIGEST }))).toBe('INPUT_INVALID');
    expect(codeOf(() => request({ source: BY_DIGEST, tags: '1' }))).toBe('none');
  });
});

describe('a tag may move', () => {
  const mayMove = (inputs: Readonly<Record<string, string>>, policy: string | undefined, tag: string) =>
    request(inputs, policy).targets.map(({ isChannel }) => isChannel(parseTag(tag, 'tag')));

  it.each([
    ['nowhere by default', {}, undefined, 'latest', [false]],
    ['where the input lists it', { channels: 'latest' }, undefined, 'latest', [true]],
    ['where a pattern of the input takes it', { channels: '1.*' }, undefined, '1.2', [true]],
    ['only where the whole tag matches', { channels: '1.*' }, undefined, 'v1.2', [false]],
    ['where the policy’s environment lists it', {}, POLICY, '1.2', [true]],
    [
      'in each of the environment’s repositories',
      { destination: 'ghcr.io/acme/api-eu' },
      POLICY,
      '1.2',
      [true],
    ],
    [
      'not in a repository the policy does not name',
      { destination: 'ghcr.io/acme/x' },
      POLICY,
      '1.2',
      [false],
    ],
    ['as the input says, not the policy', { channels: 'edge' }, POLICY, 'latest', [false]],
    [
      'at one destination and not at another',
      { destination: 'ghcr.io/acme/api\nghcr.io/acme/x' },
      POLICY,
      'latest',
      [true, false],
    ],
  ] as const)('%s', (_, inputs, policy, tag, expected) => {
    expect(mayMove(inputs, policy, tag)).toEqual(expected);
  });

  it('by no pattern that is none', () => {
    expect(codeOf(() => request({ channels: '[a' }))).toBe('INPUT_INVALID');
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
  ])('is known however policy and input spell it: %s', (_, destination) => {
    expect(codeOf(() => request({ destination }, SPELLED))).toBe('UNSUPPORTED');
  });

  it('is not promoted to without the record that the policy demands of the environment before', () => {
    expect(codeOf(() => request({ destination: 'ghcr.io/acme/next' }, SPELLED))).toBe('UNSUPPORTED');
    expect(codeOf(() => request({ destination: 'ghcr.io/acme/dev' }, SPELLED))).toBe('none');
  });

  it('is not promoted to without judging its gates', () => {
    expect(codeOf(() => request({ destination: 'ghcr.io/acme/guarded' }, POLICY))).toBe('UNSUPPORTED');
  });

  it.each(['gates', 'mode', 'from', 'to', 'version'])(
    'is not reached by the input "%s" being ignored',
    (name) => {
      expect(codeOf(() => request({ [name]: 'x' }))).toBe('INPUT_INVALID');
    },
  );
});
