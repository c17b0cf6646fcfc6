import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type GoogleCloud,
  type GoogleCloudOptions,
  type OidcIssuer,
  startGoogleCloud,
  type TokenKey,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type QuickClock, quickClock, refusalOf } from '../remote/world.ts';
import { closeLater, cloudWorld, startIssuer } from './cloud-world.ts';

const HOST = 'europe-docker.pkg.dev';
const PROVIDER = 'projects/1/locations/global/workloadIdentityPools/github/providers/actions';
const ACCOUNT = 'release@acme.iam.gserviceaccount.com';
const SUBJECT = 'repo:acme/app:ref:refs/heads/main';
const KEY: TokenKey = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }), id: 'key-of-account' };

let clock: QuickClock;
let issuer: OidcIssuer;
let directory: string;

beforeEach(async () => {
  clock = quickClock();
  issuer = await startIssuer(clock);
  issuer.tamper({ claims: { sub: SUBJECT } });
  directory = mkdtempSync(join(tmpdir(), 'google-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const startCloud = async (options: GoogleCloudOptions = {}): Promise<GoogleCloud> =>
  closeLater(
    await startGoogleCloud({
      now: clock.now,
      providers: [{ resource: PROVIDER, issuer: issuer.issuer, keys: () => issuer.keys(), subject: SUBJECT }],
      accounts: { [ACCOUNT]: { members: [SUBJECT], keys: [KEY] } },
      ...options,
    }),
  );

/** Whose the access token is that was found. */
const ownerOf = (cloud: GoogleCloud, found: unknown): string | undefined => {
  expect(found).toMatchObject({ credentials: { kind: 'basic', username: 'oauth2accesstoken' } });
  const { credentials } = found as { credentials: { password: string } };
  return cloud.tokens.get(credentials.password);
};

describe('a workload', () => {
  const of = (more: object = {}) => ({ [HOST]: { gcpWorkloadIdentityProvider: PROVIDER, ...more } });

  it.each([
    ['itself', {}, SUBJECT],
    ['a service account', { gcpServiceAccount: ACCOUNT }, ACCOUNT],
    ['itself by a full name', { gcpWorkloadIdentityProvider: `//iam.googleapis.com/${PROVIDER}` }, SUBJECT],
    [
      'itself by a name with https',
      { gcpWorkloadIdentityProvider: `https://iam.googleapis.com/${PROVIDER}` },
      SUBJECT,
    ],
  ])('logs in as %s', async (_, more, owner) => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, issuer, settings: of(more), environment: cloud.env });
    const found = await world.named(HOST);
    expect(ownerOf(cloud, found)).toBe(owner);
    expect(found).toMatchObject({ origin: 'registries', refreshAt: clock.now() + 55 * 60_000 });
    expect(world.audiences).toEqual([`https://iam.googleapis.com/${PROVIDER}`]);
    expect(world.secrets).toEqual(expect.arrayContaining([...cloud.tokens.keys()]));
  });

  it('logs in again before the token ends', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, issuer, settings: of(), environment: cloud.env });
    await world.named(HOST);
    await clock.sleep(55 * 60_000 - 1);
    await world.named(HOST);
    expect(cloud.tokens.size).toBe(1);
    await clock.sleep(1);
    await world.named(HOST);
    expect(cloud.tokens.size).toBe(2);
  });

  it.each([
    {
      name: 'from another repository',
      sub: 'repo:acme/other',
      code: 'UNAUTHORIZED',
      says: 'attribute condition',
    },
    {
      name: 'with a token of a foreign key',
      flaw: 'foreign-key',
      code: 'UNAUTHORIZED',
      says: 'invalid_grant',
    },
    {
      name: 'of a provider that is not there',
      settings: { gcpWorkloadIdentityProvider: PROVIDER.replace('actions', 'none') },
      code: 'UNAUTHORIZED',
      says: 'invalid_target',
    },
    {
      name: 'that may not act as the service account',
      settings: { gcpServiceAccount: 'other@acme.iam.gserviceaccount.com' },
      code: 'FORBIDDEN',
      says: 'PERMISSION_DENIED',
    },
  ] as const)('$name is refused, without a token in the error', async ({ code, says, ...row }) => {
    const cloud = await startCloud();
    issuer.tamper({
      claims: { sub: 'sub' in row ? row.sub : SUBJECT },
      ...('flaw' in row ? { flaw: row.flaw } : {}),
    });
    const settings = of('settings' in row ? row.settings : {});
    const world = cloudWorld({ clock, issuer, settings, environment: cloud.env });
    const refusal = await refusalOf(world.named(HOST));
    expect(refusal).toMatchObject({ code });
    expect(refusal.message).toContain(says);
    for (const secret of world.secrets) expect(refusal.message).not.toContain(secret);
  });

  it.each(['registry.example', `${HOST}.evil.example`, 'evil-gcr.io', 'acme.azurecr.io'])(
    'shows nothing to %s',
    async (host) => {
      const cloud = await startCloud();
      const settings = { [host]: { gcpWorkloadIdentityProvider: PROVIDER } };
      const world = cloudWorld({ clock, issuer, settings, environment: cloud.env });
      expect(await refusalOf(world.named(host))).toMatchObject({ code: 'INPUT_INVALID' });
      expect(cloud.log.requests).toEqual([]);
    },
  );

  it.each([
    ['the token service', '/v1/token'],
    ['the service account', `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`],
  ])('is not led elsewhere by a redirect of %s', async (_, path) => {
    const cloud = await startCloud();
    const other = await startCloud();
    cloud.faults.add({ path }, { kind: 'answer', status: 307, headers: { location: `${other.url}${path}` } });
    const settings = of({ gcpServiceAccount: ACCOUNT });
    const world = cloudWorld({ clock, issuer, settings, environment: cloud.env });
    expect(await refusalOf(world.named(HOST))).toMatchObject({ code: 'PROTOCOL_INVALID' });
    expect(other.log.requests).toEqual([]);
  });

  it.each([
    ['a token with a line break', 200, '{"access_token":"a\\r\\nb"}', 'PROTOCOL_INVALID'],
    ['no token', 200, '{}', 'PROTOCOL_INVALID'],
    ['a page', 200, '<html>', 'PROTOCOL_INVALID'],
    ['a page of an error', 503, '<html>', 'UNREACHABLE'],
    ['too much', 200, `"${'x'.repeat(300_000)}"`, 'LIMIT_EXCEEDED'],
  ])('that gets %s is refused', async (_, status, body, code) => {
    const cloud = await startCloud();
    cloud.faults.add({ method: 'POST' }, { kind: 'answer', status, body });
    const world = cloudWorld({ clock, issuer, settings: of(), environment: cloud.env });
    expect(await refusalOf(world.named(HOST))).toMatchObject({ code });
  });
});

