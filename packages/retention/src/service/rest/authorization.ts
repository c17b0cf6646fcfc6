import { SuiteError } from '@artifact-lifecycle/core';
import type { Credentials } from '@artifact-lifecycle/registry';

/**
 * The value of `Authorization` for an API that takes user name and password; `undefined` for nobody.
 *
 * @throws SuiteError `UNSUPPORTED` for an identity token, which only a token server takes
 */
export function basicAuthorization(credentials: Credentials, place: string): string | undefined {
  switch (credentials.kind) {
    case 'anonymous':
      return undefined;
    case 'basic': {
      const { username, password } = credentials;
      return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
    }
    case 'bearer':
      return `Bearer ${credentials.token}`;
    case 'identity':
      throw new SuiteError('UNSUPPORTED', `The API beside ${place} takes no identity token.`, {
        remedy: 'Give username and password for it in the input "registries".',
      });
  }
}
