import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type GitHubPackages,
  type GitHubPackagesOptions,
  makeImage,
  makeIndex,
  seed,
  startGitHubPackages,
} from '../../src/index.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const DAY = 86_400_000;

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

describe("GitHub's packages", () => {
  let github: GitHubPackages;
  let now = NOW;
  afterEach(async () => {
    const { defects } = github;
    await github.close();
    expect(defects).toEqual([]);
  });

  const start = async (options: GitHubPackagesOptions = {}): Promise<void> => {
    now = NOW;
    github = await startGitHubPackages({ now: () => now, ...options });
  };
  const ask = async (
    method: string,
    path: string,
    headers = { authorization: 'Bearer t' },
  ): Promise<Reply> => {
    const answer = await fetch(`${github.url}${path}`, { method, headers });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text === '' ? undefined : JSON.parse(text),
      headers: answer.headers,
    };
  };
  const push = async (name: string, tags: readonly string[], content = name): Promise<string> => {
    const image = makeImage({ layers: [content] });
    await seed(github, name, image, { tags });
    return image.digest;
  };
  const idOf = (name: string): number =>
    github.versions('acme', 'container', 'app').find((version) => version.name === name)?.id ?? 0;
  const versions = '/orgs/acme/packages/container/app/versions';

  it('makes a version of each manifest, and a moved tag leaves the old one', async () => {
    await start();
    const first = await push('acme/app', ['v1', 'latest'], 'one');
    const second = await push('acme/app', ['latest'], 'two');
    const { body } = await ask('GET', versions);
    expect(body).toMatchObject([
      { name: second, metadata: { container: { tags: ['latest'] } } },
      { name: first, metadata: { package_type: 'container', container: { tags: ['v1'] } } },
    ]);
  });

  it('lists pages of at most 100, with links', async () => {
    await start();
    github.addPackage(
      'acme',
      'npm',
      'lib',
      Array.from({ length: 250 }, (_, at) => ({ name: `1.0.${at}` })),
    );
    const { body, headers } = await ask('GET', '/orgs/acme/packages/npm/lib/versions?per_page=1000');
    expect(body).toHaveLength(100);
    expect(headers.get('link')).toMatch(/page=2>; rel="next", <[^>]*page=3>; rel="last"/);
    const third = await ask('GET', '/orgs/acme/packages/npm/lib/versions?per_page=100&page=3');
    expect(third.body).toHaveLength(50);
    expect(third.headers.get('link')).not.toContain('next');
  });

  it('wants a slash in a name escaped', async () => {
    await start();
    await push('acme/team/app', ['v1']);
    expect(await ask('GET', '/orgs/acme/packages/container/team%2Fapp/versions')).toMatchObject({
      status: 200,
    });
    expect(await ask('GET', '/orgs/acme/packages/container/team/app/versions')).toMatchObject({
      status: 404,
    });
  });

  it('deletes a version with its tags, and restores it within 30 days', async () => {
    await start();
    const first = await push('acme/app', ['v1'], 'one');
    await push('acme/app', ['v2'], 'two');
    const id = idOf(first);
    expect(await ask('DELETE', `${versions}/${id}`)).toMatchObject({ status: 204 });
    expect(github.store.tags('acme/app').has('v1')).toBe(false);
    expect(await ask('GET', `${versions}/${id}`)).toMatchObject({ status: 404 });
    expect((await ask('GET', `${versions}?state=deleted`)).body).toMatchObject([{ id, name: first }]);
    now += 29 * DAY;
    expect(await ask('POST', `${versions}/${id}/restore`)).toMatchObject({ status: 204 });
    expect(github.store.tags('acme/app').get('v1')).toBe(first);
    await ask('DELETE', `${versions}/${id}`);
    now += 30 * DAY;
    expect(await ask('POST', `${versions}/${id}/restore`)).toMatchObject({ status: 404 });
  });

  it('keeps the last tagged version, the last one, and what was downloaded too often', async () => {
    await start();
    const tagged = await push('acme/app', ['v1'], 'one');
    expect(await ask('DELETE', `${versions}/${idOf(tagged)}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('the last version of a package') },
    });
    await push('acme/app', [], 'two');
    expect(await ask('DELETE', `${versions}/${idOf(tagged)}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('last tagged version') },
    });
    await push('acme/app', ['v2'], 'three');
    github.setVersion('acme', 'container', 'app', tagged, { downloads: 5001 });
    expect(await ask('DELETE', `${versions}/${idOf(tagged)}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('5000 downloads') },
    });
    github.setVisibility('acme', 'container', 'app', 'private');
    expect(await ask('DELETE', `${versions}/${idOf(tagged)}`)).toMatchObject({ status: 204 });
  });

  it('counts reading a manifest as a download', async () => {
    await start();
    const digest = await push('acme/app', ['v1']);
    await ask('GET', '/v2/acme/app/manifests/v1');
    await ask('HEAD', '/v2/acme/app/manifests/v1');
    expect(github.versions('acme', 'container', 'app')).toMatchObject([{ name: digest, downloads: 1 }]);
  });

  it('deletes nothing through the registry, and has no referrers API', async () => {
    await start();
    const digest = await push('acme/app', ['v1']);
    expect(await ask('DELETE', `/v2/acme/app/manifests/${digest}`)).toMatchObject({ status: 405 });
    expect(await ask('GET', `/v2/acme/app/referrers/${digest}`)).toMatchObject({ status: 404 });
  });

  it.each([
    { name: 'nobody', options: {}, headers: {}, status: 401 },
    { name: 'another token', options: { token: 'x' }, headers: { authorization: 'token t' }, status: 401 },
    {
      name: 'a token that reads',
      options: { access: 'read' },
      headers: { authorization: 'token t' },
      status: 403,
    },
    {
      name: 'a token without Admin',
      options: { access: 'write' },
      headers: { authorization: 'token t' },
      status: 403,
    },
    {
      name: 'a token that sees nothing',
      options: { access: 'none' },
      headers: { authorization: 'token t' },
      status: 404,
    },
  ] as const)('lets $name delete nothing', async ({ options, headers, status }) => {
    await start(options);
    const digest = await push('acme/app', ['v1'], 'one');
    await push('acme/app', ['v2'], 'two');
    expect(
      await ask('DELETE', `${versions}/${idOf(digest)}`, headers as { authorization: string }),
    ).toMatchObject({ status });
    expect(github.store.tags('acme/app').has('v1')).toBe(true);
  });

  it('tells organisations and users apart', async () => {
    await start({ users: ['ada'], me: 'ada' });
    await push('ada/app', ['v1']);
    expect(await ask('GET', '/orgs/ada/packages/container/app/versions')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/users/ada/packages/container/app/versions')).toMatchObject({ status: 200 });
    expect(await ask('GET', '/user/packages/container/app/versions')).toMatchObject({ status: 200 });
  });

  it('lags behind where it is told to', async () => {
    await start({ staleLists: 1 });
    const index = makeIndex([makeImage({ layers: ['a'] })]);
    await seed(github, 'acme/app', index, { tags: ['v1'] });
    expect((await ask('GET', versions)).body).toHaveLength(0);
    expect((await ask('GET', versions)).body).toHaveLength(2);
  });

  it('limits requests of an hour, and points of a minute', async () => {
    await start({ primaryLimit: { limit: 100, remaining: 3 }, secondaryLimit: { pointsPerMinute: 6 } });
    await push('acme/app', ['v1']);
    expect((await ask('GET', versions)).headers.get('x-ratelimit-remaining')).toBe('2');
    await ask('DELETE', `${versions}/1`);
    const second = await ask('GET', versions);
    expect(second).toMatchObject({ status: 403, body: { message: expect.stringContaining('secondary') } });
    expect(second.headers.get('retry-after')).toBe('60');
    now += 61_000;
    await ask('GET', versions);
    const primary = await ask('GET', versions);
    expect(primary).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('API rate limit') },
    });
    expect(primary.headers.get('x-ratelimit-remaining')).toBe('0');
  });

  it('stops to answer after so many requests', async () => {
    await start();
    const digest = await push('acme/app', ['v1'], 'one');
    await push('acme/app', ['v2'], 'two');
    const outage = github.stopAfter(1, 'answer');
    await ask('GET', versions);
    await expect(ask('DELETE', `${versions}/${idOf(digest)}`)).rejects.toThrow();
    await expect(ask('GET', versions)).rejects.toThrow();
    expect(outage.hits).toBe(2);
    outage.end();
    expect((await ask('GET', versions)).body).toHaveLength(1);
  });

  it('tells deployments, branches, open pull requests and deployment records', async () => {
    await start();
    const digest = `sha256:${'a'.repeat(64)}`;
    const facts = github.repository('acme/app');
    facts.branches = ['main'];
    facts.openPullRequests = [{ number: 7, head: 'feature' }];
    facts.deployments = [
      { id: 42, sha: 'abc', ref: 'main', environment: 'production', statuses: [{ state: 'success' }] },
    ];
    github.deploymentRecords('acme').push({
      ...{ id: 1, digest, logical_environment: 'prod', deployment_name: 'app', status: 'deployed' as const },
    });
    expect((await ask('GET', '/repos/acme/app/branches')).body).toMatchObject([{ name: 'main' }]);
    expect((await ask('GET', '/repos/acme/app/pulls')).body).toMatchObject([
      { number: 7, head: { ref: 'feature' } },
    ]);
    expect((await ask('GET', '/repos/acme/app/deployments')).body).toMatchObject([{ id: 42, sha: 'abc' }]);
    expect((await ask('GET', '/repos/acme/app/deployments/42/statuses')).body).toMatchObject([
      { state: 'success' },
    ]);
    const records = `/orgs/acme/artifacts/${digest}/metadata/deployment-records`;
    expect((await ask('GET', records)).body).toMatchObject({
      total_count: 1,
      deployment_records: [{ digest }],
    });
  });
});
