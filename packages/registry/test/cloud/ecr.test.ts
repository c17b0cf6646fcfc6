import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AwsCloud,
  type AwsCloudOptions,
  type AwsKeys,
  type OidcIssuer,
  startAwsCloud,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type QuickClock, quickClock, refusalOf } from '../remote/world.ts';
import { closeLater, cloudWorld, startIssuer } from './cloud-world.ts';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const PUBLIC = 'public.ecr.aws';
const ROLE = 'arn:aws:iam::123456789012:role/release';
const SUBJECT = 'repo:acme/app:ref:refs/heads/main';
const USER: AwsKeys = { accessKeyId: 'AKIAUSER', secretAccessKey: 'secret/of+user' };
const PASSWORD = { kind: 'basic', username: 'AWS', password: 'password-of-ecr' };

let clock: QuickClock;
let issuer: OidcIssuer;
let directory: string;

beforeEach(async () => {
  clock = quickClock();
  issuer = await startIssuer(clock);
  issuer.tamper({ claims: { sub: SUBJECT } });
  directory = mkdtempSync(join(tmpdir(), 'ecr-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const startCloud = async (options: AwsCloudOptions = {}): Promise<AwsCloud> =>
  closeLater(
    await startAwsCloud({
      now: clock.now,
      users: [USER],
      trust: {
        issuer: issuer.issuer,
        keys: () => issuer.keys(),
        audience: 'sts.amazonaws.com',
        roles: { [ROLE]: SUBJECT },
      },
      ...options,
    }),
  );

const userKeys = ({ accessKeyId, secretAccessKey }: AwsKeys = USER) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** What was asked, one line a request. */
const asked = ({ log }: AwsCloud) =>
  log.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);

describe('a role for ECR', () => {
  const settings = { [HOST]: { awsRole: ROLE } };

  it('is assumed with the run’s token, and logs in', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, settings, issuer, environment: cloud.env });
    expect(await world.named(HOST)).toEqual({
      credentials: PASSWORD,
      origin: 'registries',
      refreshAt: clock.now() + 12 * 3600_000 - 5 * 60_000,
    });
    expect(world.audiences).toEqual(['sts.amazonaws.com']);
    expect(world.secrets).toContain('secret/of+session1==');
    expect(world.secrets).toContain('IQoJ&session<token>1//==');
    expect(world.warnings).toEqual([]);
  });

  it('is assumed once for all repositories, and again when it ends', async () => {
    const cloud = await startCloud({ passwordSeconds: 3600 });
    const world = cloudWorld({ clock, settings, issuer, environment: cloud.env });
    await Promise.all([world.named(HOST), world.named(HOST)]);
    await world.named(HOST);
    expect(asked(cloud)).toEqual(['POST / 200', 'POST / 200']);
    await clock.sleep(3600_000 - 5 * 60_000);
    await world.named(HOST);
    expect(asked(cloud)).toHaveLength(4);
  });

  it('has keys for the API of ECR, too', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, settings, issuer, environment: { ...cloud.env, ...userKeys() } });
    expect((await world.logins.awsKeysFor(HOST)).accessKeyId).toBe('ASIA0000000000000001');
  });

  it('logs in to ECR Public', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({
      clock,
      issuer,
      settings: { [PUBLIC]: { awsRole: ROLE } },
      environment: cloud.env,
    });
    expect(await world.named(PUBLIC)).toMatchObject({ credentials: PASSWORD });
  });

  it('is asked for again where STS could not reach the issuer', async () => {
    const cloud = await startCloud();
    cloud.faults.add(
      { method: 'POST', times: 2 },
      {
        kind: 'answer',
        status: 400,
        body: '<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>',
      },
    );
    const world = cloudWorld({ clock, settings, issuer, environment: cloud.env });
    expect(await world.named(HOST)).toMatchObject({ credentials: PASSWORD });
    expect(clock.waits).toEqual([500, 2000]);
  });

  it.each([
    {
      name: 'does not trust the workflow',
      sub: 'repo:acme/other',
      code: 'FORBIDDEN',
      remedy: 'trust policy',
    },
    {
      name: 'is of an account without the provider',
      trust: undefined,
      code: 'UNAUTHORIZED',
      remedy: 'issuer',
    },
    {
      name: 'is shown a token of a foreign key',
      flaw: 'foreign-key',
      code: 'UNAUTHORIZED',
      remedy: 'issuer',
    },
    { name: 'is shown an expired token', flaw: 'expired', code: 'UNAUTHORIZED', remedy: 'issuer' },
  ] as const)('that $name is refused, without the token in the error', async ({ code, remedy, ...row }) => {
    const cloud = await startCloud('trust' in row ? { trust: undefined } : {});
    issuer.tamper({
      claims: { sub: 'sub' in row ? row.sub : SUBJECT },
      ...('flaw' in row ? { flaw: row.flaw } : {}),
    });
    const world = cloudWorld({ clock, settings, issuer, environment: cloud.env });
    const refusal = await refusalOf(world.named(HOST));
    expect(refusal).toMatchObject({ code, remedy: expect.stringContaining(remedy) });
    expect(refusal.message).toContain(ROLE);
    for (const secret of world.secrets) expect(refusal.message).not.toContain(secret);
    expect(refusal.message).not.toMatch(/eyJ/);
    // Nor is it kept: the next one may be trusted.
    issuer.tamper({ claims: { sub: SUBJECT } });
    if (!('trust' in row)) expect(await world.named(HOST)).toMatchObject({ credentials: PASSWORD });
  });

  it.each([
    ['is no ECR', 'registry.example', {}, 'INPUT_INVALID'],
    ['looks like an ECR', `${HOST}.evil.example`, {}, 'INPUT_INVALID'],
    ['is of another cloud', 'acme.azurecr.io', {}, 'INPUT_INVALID'],
    ['is called an ECR and tells no region', 'ecr.example', { kind: 'ecr' }, 'INPUT_INVALID'],
  ] as const)('is not shown to a host that %s', async (_, host, more, code) => {
    const cloud = await startCloud();
    const world = cloudWorld({
      clock,
      issuer,
      settings: { [host]: { awsRole: ROLE, ...more } },
      environment: cloud.env,
    });
    expect(await refusalOf(world.named(host))).toMatchObject({ code });
    expect(asked(cloud)).toEqual([]);
    expect(world.audiences).toEqual([]);
  });

  it('logs in to a host that the settings call an ECR, in the region of the environment', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({
      clock,
      issuer,
      settings: { 'ecr.example': { awsRole: ROLE, kind: 'ecr' } },
      environment: { ...cloud.env, AWS_REGION: 'eu-north-1' },
    });
    expect(await world.named('ecr.example')).toMatchObject({ credentials: PASSWORD });
  });

  it('needs somebody who gives tokens', async () => {
    const world = cloudWorld({ clock, settings });
    expect(await refusalOf(world.named(HOST))).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is asked of China’s audience for a role there', async () => {
    const role = 'arn:aws-cn:iam::123456789012:role/release';
    const host = '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn';
    const cloud = await startCloud({
      trust: {
        issuer: issuer.issuer,
        keys: () => issuer.keys(),
        audience: 'sts.amazonaws.com.cn',
        roles: { [role]: SUBJECT },
      },
    });
    const world = cloudWorld({
      clock,
      issuer,
      settings: { [host]: { awsRole: role } },
      environment: cloud.env,
    });
    expect(await world.named(host)).toMatchObject({ credentials: PASSWORD });
  });

  it('is not told to another host by a redirect', async () => {
    const cloud = await startCloud();
    const other = await startCloud();
    cloud.faults.add(
      { method: 'POST' },
      { kind: 'answer', status: 307, headers: { location: `${other.url}/` } },
    );
    const world = cloudWorld({ clock, settings, issuer, environment: cloud.env });
    expect(await refusalOf(world.named(HOST))).toMatchObject({ code: 'PROTOCOL_INVALID' });
    expect(asked(other)).toEqual([]);
  });
});

