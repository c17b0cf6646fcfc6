import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { SecretListener } from '../auth/credentials.ts';

/** What logins to clouds work with. */
export interface CloudContext {
  readonly http: HttpClient;
  /** Makes a client without proxies and with little patience, for services of the machine itself; its maker closes it. */
  readonly openDirectHttp: () => HttpClient;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Told of every key and token before its first use. */
  readonly onSecret: SecretListener;
  readonly onWarning: (text: string) => void;
  /**
   * Gives a token of OpenID Connect that says who runs this, for an audience; absent where nobody does.
   *
   * @throws SuiteError `PERMISSION_MISSING`, `UNREACHABLE`
   */
  readonly requestIdToken?: ((audience: string) => Promise<string>) | undefined;
}

/** A variable of the environment; what is empty counts as unset. */
export function variable(
  { environment }: Pick<CloudContext, 'environment'>,
  name: string,
): string | undefined {
  return environment[name] || undefined;
}

/**
 * Asks for the run's own token, and has it masked.
 *
 * @throws SuiteError `UNAUTHORIZED` where nobody gives one, `PERMISSION_MISSING`, `UNREACHABLE`
 */
export async function requestRunToken(
  { requestIdToken, onSecret }: Pick<CloudContext, 'requestIdToken' | 'onSecret'>,
  audience: string,
): Promise<string> {
  if (requestIdToken === undefined) {
    throw new SuiteError(
      'UNAUTHORIZED',
      `There is nobody to give a token of OpenID Connect for ${audience}.`,
      {
        remedy: 'Run it where there is one, or give other credentials.',
      },
    );
  }
  const token = await requestIdToken(audience);
  onSecret(token);
  return token;
}
