import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRegistries } from '@artifact-lifecycle/core/policy';
import {
  type AwsCloud,
  makeImage,
  seed,
  startAwsCloud,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectRegistries } from '../src/connect.ts';
import { parseRepository } from '../src/name/reference.ts';
import { quickClock, refusalOf, tag } from './remote/world.ts';

const IMAGE = makeImage();
const ROLE = 'arn:aws:iam::123456789012:role/release';

let registry: TestRegistry;
let cloud: AwsCloud;
let directory: string;
const clock = quickClock();

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'connect-'));
  const users = ['settings', 'docker', 'AWS'].map((name) => ({ name, password: `password-of-${name}` }));
  registry = await startRegistry({ auth: { kind: 'basic', users } });
  await seed(registry, 'acme/app', IMAGE, { tags: ['v1'] });
  cloud = await startAwsCloud({
    now: clock.now,
    password: 'password-of-AWS',
    users: [{ accessKeyId: 'AKIAUSER', secretAccessKey: 'secret-of-user' }],
  });
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await registry.close();
  await cloud.close();
  expect([...registry.defects, ...cloud.defects]).toEqual([]);
});

/** Who is asked for an image by, in a run that is told these things. */
async function askedBy(told: {
  readonly settings: string;
  readonly hasDocker: boolean;
  readonly hasKeys: boolean;
}): Promise<string | undefined> {
  if (told.hasDocker) {
    const auth = Buffer.from('docker:password-of-docker').toString('base64');
    const config = { auths: { [registry.host]: { auth } } };
    writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  }
  const { connections, http } = connectRegistries({
    action: 'test',
    registries: parseRegistries(`"${registry.host}": ${told.settings}`, 'registries'),
    githubToken: 'token-of-github',
    context: {
      env: {
        ...cloud.env,
        DOCKER_CONFIG: directory,
        AWS_REGION: 'eu-west-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...(told.hasKeys ? { AWS_ACCESS_KEY_ID: 'AKIAUSER', AWS_SECRET_ACCESS_KEY: 'secret-of-user' } : {}),
      },
      clock,
      log: { mask: () => undefined, warning: () => undefined, debug: () => undefined },
      requestIdToken: async () => 'a-token-that-nobody-trusts',
    },
  });
  try {
    await connections.open(parseRepository(`${registry.host}/acme/app`, 'test')).resolve(tag('v1'));
    return registry.log.requests.at(-1)?.user;
  } finally {
    http.close();
  }
}

describe('credentials', () => {
  it.each([
    {
      name: 'a password of the settings',
      settings: '{ username: settings, password: password-of-settings }',
      by: 'settings',
    },
    { name: 'docker’s configuration', settings: '{ kind: ecr }', by: 'docker' },
    { name: 'keys of the environment', settings: '{ kind: ecr }', hasDocker: false, by: 'AWS' },
  ])('come first from $name', async ({ settings, hasDocker = true, by }) => {
    expect(await askedBy({ settings, hasDocker, hasKeys: true })).toBe(by);
  });

  it('come from the role that the settings name, and from nobody else where that is refused', async () => {
    const settings = `{ kind: ecr, aws-role: "${ROLE}" }`;
    const refusal = await refusalOf(askedBy({ settings, hasDocker: true, hasKeys: true }));
    expect(refusal).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(refusal.message).toContain(ROLE);
    expect(registry.log.requests.map(({ user }) => user)).toEqual([]);
  });

  it('are nobody’s where there are none', async () => {
    const refusal = await refusalOf(askedBy({ settings: '{ kind: ecr }', hasDocker: false, hasKeys: false }));
    expect(refusal).toMatchObject({ code: 'UNAUTHORIZED', remedy: expect.stringContaining('Log in') });
  });
});
