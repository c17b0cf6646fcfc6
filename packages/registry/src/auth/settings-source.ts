import { SuiteError } from '@artifact-lifecycle/core';
import type { CredentialSource, Credentials } from './credentials.ts';

/** What the caller was told about one registry host, as far as credentials go (contract: `registries`). */
export interface CredentialSettings {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** With a user name, its password; alone, a bearer token that is sent as it is. */
  readonly token?: string | undefined;
}

/** Looks in the settings that the caller gave for each host. */
export function settingsSource(settings: ReadonlyMap<string, CredentialSettings>): CredentialSource {
  return {
    async find(repository) {
      const found = settings.get(repository.host);
      const credentials = found === undefined ? undefined : credentialsOf(found, repository.host);
      return credentials === undefined ? undefined : { credentials, origin: 'registries' };
    },
  };
}

function credentialsOf(settings: CredentialSettings, host: string): Credentials | undefined {
  const { username, password, token } = settings;
  if (username === undefined && password === undefined && token === undefined) return undefined;
  if (username === undefined && password === undefined && token !== undefined)
    return { kind: 'bearer', token };
  const secret = password ?? token;
  if (username !== undefined && secret !== undefined) return { kind: 'basic', username, password: secret };
  const missing = username === undefined ? 'a password and no user name' : 'a user name and no password';
  throw new SuiteError('INPUT_INVALID', `The settings of registry ${host} have ${missing}.`, {
    remedy: 'Give username and password, or token alone.',
  });
}
