import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  GITHUB_CLAIMS,
  type OidcIssuer,
  REUSABLE_WORKFLOW_CLAIMS,
  startOidcIssuer,
} from '../../src/index.ts';
import { readJson } from '../support/sigstore-client.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
let issuer: OidcIssuer;
beforeEach(async () => {
  issuer = await startOidcIssuer({ now: () => NOW, claims: { run_id: '7' } });
});
afterEach(async () => {
  expect(issuer.defects).toEqual([]);
  await issuer.close();
});

async function ask(url: string, authorization = 'bearer runner-request-token'): Promise<Response> {
  return await fetch(url, { headers: { authorization } });
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('an issuer of tokens', () => {
  it('gives a runner the token of its job, which its published key verifies', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url } = issuer.env;
    const { value } = await readJson(ask(`${url}&audience=sigstore`));
    const configuration = await readJson(fetch(`${issuer.issuer}/.well-known/openid-configuration`));
    const { keys } = await readJson(fetch(configuration.jwks_uri));
    const [head, body, signature] = value.split('.');
    const key = createPublicKey({ key: keys[0], format: 'jwk' });
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({
      kid: keys[0].kid,
      alg: 'RS256',
    });
    expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(claimsOf(value)).toEqual({
      ...GITHUB_CLAIMS,
      run_id: '7',
      iss: configuration.issuer,
      aud: 'sigstore',
      iat: NOW / 1000,
      nbf: NOW / 1000 - 600,
      exp: NOW / 1000 + 300,
      jti: expect.any(String),
    });
  });

  it('takes claims with a request, adds and removes', async () => {
    const url = issuer.requestUrl({ ...REUSABLE_WORKFLOW_CLAIMS, environment: 'production', actor: null });
    const claims = claimsOf((await readJson(ask(url))).value);
    expect(claims).toMatchObject({ ...REUSABLE_WORKFLOW_CLAIMS, environment: 'production', run_id: '7' });
    expect(claims).not.toHaveProperty('actor');
    expect(claims['aud']).toBe('https://github.com/acme');
  });

  it.each([
    { name: 'no token', authorization: '' },
    { name: 'another token', authorization: 'bearer other' },
    { name: 'the token in capitals', authorization: 'bearer RUNNER-REQUEST-TOKEN' },
    { name: 'another scheme', authorization: 'basic runner-request-token' },
  ])('refuses a request with $name', async ({ authorization }) => {
    expect((await ask(issuer.requestUrl(), authorization)).status).toBe(401);
  });

  it.each([
    { flaw: 'expired', check: (token: string) => Number(claimsOf(token)['exp']) < NOW / 1000 },
    { flaw: 'not-yet', check: (token: string) => Number(claimsOf(token)['nbf']) > NOW / 1000 },
    { flaw: 'unsigned', check: (token: string) => token.endsWith('.') },
    { flaw: 'malformed', check: (token: string) => token === 'SECRET.TOKEN.TEXT' },
    { flaw: 'no-value', check: (token: unknown) => token === undefined },
    { flaw: 'wrong-type', check: (token: unknown) => typeof token === 'object' },
  ] as const)(
    'gives tokens that are $flaw when told to, and then honest ones again',
    async ({ flaw, check }) => {
      issuer.tamper({ flaw });
      const { value } = await readJson(ask(issuer.requestUrl()));
      expect(check(value)).toBe(true);
      issuer.tamper({});
      expect(check((await readJson(ask(issuer.requestUrl()))).value)).toBe(false);
    },
  );
});
