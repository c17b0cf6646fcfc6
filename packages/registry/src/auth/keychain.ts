import type { Clock } from '@artifact-lifecycle/core';
import type { Repository } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import {
  ANONYMOUS,
  type CredentialSource,
  type FoundCredentials,
  type SecretListener,
  secretsOf,
} from './credentials.ts';

/** Says who asks for a repository. */
export interface Keychain {
  /**
   * @throws SuiteError where a place that should hold credentials cannot be read: a broken file, a credential
   * helper that fails. Going on as nobody would hide it.
   */
  credentialsFor(repository: Repository): Promise<FoundCredentials>;
}

/** What a keychain works with. */
export interface KeychainOptions {
  readonly clock: Clock;
  readonly onSecret: SecretListener;
}

/**
 * Asks sources one after the other, and is nobody where none knows. Each repository is looked up once, and again
 * when what was found has aged; secrets are told to `onSecret` before anyone can use them.
 */
export function createKeychain(sources: readonly CredentialSource[], options: KeychainOptions): Keychain {
  const known = new Map<string, Promise<FoundCredentials>>();

  const find = async (repository: Repository): Promise<FoundCredentials> => {
    for (const source of sources) {
      const found = await source.find(repository);
      if (found === undefined) continue;
      for (const secret of secretsOf(found.credentials)) if (secret !== '') options.onSecret(secret);
      return found;
    }
    return ANONYMOUS;
  };

  const look = (key: string, repository: Repository): Promise<FoundCredentials> => {
    const finding = find(repository);
    known.set(key, finding);
    // What failed once may work when it is asked for again.
    finding.catch(() => {
      if (known.get(key) === finding) known.delete(key);
    });
    return finding;
  };

  return {
    async credentialsFor(repository) {
      const key = formatLocation(repository);
      const before = known.get(key) ?? look(key, repository);
      const { refreshAt = Number.POSITIVE_INFINITY } = await before;
      if (options.clock.now() < refreshAt) return before;
      // Who comes second while another looks shares what that one finds.
      const current = known.get(key);
      return current === undefined || current === before ? look(key, repository) : current;
    },
  };
}
