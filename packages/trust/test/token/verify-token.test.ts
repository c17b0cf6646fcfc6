import { createSign, generateKeyPairSync, sign } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Clock, systemClock } from '@artifact-lifecycle/core';
import type { HttpClient, HttpResponse } from '@artifact-lifecycle/core/http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkIssuer, GITHUB_ISSUER, issuerOf } from '../../src/token/issuer.ts';
import { parseToken, subjectOfToken } from '../../src/token/json-web-token.ts';
import { fetchToken, maskTokens } from '../../src/token/token-source.ts';
import { fetchVerifiedClaims, type TokenDemands } from '../../src/token/verify-token.ts';
import { fetchWorkflowClaims } from '../../src/token/workflow-claims.ts';
import { type Bench, startBench } from '../support/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await bench.close();
  expect(bench.sigstore.defects()).toEqual([]);
});

function demandsOf(changes: Partial<TokenDemands> = {}): TokenDemands {
  const { http, source, sigstore } = bench;
  return { source, http, clock: systemClock, issuer: sigstore.urls.issuer, audience: 'sigstore', ...changes };
}

function shiftedBy(milliseconds: number): Clock {
  return { ...systemClock, now: () => Date.now() + milliseconds };
}

describe('fetchVerifiedClaims', () => {
  it('gives the claims of a token that holds', async () => {
    await expect(fetchVerifiedClaims(demandsOf())).resolves.toMatchObject({
      repository: 'acme/app',
      aud: 'sigstore',
    });
  });

  it('takes one among several audiences', async () => {
    bench.sigstore.issuer.tamper({ claims: { aud: ['other', 'sigstore'] } });
    await expect(fetchVerifiedClaims(demandsOf())).resolves.toMatchObject({ repository: 'acme/app' });
  });

  it('bears clocks that are two minutes apart', async () => {
    await expect(fetchVerifiedClaims(demandsOf({ clock: shiftedBy(415_000) }))).resolves.toBeDefined();
    await expect(fetchVerifiedClaims(demandsOf({ clock: shiftedBy(-715_000) }))).resolves.toBeDefined();
  });

  it.each([
    {
      name: 'of another issuer',
      claims: { iss: 'https://token.actions.test' },
      says: 'its claim "iss" says otherwise',
    },
    { name: 'for another audience', claims: { aud: 'sigstore2' }, says: 'for another audience' },
    { name: 'for no audience', claims: { aud: [] }, says: 'for another audience' },
    { name: 'without an end', claims: { exp: null }, says: 'does not say until when' },
    { name: 'with an end that is text', claims: { exp: '9999999999' }, says: 'does not say until when' },
    { name: 'with an end that was', claims: { exp: 1000 }, says: 'expired at 1970-01-01T00:16:40.000Z' },
    { name: 'with a beginning that is text', claims: { nbf: 'now' }, says: 'does not say from when' },
    {
      name: 'with a beginning to come',
      claims: { nbf: 1e300, exp: 1e301 },
      says: 'holds from 1e+300 on only',
    },
  ])('refuses one $name', async ({ claims, says }) => {
    bench.sigstore.issuer.tamper({ claims });
    await expect(fetchVerifiedClaims(demandsOf())).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining(says),
    });
  });

  it.each([
    { flaw: 'expired', says: 'expired at' },
    { flaw: 'not-yet', says: 'on only' },
    { flaw: 'foreign-key', says: 'is not signed by a key of' },
    { flaw: 'unsigned', says: 'is not a signed JSON Web Token' },
    { flaw: 'malformed', says: 'is not a JSON Web Token' },
  ] as const)('refuses one that is $flaw, without a word of it', async ({ flaw, says }) => {
    bench.sigstore.issuer.tamper({ flaw });
    const tokens: string[] = [];
    const source = maskTokens(bench.source, (token) => tokens.push(token));
    const error: unknown = await fetchVerifiedClaims(demandsOf({ source })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringContaining(says) });
    const [token = ''] = tokens;
    expect(token).not.toBe('');
    const told = `${(error as Error).message} ${(error as Error).stack} ${String((error as Error).cause)}`;
    for (const part of token.split('.').filter(({ length }) => length > 5)) expect(told).not.toContain(part);
  });

  it('knows keys on P-256', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const issuer = 'http://127.0.0.1:1';
    const encode = (document: unknown): string => Buffer.from(JSON.stringify(document)).toString('base64url');
    const claims = { iss: issuer, aud: 'sigstore', exp: Date.now() / 1000 + 60 };
    const signed = `${encode({ alg: 'ES256', kid: 'e' })}.${encode(claims)}`;
    const raw = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const der = createSign('sha256').update(signed).sign(privateKey);
    const keys = [
      { kty: 'oct', k: 'AAAA' },
      'x',
      { ...publicKey.export({ format: 'jwk' }), kid: 'e', use: 'sig' },
    ];
    const http = httpOf({
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
      '/keys': { keys },
    });
    const verify = (signature: Buffer): Promise<unknown> => {
      const token = `${signed}.${signature.toString('base64url')}`;
      return fetchVerifiedClaims(demandsOf({ issuer, http, source: () => Promise.resolve(token) }));
    };
    await expect(verify(raw)).resolves.toEqual(claims);
    await expect(verify(der)).rejects.toThrow(/is not signed by a key/);
  });

  it.each([
    {
      name: 'an issuer that says it is another',
      discovery: { issuer: 'https://evil.test' },
      says: 'that it is another',
    },
    { name: 'an issuer without keys', discovery: {}, says: 'does not say where its keys are' },
    {
      name: 'keys over plain http',
      discovery: { jwks_uri: 'http://keys.test/' },
      says: 'not the address of an HTTPS',
    },
    {
      name: 'no list of keys',
      discovery: { jwks_uri: 'http://127.0.0.1:1/keys' },
      says: 'has no list of keys',
    },
  ])('refuses $name', async ({ discovery, says }) => {
    const issuer = 'http://127.0.0.1:1';
    const http = httpOf({
      '/.well-known/openid-configuration': { issuer, ...discovery },
      '/keys': { keys: {} },
    });
    bench.sigstore.issuer.tamper({ claims: { iss: issuer } });
    await expect(fetchVerifiedClaims(demandsOf({ issuer, http }))).rejects.toThrow(new RegExp(says));
  });
});

