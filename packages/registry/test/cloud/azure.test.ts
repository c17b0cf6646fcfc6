import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import {
  type AzureApplicationRecord,
  type AzureCloud,
  type OidcIssuer,
  startAzureCloud,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CloudSettings } from '../../src/cloud/cloud-logins.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { createConnections } from '../../src/remote/connections.ts';
import { type QuickClock, quickClock, refusalOf } from '../remote/world.ts';
import { closeLater, cloudWorld, startIssuer } from './cloud-world.ts';

const CLIENT = 'client-1';
const TENANT = 'acme.example';
const SUBJECT = 'repo:acme/app:environment:production';
const NAMED: CloudSettings = { kind: 'acr', azureClientId: CLIENT, azureTenantId: TENANT };

let clock: QuickClock;
let issuer: OidcIssuer;
let directory: string;

beforeEach(async () => {
  clock = quickClock();
  issuer = await startIssuer(clock);
  issuer.tamper({ claims: { sub: SUBJECT } });
  directory = mkdtempSync(join(tmpdir(), 'azure-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const startCloud = async (changes: Partial<AzureApplicationRecord> = {}): Promise<AzureCloud> =>
  closeLater(
    await startAzureCloud({
      now: clock.now,
      applications: {
        [CLIENT]: {
          tenant: TENANT,
          secret: 'secret-of-client',
          federation: {
            issuer: issuer.issuer,
            keys: () => issuer.keys(),
            subject: SUBJECT,
            audience: 'api://AzureADTokenExchange',
          },
          ...changes,
        },
      },
    }),
  );

describe('an application that trusts the workflow', () => {
  it('logs in to its registry, from the run’s token to a list of tags', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, issuer, settings: { [cloud.host]: NAMED }, environment: cloud.env });
    const http = createHttpClient({ userAgent: 'test', clock, environment: {} });
    const connections = createConnections({ http, clock, credentials: [world.logins.named] });
    const repository = connections.open(parseRepository(`${cloud.host}/acme/app`, 'test'));
    expect(await repository.listTags()).toEqual(['v1']);
    http.close();
    expect(cloud.log.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      `POST /${TENANT}/oauth2/v2.0/token 200`,
      'POST /oauth2/exchange 200',
      'GET /v2/acme/app/tags/list 401',
      'POST /oauth2/token 200',
      'GET /v2/acme/app/tags/list 200',
    ]);
    expect(world.audiences).toEqual(['api://AzureADTokenExchange']);
  });

  it('has a token of the registry that is renewed before its end', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, issuer, settings: { [cloud.host]: NAMED }, environment: cloud.env });
    const found = await world.named(cloud.host);
    expect(found).toMatchObject({
      credentials: { kind: 'identity', username: '00000000-0000-0000-0000-000000000000' },
      origin: 'registries',
      refreshAt: clock.now() + 3 * 3600_000 - 5 * 60_000,
    });
    // The run's token, Entra's, the registry's.
    expect(new Set(world.secrets).size).toBe(3);
    await world.named(cloud.host);
    expect(cloud.log.requests).toHaveLength(2);
  });

  it.each([
    ['acme.azurecr.cn', 'api://AzureADTokenExchangeChina'],
    ['acme.azurecr.us', 'api://AzureADTokenExchangeUSGov'],
    ['acme.azurecr.io', 'api://AzureADTokenExchange'],
    ['acme.westeurope.geo.azurecr.io', 'api://AzureADTokenExchange'],
  ])('of %s is shown a token for %s', async (host, audience) => {
    const cloud = await startCloud();
    // Refused on purpose: the exchange would go to the true host.
    cloud.faults.add({ method: 'POST' }, { kind: 'answer', status: 401 });
    const { kind: _, ...settings } = NAMED;
    const world = cloudWorld({ clock, issuer, settings: { [host]: settings }, environment: cloud.env });
    expect(await refusalOf(world.named(host))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(world.audiences).toEqual([audience]);
  });

  it.each([
    {
      name: 'with another subject',
      sub: 'repo:acme/other',
      says: 'AADSTS70021',
      remedy: 'federated credential',
    },
    { name: 'with a foreign key', flaw: 'foreign-key', says: 'AADSTS70021', remedy: 'federated credential' },
    { name: 'of another tenant', changes: { tenant: 'other' }, says: 'AADSTS700016', remedy: 'federated' },
    { name: 'without a role', changes: { hasRole: false }, says: 'aka.ms/acr', remedy: 'AcrPull' },
  ] as const)('$name is refused, without a token in the error', async ({ says, remedy, ...row }) => {
    const cloud = await startCloud('changes' in row ? row.changes : {});
    issuer.tamper({
      claims: { sub: 'sub' in row ? row.sub : SUBJECT },
      ...('flaw' in row ? { flaw: row.flaw } : {}),
    });
    const world = cloudWorld({ clock, issuer, settings: { [cloud.host]: NAMED }, environment: cloud.env });
    const refusal = await refusalOf(world.named(cloud.host));
    expect(refusal).toMatchObject({ code: 'UNAUTHORIZED', remedy: expect.stringContaining(remedy) });
    expect(refusal.message).toContain(says);
    expect(refusal.message).not.toMatch(/eyJ/);
  });

  it.each([
    ['Entra', `/${TENANT}/oauth2/v2.0/token`],
    ['the registry', '/oauth2/exchange'],
  ])('shows nothing to whom a redirect of %s leads to', async (_, path) => {
    const cloud = await startCloud();
    const other = await startCloud();
    cloud.faults.add({ path }, { kind: 'answer', status: 308, headers: { location: `${other.url}${path}` } });
    const world = cloudWorld({ clock, issuer, settings: { [cloud.host]: NAMED }, environment: cloud.env });
    expect(await refusalOf(world.named(cloud.host))).toMatchObject({ code: 'PROTOCOL_INVALID' });
    expect(other.log.requests).toEqual([]);
  });

  it.each(['registry.example', 'acme.azurecr.io.evil.example', 'azurecr.io', 'ghcr.io'])(
    'shows nothing to %s',
    async (host) => {
      const { kind: _, ...settings } = NAMED;
      const world = cloudWorld({ clock, issuer, settings: { [host]: settings } });
      expect(await refusalOf(world.named(host))).toMatchObject({ code: 'INPUT_INVALID' });
      expect(world.audiences).toEqual([]);
    },
  );
});