describe('a file of Google’s', () => {
  const write = (content: unknown): Readonly<Record<string, string>> => {
    const file = join(directory, 'credentials.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return { GOOGLE_APPLICATION_CREDENTIALS: file };
  };
  const keyFile = (cloud: Pick<GoogleCloud, 'tokenUrl'>, more: object = {}) => ({
    type: 'service_account',
    client_email: ACCOUNT,
    private_key_id: KEY.id,
    private_key: KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: cloud.tokenUrl,
    ...more,
  });
  const federation = (cloud: GoogleCloud, source: object, more: object = {}) => ({
    type: 'external_account',
    audience: `//iam.googleapis.com/${PROVIDER}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${cloud.url}/v1/token`,
    credential_source: source,
    ...more,
  });
  const audience = `https://iam.googleapis.com/${PROVIDER}`;

  it.each([
    ['agrees', 0, 1],
    ['is a little behind', 20 * 60_000, 1],
    ['is behind', 2 * 3600_000, 2],
    ['is ahead', -20 * 60_000, 2],
  ])('with a key logs the service account in where the clock %s', async (_, skew, requests) => {
    const cloud = await startCloud({ now: () => clock.now() + skew });
    const world = cloudWorld({ clock, environment: write(keyFile(cloud)) });
    expect(ownerOf(cloud, await world.ambient(HOST))).toBe(ACCOUNT);
    expect(cloud.log.requests).toHaveLength(requests);
    expect(world.secrets).toEqual([...cloud.tokens.keys()]);
  });

  it('with a key that is not the account’s any more is refused, without its assertion', async () => {
    const cloud = await startCloud({ accounts: { [ACCOUNT]: { keys: [] } } });
    const refusal = await refusalOf(cloudWorld({ clock, environment: write(keyFile(cloud)) }).ambient(HOST));
    expect(refusal).toMatchObject({ code: 'UNAUTHORIZED', remedy: expect.stringContaining('key') });
    expect(refusal.message).not.toMatch(/eyJ/);
  });

  it('with a federation asks where google-github-actions/auth says', async () => {
    const cloud = await startCloud();
    const url = new URL(issuer.env.ACTIONS_ID_TOKEN_REQUEST_URL);
    url.searchParams.set('audience', audience);
    const authorization = `Bearer ${issuer.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`;
    const environment = write(
      federation(
        cloud,
        {
          url: url.href,
          headers: { Authorization: authorization },
          format: { type: 'json', subject_token_field_name: 'value' },
        },
        {
          service_account_impersonation_url: `${cloud.url}/v1/projects/-/serviceAccounts/${ACCOUNT}:generateAccessToken`,
        },
      ),
    );
    const world = cloudWorld({ clock, environment });
    expect(ownerOf(cloud, await world.ambient('gcr.io'))).toBe(ACCOUNT);
    expect(world.secrets).toContain(issuer.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
  });

  it('with a federation reads the token of a file', async () => {
    const cloud = await startCloud();
    const file = join(directory, 'token');
    writeFileSync(file, `${await issuer.mint(audience)}\n`);
    const world = cloudWorld({ clock, environment: write(federation(cloud, { file })) });
    expect(ownerOf(cloud, await world.ambient(HOST))).toBe(SUBJECT);
  });

  it('is not used for other registries, nor looked at', async () => {
    const world = cloudWorld({ clock, environment: { GOOGLE_APPLICATION_CREDENTIALS: '/none' } });
    for (const host of ['ghcr.io', 'quay.io', `${HOST}.evil.example`]) {
      expect(await world.ambient(host)).toBeUndefined();
    }
  });

  it('that nobody names is nothing', async () => {
    expect(await cloudWorld({ clock }).ambient(HOST)).toBeUndefined();
  });

  it.each([
    ['no JSON', 'secret text', 'CONTENT_INVALID'],
    ['a list', [], 'CONTENT_INVALID'],
    ['a user', { type: 'authorized_user', refresh_token: 'secret' }, 'UNSUPPORTED'],
    [
      'no key',
      keyFile({ tokenUrl: 'https://oauth2.googleapis.com/token' }, { private_key: 'secret' }),
      'CONTENT_INVALID',
    ],
    [
      'a foreign token service',
      keyFile({ tokenUrl: 'https://googleapis.com.evil.example/token' }),
      'CONTENT_INVALID',
    ],
    [
      'a token service without TLS',
      keyFile({ tokenUrl: 'http://oauth2.googleapis.com/token' }),
      'CONTENT_INVALID',
    ],
    [
      'a program to run',
      {
        type: 'external_account',
        audience: 'a',
        subject_token_type: 'b',
        token_url: 'https://sts.googleapis.com/v1/token',
        credential_source: { executable: { command: 'secret' } },
      },
      'UNSUPPORTED',
    ],
    [
      'a foreign impersonation',
      {
        type: 'external_account',
        audience: 'a',
        subject_token_type: 'b',
        token_url: 'https://sts.googleapis.com/v1/token',
        service_account_impersonation_url: 'https://evil.example/',
        credential_source: { file: 'x' },
      },
      'CONTENT_INVALID',
    ],
  ])('with %s is refused, and not shown', async (_, content, code) => {
    const refusal = await refusalOf(cloudWorld({ clock, environment: write(content) }).ambient(HOST));
    expect(refusal).toMatchObject({ code });
    expect(refusal.message).not.toContain('secret');
  });

  it('that is not there is an error', async () => {
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: join(directory, 'none') };
    expect(await refusalOf(cloudWorld({ clock, environment }).ambient(HOST))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
