import { generateKeyPair, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { Claims } from './github-claims.ts';
import { isObject, type JsonObject } from './service.ts';

/** A key that tokens are signed with: RS256, as GitHub's are. */
export interface TokenKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly id: string;
}

let shared: Promise<TokenKey> | undefined;

/**
 * The key of every issuer of this process. An RSA key takes longer to make (50 to 400 ms) than all other work of the
 * services together, so there is one, made beside whatever a test does first.
 */
export function sharedTokenKey(): Promise<TokenKey> {
  shared ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then((pair) => ({
    ...pair,
    id: 'key-1',
  }));
  return shared;
}

/** A key that is in no key set, under the name of the true one. */
export function makeForeignTokenKey(): TokenKey {
  return { ...generateKeyPairSync('rsa', { modulusLength: 2048 }), id: 'key-1' };
}

/** The public half as a member of a JSON Web Key Set. */
export function toJsonWebKey({ publicKey, id }: TokenKey): JsonObject {
  return { ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig', alg: 'RS256' };
}

/** Signs claims as a compact JSON Web Token. */
export function signToken(claims: Claims, key: TokenKey, header: JsonObject = {}): string {
  const head = encode({ typ: 'JWT', alg: 'RS256', kid: key.id, ...header });
  const signed = `${head}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

/** A token of algorithm `none`, which nobody may accept. */
export function writeUnsignedToken(claims: Claims): string {
  return `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`;
}

function encode(document: unknown): string {
  return Buffer.from(JSON.stringify(document)).toString('base64url');
}

/** What a relying party demands of a token. */
export interface TokenDemands {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly TokenKey[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How far ahead `nbf` may lie: what go-oidc, which Fulcio uses, allows. */
const NOT_BEFORE_LEEWAY = 300;

/** Verifies a token, and gives its claims; `undefined` for any that does not hold. */
export function verifyToken(
  token: string,
  { issuer, audience, keys, now }: TokenDemands,
): JsonObject | undefined {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  const header = decode(head);
  const claims = decode(body);
  if (parts.length !== 3 || header === undefined || claims === undefined) return undefined;
  const key = keys.find(({ id }) => header['kid'] === id);
  if (header['alg'] !== 'RS256' || key === undefined) return undefined;
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('sha256', signed, key.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
  const { aud, exp, nbf } = claims;
  const seconds = now / 1000;
  const isInTime =
    typeof exp === 'number' &&
    seconds < exp &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= seconds + NOT_BEFORE_LEEWAY));
  const isForUs = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
  return claims['iss'] === issuer && isForUs && isInTime ? claims : undefined;
}

function decode(part: string): JsonObject | undefined {
  try {
    const document: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
