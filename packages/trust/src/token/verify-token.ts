import { verify } from 'node:crypto';
import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { JsonObject } from '@artifact-lifecycle/registry';
import { checkIssuer } from './issuer.ts';
import { type JsonWebToken, parseToken } from './json-web-token.ts';
import { fetchIssuerKeys, type IssuerKey } from './key-set.ts';
import { fetchToken, type TokenSource } from './token-source.ts';

/** How to come by a token, and what it must be. */
export interface TokenDemands {
  readonly source: TokenSource;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Exact text. */
  readonly issuer: string;
  readonly audience: string;
  readonly signal?: AbortSignal | undefined;
}

/** How far the clocks of a runner and an issuer may be apart: as much as RFC 7519, 4.1.4 calls a few minutes. */
const LEEWAY_SECONDS = 120;

/**
 * Gets a token, and gives its claims once everything about it holds: signature, issuer, audience, time.
 *
 * @throws SuiteError what the source and the issuer throw, and `UNAUTHORIZED` when the token does not hold: the message
 * names the claim, never the token
 */
export async function fetchVerifiedClaims(demands: TokenDemands): Promise<JsonObject> {
  const { source, http, issuer, audience, clock, signal } = demands;
  const token = parseToken(await fetchToken(source, audience, signal));
  const claimed = checkIssuer(token.claims['iss'], issuer);
  const keys = await fetchIssuerKeys(http, claimed, signal);
  checkSignature(token, keys, claimed);
  checkAudience(token.claims, audience);
  checkTime(token.claims, clock.now());
  return token.claims;
}

function checkSignature(
  { header, signed, signature }: JsonWebToken,
  keys: readonly IssuerKey[],
  issuer: string,
): void {
  const { alg, kid } = header;
  const fitting = keys.filter(({ algorithm, id }) => algorithm === alg && (kid === undefined || id === kid));
  const holds = fitting.some(({ key, algorithm }) =>
    algorithm === 'RS256'
      ? verify('sha256', signed, key, signature)
      : // RFC 7518, 3.4: both numbers one after the other, no DER.
        verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature),
  );
  if (!holds) throw refuse(`is not signed by a key of ${issuer}`);
}

function checkAudience({ aud }: JsonObject, audience: string): void {
  const isForUs = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
  if (!isForUs) throw refuse(`is for another audience than "${audience}"`);
}

function checkTime({ exp, nbf }: JsonObject, now: number): void {
  const seconds = now / 1000;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw refuse('does not say until when it holds');
  if (seconds >= exp + LEEWAY_SECONDS) throw refuse(`expired at ${writeTime(exp)}`);
  if (nbf === undefined) return;
  if (typeof nbf !== 'number' || !Number.isFinite(nbf)) throw refuse('does not say from when it holds');
  if (seconds < nbf - LEEWAY_SECONDS) throw refuse(`holds from ${writeTime(nbf)} on only`);
}

/** Numbers that are no time are shown as what they are. */
function writeTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function refuse(fault: string): SuiteError {
  return new SuiteError('UNAUTHORIZED', `The OIDC token ${fault}.`, {
    remedy: "Check the clock of the runner, and that the job's own GitHub server issued the token.",
  });
}
