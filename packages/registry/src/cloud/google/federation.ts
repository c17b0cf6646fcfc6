import type { CloudContext } from '../cloud-context.ts';
import { readExpiration } from '../expiration.ts';
import type { Lasting } from '../renewable.ts';
import {
  askTokenService,
  expiresIn,
  FORM,
  oauthReason,
  readTokenJson,
  refusedBy,
  secretAt,
} from '../token-service.ts';

/** What registries ask for; finer scopes exist for some of Google's services only. */
export const GOOGLE_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** A token of another issuer, and the provider that knows this issuer. */
export interface FederatedIdentity {
  readonly url: URL;
  /** `//iam.googleapis.com/projects/…/providers/…`. */
  readonly audience: string;
  readonly token: string;
  readonly tokenType?: string | undefined;
}

/**
 * Makes an access token of Google's of one of another issuer (Security Token Service, `token`; RFC 8693).
 *
 * @throws SuiteError `UNAUTHORIZED` where the provider does not take it
 */
export async function exchangeFederated(
  { http, clock, onSecret }: CloudContext,
  { url, audience, token, tokenType = JWT }: FederatedIdentity,
): Promise<Lasting<string>> {
  const answer = await askTokenService(http, {
    method: 'POST',
    url,
    headers: { 'content-type': FORM, accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience,
      scope: GOOGLE_SCOPE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: token,
      subject_token_type: tokenType,
    }).toString(),
    service: 'Google STS',
  });
  if (answer.status !== 200) {
    throw refusedBy(answer, {
      doing: `take a token for ${audience}`,
      said: oauthReason(answer),
      secrets: [token],
      remedy: "Check the provider's issuer, allowed audiences and attribute condition.",
    });
  }
  const content = readTokenJson(answer);
  const value = secretAt(content, 'access_token', answer);
  onSecret(value);
  return { value, expiresAt: expiresIn(content, clock.now()) };
}

/**
 * Makes a token of a service account for whoever may act as it (IAM Service Account Credentials,
 * `generateAccessToken`).
 *
 * @throws SuiteError `FORBIDDEN` where the holder of `token` may not
 */
export async function impersonate(
  { http, onSecret }: CloudContext,
  url: URL,
  token: string,
): Promise<Lasting<string>> {
  const answer = await askTokenService(http, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ scope: [GOOGLE_SCOPE], lifetime: '3600s' }),
    service: 'Google IAM',
  });
  const account = url.pathname.replace(/^.*\//, '').replace(/:generateAccessToken$/, '');
  if (answer.status !== 200) {
    throw refusedBy(answer, {
      doing: `act as ${account}`,
      said: oauthReason(answer),
      secrets: [token],
      remedy: `Give the workflow's principal the role Workload Identity User on ${account}.`,
    });
  }
  const content = readTokenJson(answer);
  const value = secretAt(content, 'accessToken', answer);
  onSecret(value);
  return { value, expiresAt: readExpiration(content['expireTime'], answer) };
}
