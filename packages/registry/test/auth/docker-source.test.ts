import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import type { HelperResult } from '../../src/auth/credential-helper.ts';
import type { FoundCredentials } from '../../src/auth/credentials.ts';
import { dockerSource } from '../../src/auth/docker-source.ts';
import { parseRepository } from '../../src/name/reference.ts';

const CONFIG = '/home/me/.docker/config.json';

function auth(text: string): string {
  return Buffer.from(text).toString('base64');
}

interface World {
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, unknown>>;
  /** By `program server`. */
  readonly helpers?: Readonly<Record<string, HelperResult | Readonly<Record<string, string>>>>;
}

async function find(
  image: string,
  world: World,
  asked: string[] = [],
): Promise<FoundCredentials | undefined> {
  const source = dockerSource({
    variables: world.variables ?? {},
    homeDirectory: '/home/me',
    async readTextFile(path) {
      const content = world.files?.[path.replaceAll('\\', '/')];
      return content === undefined || typeof content === 'string' ? content : JSON.stringify(content);
    },
    async runHelper(program, server) {
      asked.push(`${program} ${server}`);
      const answer = world.helpers?.[`${program} ${server}`];
      if (answer === undefined) throw new Error(`Nobody expected ${program} ${server}.`);
      return 'exitCode' in answer && 'output' in answer
        ? { exitCode: Number(answer.exitCode), output: String(answer.output) }
        : { exitCode: 0, output: JSON.stringify(answer) };
    },
  });
  return source.find(parseRepository(image, 'image'));
}

const basic = (username: string, password: string) => ({
  credentials: { kind: 'basic', username, password },
  origin: 'docker-config',
});

const NOT_FOUND: HelperResult = { exitCode: 1, output: 'credentials not found in native keychain\n' };

