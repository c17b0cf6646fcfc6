import type { Repository } from '../name/reference.ts';
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

/**
 * Asks sources one after the other, and is nobody where none knows. Each repository is looked up once;
 * secrets are told to `onSecret` before anyone can use them.
 */
export function createKeychain(sources: readonly CredentialSource[], onSecret: SecretListener): Keychain {
  const known = new Map<string, Promise<FoundCredentials>>();

  const find = async (repository: Repository): Promise<FoundCredentials> => {
    for (const source of sources) {
      const found = await source.find(repository);
      if (found === undefined) continue;
      for (const secret of secretsOf(found.credentials)) if (secret !== '') onSecret(secret);
      return found;
    }
    return ANONYMOUS;
  };

  return {
    credentialsFor(repository) {
      const key = formatLocation(repository);
      const before = known.get(key);
      if (before !== undefined) return before;
      const finding = find(repository);
      known.set(key, finding);
      // What failed once may work when it is asked for again.
      finding.catch(() => known.delete(key));
      return finding;
    },
  };
}
