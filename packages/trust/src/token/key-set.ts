import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, parseJson } from '@artifact-lifecycle/core/http';
import { isJsonObject } from '@artifact-lifecycle/registry';
import { memberOf, textOf } from '../service/json-object.ts';
import { askService } from '../service/service-client.ts';
import { below, parseServiceUrl } from '../service/service-url.ts';

/** A key of an issuer. */
export interface IssuerKey {
  readonly id: string | undefined;
  readonly algorithm: 'RS256' | 'ES256';
  readonly key: KeyObject;
}

/** GitHub's key set has 5 KB, a discovery document 1 KB. */
const MAX_DOCUMENT_BYTES = 256 * 1024;

/** An issuer turns its keys over; more than a few at once has none. */
const MAX_KEYS = 100;

/**
 * Fetches the keys that an issuer signs with (OpenID Connect Discovery 1.0, 4; RFC 7517).
 *
 * @throws SuiteError what asking throws, and `PROTOCOL_INVALID` when the documents are not what they must be
 */
export async function fetchIssuerKeys(
  http: HttpClient,
  issuer: string,
  signal?: AbortSignal | undefined,
): Promise<readonly IssuerKey[]> {
  const base = parseServiceUrl(issuer, 'issuer of OIDC tokens');
  const discovery = await fetchDocument(http, below(base, '/.well-known/openid-configuration'), signal);
  if (memberOf(discovery, 'issuer') !== issuer) {
    throw invalid(base, 'says in its discovery document that it is another');
  }
  const address = textOf(discovery, 'jwks_uri');
  if (address === undefined) throw invalid(base, 'does not say where its keys are');
  const document = await fetchDocument(http, parseServiceUrl(address, 'jwks_uri'), signal);
  const keys = memberOf(document, 'keys');
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw invalid(base, 'has no list of keys');
  return keys.flatMap((key: unknown) => readKey(key));
}

async function fetchDocument(http: HttpClient, url: URL, signal: AbortSignal | undefined): Promise<unknown> {
  const service = 'issuer of OIDC tokens';
  const headers = { accept: 'application/json' };
  const { body } = await askService(http, {
    service,
    method: 'GET',
    url,
    headers,
    limit: MAX_DOCUMENT_BYTES,
    signal,
  });
  return parseJson(body, `answer of the ${service} at ${url.host}`);
}

/** Keys of other kinds and uses are passed over, as the standard wants. */
function readKey(value: unknown): readonly IssuerKey[] {
  if (!isJsonObject(value)) return [];
  const { kty, use, alg, crv } = value;
  if (use !== undefined && use !== 'sig') return [];
  const algorithm = kty === 'RSA' ? 'RS256' : kty === 'EC' && crv === 'P-256' ? 'ES256' : undefined;
  if (algorithm === undefined || (alg !== undefined && alg !== algorithm)) return [];
  const members = ['n', 'e', 'x', 'y'].map((name) => [name, textOf(value, name)] as const);
  const jwk: JsonWebKey = { kty: String(kty), ...(algorithm === 'ES256' ? { crv: 'P-256' } : {}) };
  for (const [name, text] of members) if (text !== undefined) jwk[name] = text;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    // RFC 7518, 3.3: RS256 needs 2048 bits.
    if (algorithm === 'RS256' && bits < 2048) return [];
    return [{ id: textOf(value, 'kid'), algorithm, key }];
  } catch {
    return [];
  }
}

function invalid(issuer: URL, fault: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `The issuer of OIDC tokens at ${issuer.host} ${fault}.`, {
    remedy: 'Check that the issuer is the right one, and what answers there.',
  });
}