describe('docker’s config.json', () => {
  it.each<[string, string, World, unknown]>([
    [
      'a login',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'ghcr.io': { auth: auth('me:pw') } } } } },
      basic('me', 'pw'),
    ],
    [
      'a password with colons',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'ghcr.io': { auth: auth('me:p:w') } } } } },
      basic('me', 'p:w'),
    ],
    [
      'a password padded with NULs',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'ghcr.io': { auth: auth('me:pw\0\0') } } } } },
      basic('me', 'pw'),
    ],
    [
      'user and password apart',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'ghcr.io': { username: 'me', password: 'pw' } } } } },
      basic('me', 'pw'),
    ],
    [
      'Docker Hub by its old key',
      'alpine',
      { files: { [CONFIG]: { auths: { 'https://index.docker.io/v1/': { auth: auth('me:pw') } } } } },
      basic('me', 'pw'),
    ],
    [
      'Docker Hub by its name',
      'acme/app',
      { files: { [CONFIG]: { auths: { 'docker.io': { auth: auth('me:pw') } } } } },
      basic('me', 'pw'),
    ],
    [
      'a key that is a URL',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'https://ghcr.io/v1/': { auth: auth('me:pw') } } } } },
      basic('me', 'pw'),
    ],
    [
      'a key that is a URL beside the host itself',
      'ghcr.io/a',
      {
        files: {
          [CONFIG]: {
            auths: { 'https://ghcr.io/v2/': { auth: auth('old:pw') }, 'ghcr.io': { auth: auth('new:pw') } },
          },
        },
      },
      basic('new', 'pw'),
    ],
    [
      'a host with a port',
      'localhost:5000/a',
      {
        files: {
          [CONFIG]: {
            auths: { 'localhost:5000': { auth: auth('me:pw') }, localhost: { auth: auth('no:no') } },
          },
        },
      },
      basic('me', 'pw'),
    ],
    [
      'the longest path',
      'quay.io/acme/team/app',
      {
        files: {
          [CONFIG]: {
            auths: {
              'quay.io': { auth: auth('all:pw') },
              'quay.io/acme': { auth: auth('acme:pw') },
              'quay.io/acme/team': { auth: auth('team:pw') },
            },
          },
        },
      },
      basic('team', 'pw'),
    ],
    [
      'no path that is only part of a word',
      'quay.io/acme-two/app',
      { files: { [CONFIG]: { auths: { 'quay.io/acme': { auth: auth('acme:pw') } } } } },
      undefined,
    ],
    [
      'an identity token',
      'acme.azurecr.io/a',
      {
        files: {
          [CONFIG]: {
            auths: {
              'acme.azurecr.io': {
                auth: auth('00000000-0000-0000-0000-000000000000:'),
                identitytoken: 'idt',
              },
            },
          },
        },
      },
      {
        credentials: { kind: 'identity', username: '00000000-0000-0000-0000-000000000000', token: 'idt' },
        origin: 'docker-config',
      },
    ],
    [
      'a registry token',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'ghcr.io': { registrytoken: 'rt', auth: auth('me:pw') } } } } },
      { credentials: { kind: 'bearer', token: 'rt' }, origin: 'docker-config' },
    ],
    [
      'another host’s login',
      'ghcr.io/a',
      { files: { [CONFIG]: { auths: { 'quay.io': { auth: auth('me:pw') } } } } },
      undefined,
    ],
    [
      'a host that only ends alike',
      'ghcr.io/a',
      {
        files: {
          [CONFIG]: { auths: { 'evil.ghcr.io': { auth: auth('me:pw') }, io: { auth: auth('me:pw') } } },
        },
      },
      undefined,
    ],
    ['no entry', 'ghcr.io/a', { files: { [CONFIG]: {} } }, undefined],
    ['no file', 'ghcr.io/a', {}, undefined],
    [
      'the store',
      'ghcr.io/a',
      {
        files: { [CONFIG]: { credsStore: 'desktop' } },
        helpers: {
          'docker-credential-desktop ghcr.io': { ServerURL: 'ghcr.io', Username: 'me', Secret: 'pw' },
        },
      },
      basic('me', 'pw'),
    ],
    [
      'the store, behind an empty entry',
      'ghcr.io/a',
      {
        files: { [CONFIG]: { auths: { 'ghcr.io': {} }, credsStore: 'desktop' } },
        helpers: { 'docker-credential-desktop ghcr.io': { Username: 'me', Secret: 'pw' } },
      },
      basic('me', 'pw'),
    ],
    [
      'Docker Hub in the store',
      'alpine',
      {
        files: { [CONFIG]: { credsStore: 'desktop' } },
        helpers: {
          'docker-credential-desktop https://index.docker.io/v1/': { Username: 'me', Secret: 'pw' },
        },
      },
      basic('me', 'pw'),
    ],
    [
      'the host’s helper before all',
      'a.gcr.io/a',
      {
        files: {
          [CONFIG]: {
            auths: { 'a.gcr.io': { auth: auth('no:no') } },
            credHelpers: { 'a.gcr.io': 'gcloud' },
            credsStore: 'desktop',
          },
        },
        helpers: { 'docker-credential-gcloud a.gcr.io': { Username: 'me', Secret: 'pw' } },
      },
      basic('me', 'pw'),
    ],
    [
      'the entry, where the helper knows nothing',
      'ghcr.io/a',
      {
        files: {
          [CONFIG]: { auths: { 'ghcr.io': { auth: auth('me:pw') } }, credHelpers: { 'ghcr.io': 'x' } },
        },
        helpers: { 'docker-credential-x ghcr.io': NOT_FOUND },
      },
      basic('me', 'pw'),
    ],
    [
      'nothing, where nobody knows',
      'ghcr.io/a',
      {
        files: { [CONFIG]: { credHelpers: { 'ghcr.io': 'x' }, credsStore: 'y' } },
        helpers: { 'docker-credential-x ghcr.io': NOT_FOUND, 'docker-credential-y ghcr.io': NOT_FOUND },
      },
      undefined,
    ],
    [
      'an identity token of a helper',
      'acme.azurecr.io/a',
      {
        files: { [CONFIG]: { credHelpers: { 'acme.azurecr.io': 'acr-env' } } },
        helpers: { 'docker-credential-acr-env acme.azurecr.io': { Username: '<token>', Secret: 'idt' } },
      },
      { credentials: { kind: 'identity', username: undefined, token: 'idt' }, origin: 'docker-config' },
    ],
    [
      'a helper with nothing in its answer',
      'ghcr.io/a',
      {
        files: { [CONFIG]: { credsStore: 'y' } },
        helpers: { 'docker-credential-y ghcr.io': { Username: '', Secret: '' } },
      },
      undefined,
    ],
  ])('gives %s', async (_name, image, world, expected) => {
    expect(await find(image, world)).toEqual(expected);
  });

  it.each<[string, World, string]>([
    [
      'what DOCKER_AUTH_CONFIG holds',
      {
        variables: {
          DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'ghcr.io': { auth: auth('env:pw') } } }),
          DOCKER_CONFIG: '/dc',
        },
        files: { '/dc/config.json': login('dir') },
      },
      'env',
    ],
    [
      'the directory DOCKER_CONFIG names',
      {
        variables: { DOCKER_CONFIG: '/dc', REGISTRY_AUTH_FILE: '/raf' },
        files: { '/dc/config.json': login('dir'), '/raf': login('podman'), [CONFIG]: login('home') },
      },
      'dir',
    ],
    [
      'the file REGISTRY_AUTH_FILE names',
      {
        variables: { REGISTRY_AUTH_FILE: '/raf' },
        files: { '/raf': login('podman'), [CONFIG]: login('home') },
      },
      'podman',
    ],
    [
      'the home directory',
      {
        variables: { XDG_RUNTIME_DIR: '/run/me', DOCKER_CONFIG: '' },
        files: { [CONFIG]: login('home'), '/run/me/containers/auth.json': login('xdg') },
      },
      'home',
    ],
    [
      'podman’s own file',
      { variables: { XDG_RUNTIME_DIR: '/run/me' }, files: { '/run/me/containers/auth.json': login('xdg') } },
      'xdg',
    ],
    [
      'podman’s file where there is no runtime directory',
      { files: { '/home/me/.config/containers/auth.json': login('config') } },
      'config',
    ],
    [
      'the next file where the first knows nothing',
      {
        variables: { DOCKER_CONFIG: '/dc', REGISTRY_AUTH_FILE: '/raf' },
        files: { '/dc/config.json': {}, '/raf': login('podman') },
      },
      'podman',
    ],
  ])('is looked for: %s', async (_name, world, username) => {
    expect(await find('ghcr.io/a', world)).toEqual(basic(username, 'pw'));
  });

  it('in the home directory is left alone where DOCKER_CONFIG names another', async () => {
    const world = { variables: { DOCKER_CONFIG: '/dc' }, files: { [CONFIG]: login('home') } };
    expect(await find('ghcr.io/a', world)).toBeUndefined();
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{"auths": {"ghcr.io": {"auth": "c2VjcmV0', /config\.json is not JSON/],
    ['a list', '[]', /no object for the whole/],
    ['auths that are a text', { auths: 'secret' }, /no object for auths/],
    ['an entry that is a text', { auths: { 'ghcr.io': 'secret' } }, /no object for an entry/],
    [
      'a password that is a number',
      { auths: { 'ghcr.io': { username: 'a', password: 1 } } },
      /password is no text/,
    ],
    ['an auth without a colon', { auths: { 'ghcr.io': { auth: auth('secret') } } }, /not user:password/],
    ['a helper with a path', { credHelpers: { 'ghcr.io': '../../tmp/x' } }, /no plain name/],
    ['a helper with a command', { credsStore: 'x; rm -rf /' }, /no plain name/],
    ['a helper that is a switch', { credsStore: '-x' }, /no plain name/],
  ])('is refused with %s, without showing it', async (_name, content, message) => {
    const reading = find('ghcr.io/a', { files: { [CONFIG]: content } });
    await expect(reading).rejects.toThrow(message);
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'CONTENT_INVALID')).toBe(true);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/secret|c2VjcmV0/);
  });

  it('does not take a key of JavaScript’s for one of its own', async () => {
    const files = {
      [CONFIG]:
        '{"auths":{"__proto__":{"auth":"bWU6cHc="},"constructor":{}},"credHelpers":{"__proto__":"x"}}',
    };
    expect(await find('ghcr.io/a', { files })).toBeUndefined();
  });

  it.each<[string, HelperResult, RegExp]>([
    [
      'ends with an error',
      { exitCode: 1, output: 'secret is locked' },
      /docker-credential-x, asked about ghcr\.io, ended with code 1\./,
    ],
    ['is killed', { exitCode: null, output: '' }, /was killed/],
    ['answers no JSON', { exitCode: 0, output: 'secret' }, /not its protocol/],
    ['answers a list', { exitCode: 0, output: 'null' }, /not its protocol/],
    ['answers a number', { exitCode: 0, output: '{"Username":1,"Secret":"secret"}' }, /not its protocol/],
  ])('stops where a helper %s', async (_name, result, message) => {
    const source = dockerSource({
      variables: {},
      homeDirectory: '/home/me',
      readTextFile: async (path) =>
        path.replaceAll('\\', '/') === CONFIG ? '{"credsStore":"x"}' : undefined,
      runHelper: async () => result,
    });
    const finding = source.find(parseRepository('ghcr.io/a', 'image'));
    await expect(finding).rejects.toThrow(message);
    const error = await finding.catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'UNAUTHORIZED')).toBe(true);
    expect(String(error)).not.toContain('secret');
  });
});

function login(username: string): unknown {
  return { auths: { 'ghcr.io': { auth: auth(`${username}:pw`) } } };
}
