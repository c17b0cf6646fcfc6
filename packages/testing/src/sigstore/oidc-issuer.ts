import { randomUUID } from 'node:crypto';
import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type ClaimChanges, type Claims, changeClaims, GITHUB_CLAIMS } from './github-claims.ts';
import {
  makeForeignTokenKey,
  sharedTokenKey,
  signToken,
  type TokenKey,
  toJsonWebKey,
  writeUnsignedToken,
} from './json-web-token.ts';
import { isObject, Rejection, type Service, startService } from './service.ts';

/** What is wrong with a token: each is refused by whoever checks. */
export type TokenFlaw =
  | 'expired'
  | 'not-yet'
  /** Signed by a key that is not in the key set. */
  | 'foreign-key'
  /** Algorithm `none`. */
  | 'unsigned'
  /** Text of three parts that is no JSON: what a parser might print. */
  | 'malformed'
  /** A document without `value`. */
  | 'no-value'
  /** A `value` that is no text. */
  | 'wrong-type';

/** How tokens differ from honest ones. */
export interface TokenChanges {
  readonly claims?: ClaimChanges | undefined;
  readonly flaw?: TokenFlaw | undefined;
}

export interface OidcIssuerOptions extends TokenChanges {
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** The `iss` of its tokens: its own address when absent. */
  readonly issuer?: string | undefined;
  /** The bearer token that a runner asks with. */
  readonly requestToken?: string | undefined;
}

/** GitHub's issuer: discovery, key set, and the endpoint at which a runner asks for tokens. */
export interface OidcIssuer extends Service {
  readonly issuer: string;
  /** What a job with `id-token: write` finds in its environment. */
  readonly env: Readonly<Record<'ACTIONS_ID_TOKEN_REQUEST_URL' | 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', string>>;
  /** The address to ask at, with claims that hold for tokens asked there. */
  requestUrl(claims?: ClaimChanges): string;
  /** From now on tokens are like this; `{}` makes them honest again. */
  tamper(changes: TokenChanges): void;
  /** Mints a token without a request. */
  mint(audience: string, changes?: TokenChanges): Promise<string>;
  keys(): Promise<readonly TokenKey[]>;
}

const TOKEN_PATH = '/idtoken';
const KEYS_PATH = '/.well-known/jwks';

/** GitHub's tokens hold five minutes, and say they did so ten minutes ago already. */
const LIFETIME = 300;
const BACKDATED = 600;

/** How far a token is out of its time when that is asked for: beyond any leeway. */
const OUT_OF_TIME = 3600;

/** Starts an issuer. */
export async function startOidcIssuer(options: OidcIssuerOptions = {}): Promise<OidcIssuer> {
  const { now = Date.now, requestToken = 'runner-request-token' } = options;
  const key = sharedTokenKey();
  let changes: TokenChanges = { claims: options.claims, flaw: options.flaw };
  let issuer = '';

  const mint = async (audience: string | undefined, extra: TokenChanges): Promise<unknown> => {
    const flaw = extra.flaw ?? changes.flaw;
    const claims = changeClaims(
      tokenClaims(issuer, Math.floor(now() / 1000), flaw),
      changes.claims ?? {},
      extra.claims ?? {},
    );
    const aud = audience ?? `https://github.com/${String(claims['repository_owner'])}`;
    return writeToken(changeClaims({ aud, ...claims }), flaw, await key);
  };
  const serveToken = async (exchange: Exchange): Promise<Answer> => {
    const [scheme, token] = (exchange.header('authorization') ?? '').split(' ', 2);
    if (scheme?.toLowerCase() !== 'bearer' || token !== requestToken) {
      throw new Rejection(401, { message: 'Unauthorized', typeKey: 'VssUnauthorizedException' });
    }
    const audience = exchange.query.get('audience') ?? undefined;
    const value = await mint(audience, { claims: claimsOf(exchange.query.get('claims')) });
    return answerJson(200, value === undefined ? { count: 0 } : { count: 1, value });
  };
  const service = await startService({
    [`GET ${TOKEN_PATH}`]: serveToken,
    [`GET ${KEYS_PATH}`]: async () => answerJson(200, { keys: [toJsonWebKey(await key)] }),
    'GET /.well-known/openid-configuration': () => answerJson(200, discovery(issuer, service.url)),
  });
  issuer = options.issuer ?? service.url;
  const requestUrl = (claims?: ClaimChanges): string => {
    const query = new URLSearchParams({ 'api-version': '2.0' });
    if (claims !== undefined) query.set('claims', JSON.stringify(claims));
    return `${service.url}${TOKEN_PATH}?${query}`;
  };
  return {
    ...service,
    issuer,
    requestUrl,
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl(), ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken },
    tamper: (next) => {
      changes = next;
    },
    mint: async (audience, extra = {}) => String(await mint(audience, extra)),
    keys: async () => [await key],
  };
}

function tokenClaims(issuer: string, seconds: number, flaw: TokenFlaw | undefined): Claims {
  const shift = flaw === 'expired' ? -OUT_OF_TIME : flaw === 'not-yet' ? OUT_OF_TIME + BACKDATED : 0;
  const issued = seconds + shift;
  return {
    ...GITHUB_CLAIMS,
    jti: randomUUID(),
    iss: issuer,
    iat: issued,
    nbf: issued - BACKDATED,
    exp: issued + LIFETIME,
  };
}

function writeToken(claims: Claims, flaw: TokenFlaw | undefined, key: TokenKey): unknown {
  switch (flaw) {
    case 'foreign-key':
      return signToken(claims, makeForeignTokenKey());
    case 'unsigned':
      return writeUnsignedToken(claims);
    case 'malformed':
      return 'SECRET.TOKEN.TEXT';
    case 'no-value':
      return undefined;
    case 'wrong-type':
      return { token: signToken(claims, key) };
    default:
      return signToken(claims, key);
  }
}

/** Claims that stand in the query of the address: what a program in another process is to get. */
function claimsOf(text: string | null): ClaimChanges {
  if (text === null) return {};
  const document: unknown = JSON.parse(text);
  if (!isObject(document)) throw new Rejection(400, { message: 'claims is no object' });
  const changes: [string, string | number | boolean | null][] = [];
  for (const [name, value] of Object.entries(document)) {
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
      changes.push([name, value as string | number | boolean | null]);
    }
  }
  return Object.fromEntries(changes);
}

function discovery(issuer: string, url: string): unknown {
  return {
    issuer,
    jwks_uri: `${url}${KEYS_PATH}`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', ...Object.keys(GITHUB_CLAIMS)],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}