/** Answers with JSON by path. */
function httpOf(documents: Readonly<Record<string, unknown>>): HttpClient {
  return {
    statistics: { requests: 0, bytesReceived: 0, bytesSent: 0 },
    close: () => {},
    send: ({ url }): Promise<HttpResponse> => {
      const body = Readable.from([Buffer.from(JSON.stringify(documents[url.pathname]))]);
      return Promise.resolve({ status: 200, headers: {}, body, url });
    },
  };
}

describe('checkIssuer', () => {
  it.each([
    { claimed: GITHUB_ISSUER, expected: GITHUB_ISSUER },
    { claimed: `${GITHUB_ISSUER}/octo-enterprise`, expected: GITHUB_ISSUER },
    { claimed: 'https://token.actions.acme.ghe.com', expected: 'https://token.actions.acme.ghe.com' },
  ])('takes $claimed', ({ claimed, expected }) => {
    expect(checkIssuer(claimed, expected)).toBe(claimed);
  });

  it.each([
    { claimed: `${GITHUB_ISSUER}.evil`, expected: GITHUB_ISSUER },
    { claimed: `${GITHUB_ISSUER}/`, expected: GITHUB_ISSUER },
    { claimed: `${GITHUB_ISSUER}/a/b`, expected: GITHUB_ISSUER },
    { claimed: `${GITHUB_ISSUER}/..`, expected: GITHUB_ISSUER },
    { claimed: `${GITHUB_ISSUER}@evil.test`, expected: GITHUB_ISSUER },
    { claimed: GITHUB_ISSUER.toUpperCase(), expected: GITHUB_ISSUER },
    { claimed: 'https://token.actions.acme.ghe.com/x', expected: 'https://token.actions.acme.ghe.com' },
    { claimed: undefined, expected: GITHUB_ISSUER },
    { claimed: [GITHUB_ISSUER], expected: GITHUB_ISSUER },
  ])('refuses $claimed', ({ claimed, expected }) => {
    expect(() => checkIssuer(claimed, expected)).toThrow(/is not one of/);
  });
});

describe('issuerOf', () => {
  it.each([
    { server: 'https://github.com', issuer: GITHUB_ISSUER },
    { server: 'https://acme.ghe.com', issuer: 'https://token.actions.acme.ghe.com' },
    { server: 'https://github.acme.test', issuer: 'https://github.acme.test/_services/token' },
    { server: 'https://github.com.evil.test', issuer: 'https://github.com.evil.test/_services/token' },
  ])('is $issuer for $server', ({ server, issuer }) => {
    expect(issuerOf(server)).toBe(issuer);
  });
});

describe('parseToken', () => {
  it('fails in one way only, whatever it gets', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{1,40}(?:\.[A-Za-z0-9_-]{0,40}){0,4}$/)),
        (text) => {
          try {
            parseToken(text);
          } catch (error) {
            expect((error as Error).message).toBe('What was given as an OIDC token is not a JSON Web Token.');
          }
        },
      ),
    );
  });
});

describe('subjectOfToken', () => {
  const tokenOf = (claims: Record<string, unknown>) => ({
    header: {},
    claims,
    signed: Buffer.alloc(0),
    signature: Buffer.alloc(0),
  });
  it.each([
    { name: 'a job', claims: { sub: 'repo:a/b' }, subject: 'repo:a/b' },
    { name: 'a person', claims: { sub: '1', email: 'a@b.test', email_verified: true }, subject: 'a@b.test' },
    { name: 'a person who only says so', claims: { sub: '1', email: 'a@b.test' }, subject: '1' },
  ])('is that of $name', ({ claims, subject }) => {
    expect(subjectOfToken(tokenOf(claims))).toBe(subject);
  });

  it('must be there', () => {
    expect(() => subjectOfToken(tokenOf({}))).toThrow(/no claim "sub"/);
  });
});

describe('fetchToken', () => {
  it.each([undefined, '', {}, 'a.b', 'a.b.c.d', 'a.b.c\n', `a.b.${'c'.repeat(20_000)}`])(
    'refuses %p',
    async (value) => {
      const source = maskTokens(
        () => Promise.resolve(value as string),
        () => {},
      );
      await expect(fetchToken(source, 'sigstore')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    },
  );
});

describe('fetchWorkflowClaims', () => {
  it.each(['job_workflow_ref', 'runner_environment', 'sha', 'repository_owner_id', 'run_attempt'])(
    'needs the claim %s',
    async (name) => {
      bench.sigstore.issuer.tamper({ claims: { [name]: null } });
      await expect(fetchWorkflowClaims(demandsOf())).rejects.toThrow(`The OIDC token has no claim "${name}"`);
    },
  );
});