describe('keys of the environment', () => {
  it.each([
    ['ECR', HOST, {}],
    ['ECR Public', PUBLIC, {}],
    ['an ECR by its settings', 'ecr.example', { AWS_DEFAULT_REGION: 'eu-west-1' }],
  ])('log in to %s', async (_, host, more) => {
    const cloud = await startCloud();
    const world = cloudWorld({
      clock,
      settings: { 'ecr.example': { kind: 'ecr' } },
      environment: { ...cloud.env, ...userKeys(), ...more },
    });
    expect(await world.ambient(host)).toMatchObject({ credentials: PASSWORD, origin: 'cloud' });
    expect(world.secrets).toContain(USER.secretAccessKey);
  });

  it('are not used for other registries', async () => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, environment: { ...cloud.env, ...userKeys() } });
    for (const host of ['ghcr.io', 'docker.io', `${HOST}.evil.example`, 'ecr.example']) {
      expect(await world.ambient(host)).toBeUndefined();
    }
    expect(asked(cloud)).toEqual([]);
  });

  it('are nothing where the settings say ECR, and nobody names a region', async () => {
    const world = cloudWorld({
      clock,
      settings: { 'ecr.example': { kind: 'ecr' } },
      environment: userKeys(),
    });
    expect(await world.ambient('ecr.example')).toBeUndefined();
  });

  it.each([
    {
      name: 'with a wrong secret',
      keys: { ...USER, secretAccessKey: 'wrong' },
      code: 'UNAUTHORIZED',
      says: 'InvalidSignatureException',
    },
    {
      name: 'that nobody knows',
      keys: { ...USER, accessKeyId: 'AKIANOBODY' },
      code: 'UNAUTHORIZED',
      says: 'UnrecognizedClientException',
    },
  ])('$name are refused, and the error shows no part of the request', async ({ keys, code, says }) => {
    const cloud = await startCloud();
    const world = cloudWorld({ clock, environment: { ...cloud.env, ...userKeys(keys) } });
    const refusal = await refusalOf(world.ambient(HOST));
    expect(refusal).toMatchObject({ code });
    expect(refusal.message).toContain(says);
    expect(refusal.message).not.toMatch(/Canonical|x-amz/);
  });

  it('that may not log in are refused with what they need', async () => {
    const cloud = await startCloud({ users: [{ ...USER, mayLogIn: false }] });
    const world = cloudWorld({ clock, environment: { ...cloud.env, ...userKeys() } });
    expect(await refusalOf(world.ambient(HOST))).toMatchObject({
      code: 'FORBIDDEN',
      remedy: expect.stringContaining('ecr:GetAuthorizationToken'),
    });
  });

  it('that may not log in to ECR Public leave it to strangers, with a warning', async () => {
    const cloud = await startCloud({ users: [{ ...USER, mayLogIn: false }] });
    const world = cloudWorld({ clock, environment: { ...cloud.env, ...userKeys() } });
    expect(await world.ambient(PUBLIC)).toBeUndefined();
    expect(await world.ambient(PUBLIC)).toBeUndefined();
    expect(world.warnings).toEqual([expect.stringContaining('asked as nobody')]);
  });

  it.each([
    ['behind', 20 * 60_000],
    ['ahead', -20 * 60_000],
  ])('are signed again by the server’s time where the clock is %s', async (_, skew) => {
    const cloud = await startCloud({ now: () => clock.now() + skew });
    const world = cloudWorld({ clock, environment: { ...cloud.env, ...userKeys() } });
    expect(await world.ambient(HOST)).toMatchObject({ credentials: PASSWORD });
    expect(asked(cloud)).toEqual(['POST / 400', 'POST / 200']);
  });

  it('are not signed a third time', async () => {
    const cloud = await startCloud({ now: () => clock.now() + 20 * 60_000 });
    const environment = { ...cloud.env, ...userKeys({ ...USER, secretAccessKey: 'wrong' }) };
    const world = cloudWorld({ clock, environment });
    expect(await refusalOf(world.ambient(HOST))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(asked(cloud)).toEqual(['POST / 400', 'POST / 400']);
  });

  it.each([
    ['HTML', { body: '<html>' }],
    ['no password', { body: '{"authorizationData":[{"authorizationToken":"QVdT"}]}' }],
    ['no data', { body: '{}' }],
    ['far too much', { body: `{"a":"${'x'.repeat(70_000)}"}` }],
  ])('are an error where %s is answered', async (_, answer) => {
    const cloud = await startCloud();
    cloud.faults.add({ method: 'POST' }, { kind: 'answer', status: 200, ...answer });
    const world = cloudWorld({ clock, environment: { ...cloud.env, ...userKeys() } });
    expect(['PROTOCOL_INVALID', 'LIMIT_EXCEEDED']).toContain((await refusalOf(world.ambient(HOST))).code);
  });

  it('do not go where an endpoint has no TLS', async () => {
    const environment = { ...userKeys(), AWS_ENDPOINT_URL_ECR: 'http://ecr.example/' };
    const refusal = await refusalOf(cloudWorld({ clock, environment }).ambient(HOST));
    expect(refusal).toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('a token in a file', () => {
  it('becomes keys of its role', async () => {
    const cloud = await startCloud();
    const file = join(directory, 'token');
    writeFileSync(file, `${await issuer.mint('sts.amazonaws.com')}\n`);
    const environment = { ...cloud.env, AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: file };
    expect(await cloudWorld({ clock, environment }).ambient(HOST)).toMatchObject({ credentials: PASSWORD });
  });

  it('that is not there is an error', async () => {
    const cloud = await startCloud();
    const environment = {
      ...cloud.env,
      AWS_ROLE_ARN: ROLE,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, 'none'),
    };
    expect(await refusalOf(cloudWorld({ clock, environment }).ambient(HOST))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a container', () => {
  it.each([
    ['a variable', (_: string) => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container token' })],
    ['a file', (file: string) => ({ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file })],
  ])('has keys from its service, by the token of %s', async (_, variables) => {
    const cloud = await startCloud({ containerToken: 'container token' });
    const file = join(directory, 'token');
    writeFileSync(file, 'container token\n');
    const environment = {
      ...cloud.env,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: cloud.containerUrl,
      ...variables(file),
    };
    const world = cloudWorld({ clock, environment });
    expect(await world.ambient(HOST)).toMatchObject({ credentials: PASSWORD });
    expect(world.secrets).toContain('container token');
  });

  it.each([
    ['a wrong token', { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'wrong' }, 'UNAUTHORIZED'],
    ['a token of two lines', { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\r\nb: c' }, 'INPUT_INVALID'],
    [
      'a service without TLS',
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://credentials.example/' },
      'INPUT_INVALID',
    ],
    ['a path that is a host', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '//evil.example/' }, 'INPUT_INVALID'],
    [
      'a path that goes on after the host',
      { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '.evil.example/' },
      'INPUT_INVALID',
    ],
  ])('with %s has none', async (_, variables, code) => {
    const cloud = await startCloud({ containerToken: 'right' });
    const environment = {
      ...cloud.env,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: cloud.containerUrl,
      ...variables,
    };
    expect(await refusalOf(cloudWorld({ clock, environment }).ambient(HOST))).toMatchObject({ code });
  });
});

describe('an instance', () => {
  it('has keys of its role, in a session', async () => {
    const cloud = await startCloud({ instanceRole: 'builder' });
    const world = cloudWorld({ clock, environment: cloud.env });
    expect(await world.ambient(HOST)).toMatchObject({ credentials: PASSWORD });
    expect(asked(cloud)).toEqual([
      'PUT /latest/api/token 200',
      'GET /latest/meta-data/iam/security-credentials/ 200',
      'GET /latest/meta-data/iam/security-credentials/builder 200',
      'POST / 200',
    ]);
    expect(world.secrets).toContain('session-1-of-metadata');
  });

  it('gives its keys to nobody but ECR’s API, and is not asked for ECR Public', async () => {
    const cloud = await startCloud({ instanceRole: 'builder' });
    expect(await cloudWorld({ clock, environment: cloud.env }).ambient(PUBLIC)).toBeUndefined();
    expect(asked(cloud)).toEqual([]);
  });

  it.each([
    ['has no role', {}, 2],
    ['is of another cloud', { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'other' }, 1],
    ['is not asked', { AWS_EC2_METADATA_DISABLED: 'true' }, 0],
  ])('that %s has nothing', async (_, variables, requests) => {
    const cloud = await startCloud();
    if ('AWS_EC2_METADATA_SERVICE_ENDPOINT' in variables) {
      cloud.faults.add({ method: 'PUT' }, { kind: 'answer', status: 404, body: '{"error":"not found"}' });
    }
    const environment = { ...variables, ...cloud.env };
    const world = cloudWorld({ clock, environment });
    expect(await world.ambient(HOST)).toBeUndefined();
    expect(await world.ambient(HOST)).toBeUndefined();
    expect(asked(cloud)).toHaveLength(requests);
    await expect(world.logins.awsKeysFor(HOST)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      remedy: expect.stringContaining('aws-role'),
    });
  });

  it('that nobody answers for has nothing', async () => {
    const cloud = await startAwsCloud();
    await cloud.close();
    expect(await cloudWorld({ clock, environment: cloud.env }).ambient(HOST)).toBeUndefined();
  });

  it('whose keys end has new ones', async () => {
    const cloud = await startCloud({ instanceRole: 'builder', keySeconds: 1200 });
    const world = cloudWorld({ clock, environment: cloud.env });
    expect((await world.logins.awsKeysFor(HOST)).accessKeyId).toBe('ASIA0000000000000001');
    await clock.sleep(14 * 60_000);
    expect((await world.logins.awsKeysFor(HOST)).accessKeyId).toBe('ASIA0000000000000001');
    await clock.sleep(60_000);
    expect((await world.logins.awsKeysFor(HOST)).accessKeyId).toBe('ASIA0000000000000002');
  });
});
