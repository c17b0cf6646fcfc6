import { type GitHubGates, type ManifestContent, startGitHubGates } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commitOf, expectedSuccess, openRoad, type Road, type Texts } from '../support/road.ts';

const COMMITS = { '1.0.0': commitOf('a1b2c3d'), '1.1.0': commitOf('b1b2c3d') } as const;
const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];

describe('what GitHub is told of a promotion', () => {
  let road: Road;
  let github: GitHubGates;
  const images = new Map<string, ManifestContent>();
  beforeEach(async () => {
    road = await openRoad();
    github = await startGitHubGates();
    road.workplace.onClose(() => github.close());
    for (const [version, commit] of Object.entries(COMMITS)) {
      github.repository('acme/api').addCommit({ sha: commit });
      images.set(version, await road.build('acme/build', { commit, version }));
    }
    await road.writePolicy({
      production: {
        repository: road.at('acme/api'),
        tags: 'semver',
        channels: ['1', 'latest'],
        gates: { platforms: ['linux/amd64'] },
      },
    });
  });
  afterEach(async () => {
    expect(github.unknown).toEqual([]);
    await road.workplace.close();
  });

  const promote = (version: keyof typeof COMMITS, inputs: Texts = {}, env: Texts = {}) =>
    road.promote(
      {
        source: `${road.at('acme/build')}:${COMMITS[version].slice(0, 7)}`,
        ...{ to: 'production', 'github-token': 'token', ...inputs },
      },
      { GITHUB_API_URL: github.url, ...env },
    );
  const deployments = () =>
    github.repository('acme/api').deployments.map(({ sha, environment, payload, statuses }) => ({
      ...{ sha, environment, payload },
      states: statuses.map(({ state }) => state),
    }));

  it('is a deployment of its commit, which ends the one before; a rollback is one, too', async () => {
    expectedSuccess(await promote('1.0.0'));
    expectedSuccess(await promote('1.1.0'));
    const of = (version: keyof typeof COMMITS, tags: readonly string[]) => ({
      sha: COMMITS[version],
      environment: 'production',
      payload: {
        ...{ client: 'artifact-lifecycle', name: 'api', version, digest: images.get(version)?.digest },
        references: tags.map((tag) => `${road.at('acme/api')}:${tag}@${images.get(version)?.digest}`),
      },
    });
    expect(deployments()).toEqual([
      { ...of('1.0.0', ['1.0.0', '1', 'latest']), states: ['inactive', 'success', 'in_progress'] },
      { ...of('1.1.0', ['1.1.0', '1', 'latest']), states: ['success', 'in_progress'] },
    ]);
    const statuses = github.repository('acme/api').deployments[1]?.statuses[0];
    expect(statuses?.description).toMatch(/^Promoted 1\.1\.0\. Record sha256:/);
    expect(statuses?.logUrl).toBe('https://github.com/acme/api/actions/runs/1');

    const back = await road.promote(
      { mode: 'rollback', to: 'production', 'github-token': 'token' },
      { GITHUB_API_URL: github.url },
    );
    expectedSuccess(back);
    expect(deployments().slice(1)).toEqual([
      { ...of('1.1.0', ['1.1.0', '1', 'latest']), states: ['inactive', 'success', 'in_progress'] },
      { ...of('1.0.0', ['1', 'latest']), states: ['success', 'in_progress'] },
    ]);
  }, 60_000);

  it('is where it lies, on the page of linked artifacts', async () => {
    expectedSuccess(await promote('1.0.0'));
    const about = { digest: images.get('1.0.0')?.digest, version: '1.0.0' };
    expect(github.storageRecords).toMatchObject([
      {
        organisation: 'acme',
        body: { ...about, repository: 'acme/api', registry_url: `https://${road.registry.host}` },
      },
    ]);
    expect(github.deploymentRecords).toMatchObject([
      { organisation: 'acme', body: { ...about, logical_environment: 'production', status: 'deployed' } },
    ]);
  }, 30_000);

  it('is that it failed, where it does', async () => {
    const fault = road.registry.faults.add(
      { method: 'PUT', path: /\/acme\/api\/manifests\/1\.0\.0$/ },
      { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
    );
    const result = await promote('1.0.0');
    fault.remove();
    expect(result.exitCode).toBe(1);
    expect(deployments().map(({ states }) => states)).toEqual([['failure', 'in_progress']]);
    expect(github.storageRecords).toEqual([]);
  }, 30_000);

  it('is nothing where it may not be told, with a warning that says what it takes', async () => {
    github.may = { checks: 'read' };
    const result = await promote('1.0.0');
    expectedSuccess(result);
    expect(result.outputs.get('promoted')).toBe('true');
    const warnings = result.log.split('\n').filter((line) => line.startsWith('::warning'));
    expect(warnings).toEqual([expect.stringContaining('GitHub was not told of a deployment')]);
    expect(warnings[0]).toContain('deployments: write');
    expect(road.tags('acme/api')).toEqual(['1', '1.0.0', 'latest']);
  }, 30_000);

  it.each([
    { name: 'in a dry run', inputs: { 'dry-run': 'true' } },
    { name: 'by a plan', inputs: { mode: 'plan', 'plan-file': 'elsewhere.json' } },
    { name: 'where a gate refuses', inputs: { gates: 'tests: { junit: none.xml }' } },
  ])(
    'is nothing $name',
    async ({ inputs }) => {
      const result = await promote('1.0.0', inputs);
      expect(result.outputs.get('promoted')).toBe('false');
      expect(github.log.lines({ method: WRITES })).toEqual([]);
      expect(road.registry.log.lines({ method: WRITES })).toEqual([]);
    },
    30_000,
  );

  it.each([
    {
      name: 'outside of GitHub',
      inputs: {},
      env: { GITHUB_REPOSITORY: '', GITHUB_RUN_ID: '', GITHUB_ACTIONS: '', GITHUB_SHA: '' },
    },
    { name: 'without a token', inputs: { 'github-token': '' }, env: {} },
  ])(
    'is nothing $name, and the promotion needs it not',
    async ({ inputs, env }) => {
      const result = await promote('1.0.0', inputs, env);
      expectedSuccess(result);
      expect(github.log.lines()).toEqual([]);
      expect(result.log).not.toContain('::warning');
      expect(road.tags('acme/api')).toEqual(['1', '1.0.0', 'latest']);
      const [entry] = (await road.history('production')).entries;
      expect(entry).toMatchObject({ version: '1.0.0', event: 'promotion' });
      if (env.GITHUB_REPOSITORY === '') expect(entry).toMatchObject({ run: null });
    },
    30_000,
  );
});
