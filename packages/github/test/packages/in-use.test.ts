import { parseDigest } from '@artifact-lifecycle/registry';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  findPackages,
  npmRegistryOf,
  openPackages,
  parsePackageTarget,
  readBranches,
  readDeployed,
  readDeploymentRecords,
  readOpenPullRequests,
} from '../../src/packages/index.ts';
import { type PackagesWorld, startWorld } from './world.ts';

const digest = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`, 'test');
const CONTEXT = { owner: 'acme', registryHost: 'ghcr.io' };

describe('what is in use', () => {
  let world: PackagesWorld;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it('is what deployments name that are not over, wherever they name it', async () => {
    const deployment = { sha: 'f'.repeat(40), ref: 'main', environment: 'production' };
    world.github.repository('acme/app').deployments = [
      {
        ...deployment,
        id: 1,
        payload: { image: { digest: digest('a') } },
        statuses: [{ state: 'success' }, { state: 'inactive' }],
      },
      { ...deployment, id: 2, payload: JSON.stringify({ image: `x@${digest('b')}` }), statuses: [] },
      { ...deployment, id: 3, statuses: [{ state: 'in_progress', description: `runs ${digest('c')}` }] },
      {
        ...deployment,
        id: 4,
        sha: 'e'.repeat(40),
        ref: 'v1.2.3',
        description: digest('d'),
        statuses: [{ state: 'inactive' }],
      },
      { ...deployment, id: 5, description: digest('e'), statuses: [{ state: 'failure' }] },
    ];
    const { digests, commits, refs } = await readDeployed(world.client, 'acme/app');
    expect([...digests]).toEqual([
      [digest('c'), 'the deployment 3 to production'],
      [digest('b'), 'the deployment 2 to production'],
      [digest('a'), 'the deployment 1 to production'],
    ]);
    expect([...commits.keys()]).toEqual(['f'.repeat(40)]);
    expect([...refs]).toEqual([['main', 'the deployment 3 to production']]);
  });

  it('is what runs though many deployments after it have failed', async () => {
    const deployment = { sha: 'f'.repeat(40), ref: 'main' };
    const many = (environment: string, first: number, count: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...{ ...deployment, environment, id: first + at },
        statuses: [{ state: at % 2 === 0 ? 'failure' : 'inactive' }],
      }));
    world.github.repository('acme/app').deployments = [
      {
        ...deployment,
        id: 1,
        environment: 'production',
        description: digest('a'),
        statuses: [{ state: 'success' }],
      },
      ...many('production', 100, 75),
      {
        ...deployment,
        id: 2,
        environment: 'staging',
        description: digest('b'),
        statuses: [{ state: 'success' }],
      },
      ...many('staging', 200, 30),
      ...many('retired', 1000, 400),
    ];
    const { digests } = await readDeployed(world.client, 'acme/app');
    expect([...digests.keys()].sort()).toEqual([digest('a'), digest('b')]);
    // Of what runs nothing any more not all are looked at.
    const asked = world.github.log.requests.filter(({ path }) => path.endsWith('/statuses'));
    expect(asked).toHaveLength(76 + 31 + 300);
  });

  it('is an error where nobody can be asked', async () => {
    await expect(readDeployed(world.client, 'acme/hidden')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is what deployment records say is deployed', async () => {
    const record = { id: 1, logical_environment: 'prod', deployment_name: 'app' };
    world.github
      .deploymentRecords('acme')
      .push(
        { ...record, digest: digest('a'), status: 'deployed' },
        { ...record, digest: digest('b'), status: 'decommissioned' },
        { ...record, digest: digest('c') },
      );
    const asked = ['a', 'b', 'c', 'd'].map(digest);
    expect([...(await readDeploymentRecords(world.client, 'acme', asked)).keys()]).toEqual([
      digest('a'),
      digest('c'),
    ]);
  });

  it('is every branch and every open pull request', async () => {
    const facts = world.github.repository('acme/app');
    facts.branches = Array.from({ length: 250 }, (_, at) => `feature/${at}`);
    facts.openPullRequests = [
      { number: 7, head: 'feature/7' },
      { number: 9, head: 'x' },
    ];
    expect([...(await readBranches(world.client, 'acme/app'))]).toEqual(facts.branches);
    expect([...(await readOpenPullRequests(world.client, 'acme/app'))]).toEqual([7, 9]);
  });
});

describe('a target', () => {
  it.each([
    ['ghcr.io/acme/team/app', { type: 'container', owner: 'acme', name: 'team/app' }],
    ['ghcr.io/acme/*', { type: 'container', owner: 'acme', name: '*' }],
    ['npm:@other/lib', { type: 'npm', owner: 'other', name: 'lib' }],
    ['npm:lib', { type: 'npm', owner: 'acme', name: 'lib' }],
    ['maven:com.acme:lib', { type: 'maven', owner: 'acme', name: 'com.acme.lib' }],
    ['nuget:Acme.Lib', { type: 'nuget', owner: 'acme', name: 'Acme.Lib' }],
    ['rubygems:lib', { type: 'rubygems', owner: 'acme', name: 'lib' }],
  ])('%s is a package', (text, expected) => {
    expect(parsePackageTarget(text, CONTEXT)).toEqual({ text, ...expected });
  });

  it.each([
    ['https://api.github.com', 'https://npm.pkg.github.com'],
    ['https://api.acme.ghe.com', 'https://npm.acme.ghe.com'],
    ['https://github.acme.example/api/v3', undefined],
    ['http://127.0.0.1:8080', undefined],
  ])('of npm at %s has its names at %s', (apiUrl, registry) => {
    expect(npmRegistryOf(apiUrl)).toBe(registry);
  });

  it.each(['docker.io/library/alpine', 'example.com/acme/app'])('%s is none of GitHub', (text) => {
    expect(parsePackageTarget(text, CONTEXT)).toBeUndefined();
  });

  it.each([
    'ghcr.io/acme',
    'ghcr.io/*/app',
    'ghcr.io/acme/App',
    'npm:',
    'npm:@acme',
    'npm:@acme/a/b',
    'nuget:../x',
    'maven:a b',
  ])('refuses %s', (text) => {
    expect(() => parsePackageTarget(text, CONTEXT)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });

  it.each([
    { name: 'an organisation', owner: 'acme' },
    { name: 'a user', owner: 'ada' },
  ])('with a star means the packages of $name', async ({ owner }) => {
    const world = await startWorld({ users: ['ada'] });
    for (const name of ['web', 'app-b', 'app-a', 'deleted_app-c'])
      world.github.addPackage(owner, 'npm', name);
    const target = parsePackageTarget(`npm:@${owner}/*app-*`, CONTEXT);
    const found = target && (await findPackages(world.client, target));
    expect(found?.map(({ text }) => text)).toEqual([`npm:@${owner}/app-a`, `npm:@${owner}/app-b`]);
    await world.close();
  });

  it('opens as the packages that it means, with a registry where they are containers', async () => {
    const world = await startWorld();
    const context = {
      ...{ client: world.client, connections: world.connections },
      owner: 'acme',
      registryHost: world.github.host,
    };
    for (const name of ['web', 'app']) world.github.addPackage('acme', 'container', name);
    const services = await openPackages(`${world.github.host}/acme/*`, context);
    expect(services?.map(({ target }) => target)).toEqual([
      `${world.github.host}/acme/app`,
      `${world.github.host}/acme/web`,
    ]);
    expect(services?.every(({ fetchManifest }) => fetchManifest !== undefined)).toBe(true);
    const [lib] = (await openPackages('npm:@acme/lib', context)) ?? [];
    expect(lib).toMatchObject({ target: 'npm:@acme/lib', fetchManifest: undefined });
    expect(await openPackages('docker.io/acme/app', context)).toBeUndefined();
    await world.close();
  });

  it('with a star needs a token that may list', async () => {
    const world = await startWorld({ listsPackages: false });
    const target = parsePackageTarget('ghcr.io/acme/*', CONTEXT);
    await expect(target && findPackages(world.client, target)).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
    });
    await world.close();
  });
});
