import { type KeyObject, sign } from 'node:crypto';
import type { CloudContext } from '../cloud-context.ts';
import type { Lasting } from '../renewable.ts';
import { readSkew } from '../server-time.ts';
import {
  askTokenService,
  expiresIn,
  FORM,
  oauthReason,
  readTokenJson,
  refusedBy,
  secretAt,
} from '../token-service.ts';
import { GOOGLE_SCOPE } from './federation.ts';

/** A service account, and the key that proves it. */
export interface ServiceAccount {
  readonly email: string;
  readonly keyId: string | undefined;
  readonly key: KeyObject;
  readonly tokenUrl: URL;
}

/** The longest an assertion may hold. */
const LIFETIME_SECONDS = 3600;

/**
 * Makes an access token of a key: it signs an assertion, which Google exchanges (RFC 7523). Where it is refused, and
 * this machine's clock is not Google's, it is signed once more by Google's.
 *
 * @throws SuiteError `UNAUTHORIZED` for a key that was deleted or disabled
 */
export async function logInWithKey(
  { http, clock, onSecret }: CloudContext,
  account: ServiceAccount,
): Promise<Lasting<string>> {
  const secrets: string[] = [];
  const ask = (now: number) => {
    const assertion = writeAssertion(account, now);
    secrets.push(assertion);
    return askTokenService(http, {
      method: 'POST',
      url: account.tokenUrl,
      headers: { 'content-type': FORM, accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion,
      }).toString(),
      service: 'Google OAuth',
    });
  };
  let answer = await ask(clock.now());
  const skew = readSkew(answer.headers, clock.now());
  if (answer.status === 400 && skew !== undefined) answer = await ask(clock.now() + skew);
  if (answer.status !== 200) {
    throw refusedBy(answer, {
      doing: `log ${account.email} in`,
      said: oauthReason(answer),
      secrets,
      remedy: 'Check that the key is still one of the service account.',
    });
  }
  const content = readTokenJson(answer);
  const value = secretAt(content, 'access_token', answer);
  onSecret(value);
  return { value, expiresAt: expiresIn(content, clock.now()) };
}

function writeAssertion({ email, keyId, key, tokenUrl }: ServiceAccount, now: number): string {
  const seconds = Math.floor(now / 1000);
  const head = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = {
    iss: email,
    scope: GOOGLE_SCOPE,
    aud: tokenUrl.href,
    iat: seconds,
    exp: seconds + LIFETIME_SECONDS,
  };
  const signed = `${encode(head)}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
