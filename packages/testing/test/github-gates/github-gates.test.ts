import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type GitHubGates, startGitHubGates } from '../../src/index.ts';

const SHA = 'a'.repeat(40);

describe("the gates' GitHub", () => {
  let github: GitHubGates;
  beforeAll(async () => {
    github = await startGitHubGates({ token: 'secret', users: ['jane'] });
  });
  afterAll(() => github.close());
  beforeEach(() => {
    github.may = 'all';
  });

  const ask = async (target: string, body?: unknown, token = 'secret') => {
    const [method = '', path = ''] = target.split(' ');
    const answer = await fetch(new URL(path, github.url), {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, link: answer.headers.get('link'), data: await answer.json() };
  };

  it('says loudly what it does not serve', async () => {
    expect(await ask('GET /repos/acme/app/zen')).toMatchObject({ status: 404 });
    expect(await ask('DELETE /repos/acme/app/deployments/1')).toMatchObject({ status: 404 });
    expect(await ask('GET /repos/acme/app/actions/runs/abc')).toMatchObject({ status: 404 });
    expect(await ask(`GET /repos/acme/app/commits/${SHA}/statuses?sort=asc`)).toMatchObject({ status: 422 });
    expect(github.unknown).toEqual([
      'GET /repos/acme/app/zen',
      'DELETE /repos/acme/app/deployments/1',
      'GET /repos/acme/app/actions/runs/abc',
      'GET /repos/{owner}/{repo}/commits/{ref}/statuses?sort',
    ]);
  });

  it('asks for a token, and for its permission', async () => {
    github.repository('acme/app').addCommit({ sha: SHA });
    const target = `GET /repos/acme/app/commits/${SHA}/check-runs`;
    expect(await ask(target, undefined, 'other')).toMatchObject({ status: 401 });
    github.may = { statuses: 'read' };
    expect(await ask(target)).toMatchObject({
      status: 403,
      data: { message: 'Resource not accessible by integration' },
    });
    github.may = { checks: 'read' };
    expect(await ask(target)).toMatchObject({ status: 200, data: { total_count: 0, check_runs: [] } });
    github.may = { deployments: 'read' };
    expect(await ask('POST /repos/acme/app/deployments', { ref: SHA })).toMatchObject({ status: 403 });
  });

  it('gives pages, and of a suite the latest run of a name', async () => {
    const repository = github.repository('acme/paged');
    for (let at = 0; at < 3; at++) repository.addCheckRun({ sha: SHA, name: `job-${at}` });
    repository.addCheckRun({ sha: SHA, name: 'again', suite: 1, conclusion: 'failure' });
    repository.addCheckRun({ sha: SHA, name: 'again', suite: 1 });
    const path = `GET /repos/acme/paged/commits/${SHA}/check-runs?per_page=2`;
    const first = await ask(path);
    expect(first).toMatchObject({
      data: { total_count: 4, check_runs: [{ name: 'again', conclusion: 'success' }, { name: 'job-2' }] },
    });
    expect(first.link).toContain('rel="next"');
    expect(await ask(`${path}&filter=all`)).toMatchObject({ data: { total_count: 5 } });
    expect(await ask(`${path}&page=3`)).toMatchObject({ data: { check_runs: [] } });
  });

  it('looks at a thousand suites of a commit, as GitHub does', async () => {
    const repository = github.repository('acme/busy');
    for (let at = 0; at <= 1000; at++) repository.addCheckRun({ sha: SHA, name: 'cron' });
    const answer = await ask(`GET /repos/acme/busy/commits/${SHA}/check-runs`);
    expect(answer.data).toMatchObject({ total_count: 1000 });
  });

  it('tells the reviews of all attempts of a run together', async () => {
    const repository = github.repository('acme/app');
    repository.addEnvironment({ name: 'production', reviewers: ['jane'] });
    repository.addRun({ id: 7, headSha: SHA });
    repository.addReview(7, { environments: ['production'], user: 'jane' });
    repository.rerun(7, { actor: 'bob' });
    expect(await ask('GET /repos/acme/app/actions/runs/7')).toMatchObject({
      data: { run_attempt: 2, triggering_actor: { login: 'bob' }, actor: { login: 'octocat' } },
    });
    expect(await ask('GET /repos/acme/app/actions/runs/7/attempts/1')).toMatchObject({
      data: { run_attempt: 1, triggering_actor: { login: 'octocat' } },
    });
    const reviews = await ask('GET /repos/acme/app/actions/runs/7/approvals');
    // Neither its time nor its attempt.
    expect(reviews.data).toEqual([
      {
        ...{ state: 'approved', comment: '' },
        user: expect.objectContaining({ login: 'jane' }),
        environments: [expect.objectContaining({ name: 'production' })],
      },
    ]);
  });

  it.each([
    ['no ref', {}, 'missing_field'],
    ['another type', { ref: SHA, auto_merge: 'no' }, 'invalid'],
    ['an unknown member', { ref: SHA, digest: 'sha256:1' }, 'unknown_field'],
  ])('refuses a deployment with %s', async (_, body, code) => {
    expect(await ask('POST /repos/acme/app/deployments', body)).toMatchObject({
      status: 422,
      data: { message: 'Validation Failed', errors: [{ code }] },
    });
  });

  it('remembers deployments, and ends the one before', async () => {
    const repository = github.repository('acme/deployed');
    repository.addCommit({ sha: SHA });
    const deploy = async (environment: string) => {
      const made = await ask('POST /repos/acme/deployed/deployments', { ref: SHA, environment });
      expect(made.status).toBe(201);
      const id = repository.deployments.at(-1)?.id;
      await ask(`POST /repos/acme/deployed/deployments/${id}/statuses`, { state: 'success' });
    };
    for (const environment of ['staging', 'staging', 'production', 'production']) await deploy(environment);
    expect(
      repository.deployments.map(({ environment, statuses }) => [environment, statuses[0]?.state]),
    ).toEqual([
      ['staging', 'inactive'],
      ['staging', 'success'],
      // Of production GitHub ends none.
      ['production', 'success'],
      ['production', 'success'],
    ]);
  });

  it('refuses a deployment whose statuses are not good, unless it is told not to look', async () => {
    const repository = github.repository('acme/red');
    repository.addStatus({ sha: SHA, context: 'ci', state: 'failure' });
    const body = { ref: SHA };
    expect(await ask('POST /repos/acme/red/deployments', body)).toMatchObject({ status: 409 });
    expect(await ask('POST /repos/acme/red/deployments', { ...body, required_contexts: [] })).toMatchObject({
      status: 201,
    });
  });

  it('knows teams by their members, and no records of users', async () => {
    github.addTeam('acme/release', { Jane: 'active', bob: 'pending' });
    const path = 'GET /orgs/acme/teams/release/memberships';
    expect(await ask(`${path}/jane`)).toMatchObject({ status: 200, data: { state: 'active' } });
    expect(await ask(`${path}/bob`)).toMatchObject({ data: { state: 'pending' } });
    expect(await ask(`${path}/eve`)).toMatchObject({ status: 404 });
    const record = { name: 'app', digest: `sha256:${'b'.repeat(64)}`, registry_url: 'https://ghcr.io' };
    const records = (owner: string) => `POST /orgs/${owner}/artifacts/metadata/storage-record`;
    expect(await ask(records('jane'), record)).toMatchObject({ status: 404 });
    expect(await ask(records('acme'), record)).toMatchObject({ status: 200 });
    expect(github.storageRecords).toMatchObject([{ organisation: 'acme', body: record }]);
  });

  it('serves beside itself what a test gives it', async () => {
    const other = await startGitHubGates({
      beside: ({ path }) =>
        path === '/zen' ? () => ({ status: 200, headers: {}, body: Buffer.from('"calm"') }) : undefined,
    });
    const answer = await fetch(new URL('/zen', other.url));
    expect(await answer.json()).toBe('calm');
    expect(other.unknown).toEqual([]);
    await other.close();
  });
});