describe('an application of the environment', () => {
  const client = { AZURE_CLIENT_ID: CLIENT, AZURE_TENANT_ID: TENANT };

  it('logs in with a token in a file', async () => {
    const cloud = await startCloud();
    const file = join(directory, 'token');
    writeFileSync(file, `${await issuer.mint('api://AzureADTokenExchange')}\n`);
    const environment = { ...cloud.env, ...client, AZURE_FEDERATED_TOKEN_FILE: file };
    const world = cloudWorld({ clock, environment, settings: { [cloud.host]: { kind: 'acr' } } });
    expect(await world.ambient(cloud.host)).toMatchObject({
      credentials: { kind: 'identity' },
      origin: 'cloud',
    });
  });

  it('logs in with a secret', async () => {
    const cloud = await startCloud();
    const environment = { ...cloud.env, ...client, AZURE_CLIENT_SECRET: 'secret-of-client' };
    const world = cloudWorld({ clock, environment, settings: { [cloud.host]: { kind: 'acr' } } });
    expect(await world.ambient(cloud.host)).toMatchObject({ credentials: { kind: 'identity' } });
    expect(world.secrets).toContain('secret-of-client');
  });

  it('with a wrong secret is refused', async () => {
    const cloud = await startCloud();
    const environment = { ...cloud.env, ...client, AZURE_CLIENT_SECRET: 'wrong-secret' };
    const world = cloudWorld({ clock, environment, settings: { [cloud.host]: { kind: 'acr' } } });
    const refusal = await refusalOf(world.ambient(cloud.host));
    expect(refusal).toMatchObject({
      code: 'UNAUTHORIZED',
      remedy: expect.stringContaining('AZURE_CLIENT_SECRET'),
    });
    expect(refusal.message).not.toContain('wrong-secret');
  });

  it.each([
    ['has no proof', client],
    ['is not named', { AZURE_CLIENT_SECRET: 's', AZURE_TENANT_ID: TENANT }],
  ])('that %s is nothing', async (_, environment) => {
    expect(await cloudWorld({ clock, environment }).ambient('acme.azurecr.io')).toBeUndefined();
  });
});
