import { SuiteError } from '@artifact-lifecycle/core';
import {
  discard,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  readBounded,
} from '@artifact-lifecycle/core/http';
import { readErrorAnswer } from '../remote/error-body.ts';
import { type Credentials, encodeBasic } from './credentials.ts';
import { formatScopes, type Scopes } from './scope.ts';
import type { TokenServer } from './token-server.ts';

/** What a token server gave. */
export interface TokenGrant {
  readonly token: string;
  /** How long it lasts, in milliseconds from now. */
  readonly lifetime: number;
  /** A newer identity token, which takes the place of the one that was shown. */
  readonly refreshToken: string | undefined;
}

/** What is asked of a token server, and by whom. */
export interface TokenWish {
  readonly server: TokenServer;
  readonly credentials: Credentials;
  readonly scopes: Scopes;
}

/** The largest real tokens, of registries with many scopes, have some 16 KiB. */
const MAX_TOKEN_ANSWER_BYTES = 64 * 1024;

/** distribution, "Requesting a Token": a token without `expires_in` lasts 60 seconds. */
const DEFAULT_LIFETIME_SECONDS = 60;

/** A year: a larger number from outside would only be a mistake. */
const MAX_LIFETIME_SECONDS = 365 * 24 * 3600;

/** The name under which token servers log this client. */
const CLIENT_ID = 'artifact-lifecycle';

/**
 * Asks a token server for a bearer token: by GET with a password or as nobody (distribution, "Token
 * Authentication"), by OAuth2's POST with an identity token, falling back to GET where there is no POST.
 *
 * @throws SuiteError `UNAUTHORIZED`, `FORBIDDEN`, `RATE_LIMITED`, `UNREACHABLE`, `PROTOCOL_INVALID`
 */
export async function exchangeToken(http: HttpClient, wish: TokenWish): Promise<TokenGrant> {
  if (wish.credentials.kind !== 'anonymous' && !wish.server.trusted) throw untrusted(wish);
  if (wish.credentials.kind === 'identity') {
    const response = await http.send(refreshRequest(wish, wish.credentials.token));
    if (response.status !== 404 && response.status !== 405) return readGrant(response, wish);
    await discard(response);
  }
  return readGrant(await http.send(tokenRequest(wish)), wish);
}

function tokenRequest({ server, credentials, scopes }: TokenWish): HttpRequest {
  const url = new URL(server.realm);
  if (server.service !== undefined) url.searchParams.set('service', server.service);
  for (const scope of formatScopes(scopes)) url.searchParams.append('scope', scope);
  const basic = basicOf(credentials);
  return { method: 'GET', url, headers: basic === undefined ? {} : { authorization: `Basic ${basic}` } };
}

function basicOf(credentials: Credentials): string | undefined {
  switch (credentials.kind) {
    case 'basic':
      return encodeBasic(credentials.username, credentials.password);
    case 'identity':
      return encodeBasic(credentials.username ?? '<token>', credentials.token);
    case 'anonymous':
    case 'bearer':
      return undefined;
  }
}

function refreshRequest({ server, scopes }: TokenWish, refreshToken: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT_ID,
    refresh_token: refreshToken,
  });
  if (server.service !== undefined) form.set('service', server.service);
  const scope = formatScopes(scopes).join(' ');
  if (scope !== '') form.set('scope', scope);
  return {
    method: 'POST',
    url: server.realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString(), 'utf8'),
    // Asking twice for a token does no harm.
    retry: true,
    // The body is a secret: it goes to the server that was judged, and to no other.
    redirect: 'manual',
  };
}

async function readGrant(response: HttpResponse, wish: TokenWish): Promise<TokenGrant> {
  const host = wish.server.realm.host;
  if (response.status !== 200) throw await refusal(response, wish);
  const body = await readBounded(response, MAX_TOKEN_ANSWER_BYTES, `the token answer of ${host}`);
  const answer = readJsonObject(Buffer.from(body).toString('utf8'));
  const token = textAt(answer, 'token') ?? textAt(answer, 'access_token');
  // A token becomes a header: what no header can hold is no token.
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    throw new SuiteError('PROTOCOL_INVALID', `The token server ${host} answered 200 without a token.`, {
      remedy: 'Ask who runs the registry; a login page or a proxy may stand in its place.',
    });
  }
  const seconds = answer?.get('expires_in');
  const lasting = typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_LIFETIME_SECONDS;
  return {
    token,
    // `issued_at` is the server's clock, which may be wrong; the token was made a moment ago.
    lifetime: Math.min(lasting, MAX_LIFETIME_SECONDS) * 1000,
    refreshToken: textAt(answer, 'refresh_token'),
  };
}

async function refusal(
  response: HttpResponse,
  { server, credentials, scopes }: TokenWish,
): Promise<SuiteError> {
  const { excerpt } = await readErrorAnswer(response);
  const who =
    credentials.kind === 'anonymous' ? 'a token without credentials' : 'a token for these credentials';
  const what = formatScopes(scopes).join(' ');
  const message = `The token server ${server.realm.host} refuses ${who}${what === '' ? '' : ` (${what})`}: ${response.status}${excerpt === '' ? '' : ` ${excerpt}`}.`;
  const login = 'Log in first, or give credentials for this registry in the input "registries".';
  const isStranger = credentials.kind === 'anonymous';
  switch (response.status) {
    case 400:
    case 401:
      return new SuiteError('UNAUTHORIZED', message, {
        remedy: isStranger
          ? login
          : 'Check user name and password or token for this registry, and whether they have expired.',
      });
    case 403:
      return new SuiteError('FORBIDDEN', message, {
        remedy: isStranger ? login : 'Let these credentials read or write this repository.',
      });
    case 429:
      return new SuiteError('RATE_LIMITED', message, {
        remedy: 'Wait, or log in: registries allow more to those they know.',
      });
    default:
      return response.status >= 500
        ? new SuiteError('UNREACHABLE', message, {
            remedy: 'Try again when the registry’s token server works.',
          })
        : new SuiteError('PROTOCOL_INVALID', message);
  }
}

function untrusted({ server }: TokenWish): SuiteError {
  return new SuiteError(
    'PROTOCOL_INVALID',
    `The registry sends its clients for a token to ${server.realm.host}, which is not of its own domain; credentials were not sent there.`,
    {
      remedy:
        'If that is right, get a token there yourself and give it as `token` for this registry in the input "registries".',
    },
  );
}

function readJsonObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? new Map(Object.entries(content)) : undefined;
  } catch {
    return undefined;
  }
}

function textAt(answer: ReadonlyMap<string, unknown> | undefined, name: string): string | undefined {
  const value = answer?.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
