import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import type { CredentialSource } from '../../src/auth/credentials.ts';
import { githubRegistryHost, githubSource } from '../../src/auth/github-source.ts';
import { createKeychain } from '../../src/auth/keychain.ts';
import { type CredentialSettings, settingsSource } from '../../src/auth/settings-source.ts';
import { parseRepository } from '../../src/name/reference.ts';

let now = 0;
const KEYCHAIN = { clock: { now: () => now, sleep: async () => {} }, onSecret: () => {} };
const repository = (text: string) => parseRepository(text, 'image');

describe('the settings of a registry', () => {
  it.each<[string, CredentialSettings, unknown]>([
    [
      'user and password',
      { username: 'me', password: 'pw' },
      { kind: 'basic', username: 'me', password: 'pw' },
    ],
    ['user and token', { username: 'me', token: 't' }, { kind: 'basic', username: 'me', password: 't' }],
    ['a token alone', { token: 't' }, { kind: 'bearer', token: 't' }],
  ])('give credentials: %s', async (_name, settings, credentials) => {
    const source = settingsSource(new Map([['ghcr.io', settings]]));
    expect(await source.find(repository('ghcr.io/a'))).toEqual({ credentials, origin: 'registries' });
    expect(await source.find(repository('quay.io/a'))).toBeUndefined();
  });

  it('may be about other things', async () => {
    expect(await settingsSource(new Map([['ghcr.io', {}]])).find(repository('ghcr.io/a'))).toBeUndefined();
  });

  it.each<[string, CredentialSettings]>([
    ['a user alone', { username: 'me' }],
    ['a password alone', { password: 'secret' }],
  ])('are refused with %s', async (_name, settings) => {
    const finding = settingsSource(new Map([['ghcr.io', settings]])).find(repository('ghcr.io/a'));
    const error = await finding.catch((thrown: unknown) => thrown);
    expect(isSuiteError(error, 'INPUT_INVALID')).toBe(true);
    expect(String(error)).not.toContain('secret');
  });
});

describe('a workflow’s token', () => {
  it.each([
    ['github.com', 'https://github.com', 'ghcr.io'],
    ['an enterprise server', 'https://github.acme.example', 'containers.github.acme.example'],
    ['data residency', 'https://acme.ghe.com', 'containers.acme.ghe.com'],
    ['no server', '', undefined],
  ])('belongs to the registry of %s', (_name, server, host) => {
    expect(githubRegistryHost(server)).toBe(host);
  });

  it.each([
    ['its own registry', 'https://github.com', 'ghcr.io/a', true],
    ['another registry', 'https://github.com', 'docker.io/a', false],
    ['a host that ends alike', 'https://github.com', 'evil-ghcr.io/a', false],
    ['a port of its own host', 'https://github.com', 'ghcr.io:8443/a', false],
    ['github.com’s registry, from an enterprise server', 'https://github.acme.example', 'ghcr.io/a', false],
    [
      'an enterprise server’s registry, from github.com',
      'https://github.com',
      'containers.github.acme.example/a',
      false,
    ],
    ['this machine', 'https://github.com', 'localhost:5000/a', false],
  ])('is for %s', async (_name, serverUrl, image, given) => {
    const found = await githubSource({ token: 't', serverUrl, actor: 'me' }).find(repository(image));
    expect(found).toEqual(
      given
        ? { credentials: { kind: 'basic', username: 'me', password: 't' }, origin: 'github-token' }
        : undefined,
    );
  });

  it('that is empty is none', async () => {
    expect(
      await githubSource({ token: '', serverUrl: 'https://github.com' }).find(repository('ghcr.io/a')),
    ).toBeUndefined();
  });
});

describe('a keychain', () => {
  const source = (password: string, asked: string[], host = 'ghcr.io'): CredentialSource => ({
    async find(wanted) {
      asked.push(`${password} ${wanted.host}/${wanted.name}`);
      return wanted.host === host
        ? { credentials: { kind: 'basic', username: 'me', password }, origin: 'registries' }
        : undefined;
    },
  });

  it('takes the first source that knows, and asks once for each repository', async () => {
    const asked: string[] = [];
    const keychain = createKeychain(
      [source('a', asked, 'quay.io'), source('b', asked), source('c', asked)],
      KEYCHAIN,
    );
    const found = await Promise.all([
      keychain.credentialsFor(repository('ghcr.io/a')),
      keychain.credentialsFor(repository('ghcr.io/a')),
    ]);
    expect(found.map(({ credentials }) => credentials)).toEqual([
      { kind: 'basic', username: 'me', password: 'b' },
      { kind: 'basic', username: 'me', password: 'b' },
    ]);
    expect(asked).toEqual(['a ghcr.io/a', 'b ghcr.io/a']);
  });

  it('is nobody where no source knows', async () => {
    const keychain = createKeychain([], KEYCHAIN);
    expect(await keychain.credentialsFor(repository('ghcr.io/a'))).toEqual({
      credentials: { kind: 'anonymous' },
      origin: 'none',
    });
  });

  it('tells every form of a secret', async () => {
    const secrets: string[] = [];
    const keychain = createKeychain([source('pw', [])], {
      ...KEYCHAIN,
      onSecret: (secret) => secrets.push(secret),
    });
    await keychain.credentialsFor(repository('ghcr.io/a'));
    expect(secrets).toEqual(['pw', Buffer.from('me:pw').toString('base64')]);
  });

  it('asks again where a source failed', async () => {
    let attempts = 0;
    const failing: CredentialSource = {
      async find() {
        attempts += 1;
        throw new Error('locked');
      },
    };
    const keychain = createKeychain([failing], KEYCHAIN);
    await expect(keychain.credentialsFor(repository('ghcr.io/a'))).rejects.toThrow('locked');
    await expect(keychain.credentialsFor(repository('ghcr.io/a'))).rejects.toThrow('locked');
    expect(attempts).toBe(2);
  });

  it('asks again when what was found has aged, once for all who wait', async () => {
    let found = 0;
    const ageing: CredentialSource = {
      async find() {
        found += 1;
        return {
          credentials: { kind: 'bearer', token: `t${found}` },
          origin: 'cloud',
          refreshAt: found * 1000,
        };
      },
    };
    const keychain = createKeychain([ageing], KEYCHAIN);
    const ask = async () => (await keychain.credentialsFor(repository('ghcr.io/a'))).credentials;
    now = 999;
    expect([await ask(), await ask()]).toEqual([
      { kind: 'bearer', token: 't1' },
      { kind: 'bearer', token: 't1' },
    ]);
    now = 1000;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([
      { kind: 'bearer', token: 't2' },
      { kind: 'bearer', token: 't2' },
      { kind: 'bearer', token: 't2' },
    ]);
  });
});
