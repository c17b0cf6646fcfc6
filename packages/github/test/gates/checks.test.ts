import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openGateQuestions, readChecks } from '../../src/gates/index.ts';
import { type GateStage, openGateStage, SHA } from './gate-stage.ts';

const RUNS = /\/check-runs$/;
const STATUSES = /\/statuses$/;

describe('what was reported of a commit', () => {
  let stage: GateStage;
  beforeEach(async () => {
    stage = await openGateStage();
    stage.github.repository('acme/app').addCommit({ sha: SHA });
  });
  afterEach(async () => {
    expect(stage.github.unknown).toEqual([]);
    expect(stage.github.defects).toEqual([]);
    await stage.close();
  });
  const read = async () => (await readChecks(stage.questions, SHA)).checks;
  const names = async () => (await read()).map(({ name, app, state }) => [name, app, state]);

  it('gives check runs and statuses', async () => {
    const app = stage.github.repository('acme/app');
    app.addCheckRun({ sha: SHA, name: 'test', conclusion: 'failure' });
    app.addStatus({ sha: SHA, context: 'ci/build', state: 'success', creator: 'jane' });
    app.addStatus({ sha: SHA, context: 'ci/none', state: 'pending', creator: null });
    app.addCheckRun({ sha: 'b'.repeat(40), name: 'other' });
    expect(await read()).toEqual([
      {
        ...{ kind: 'status', name: 'ci/build', app: undefined, creator: 'jane', state: 'success' },
        url: undefined,
      },
      {
        ...{ kind: 'status', name: 'ci/none', app: undefined, creator: undefined, state: 'pending' },
        url: undefined,
      },
      {
        ...{ kind: 'check-run', name: 'test', app: 'github-actions', creator: undefined, state: 'failure' },
        url: expect.stringContaining('https://github.com/acme/app/runs/'),
      },
    ]);
  });

  it('gives nothing where nothing was reported', async () => {
    expect(await read()).toEqual([]);
  });

  it('is asked for with the Octokit that actions have', async () => {
    stage.github.repository('acme/app').addCheckRun({ sha: SHA, name: 'test' });
    const questions = openGateQuestions({
      ...{ repository: 'acme/app', token: 'token', apiUrl: stage.github.url, userAgent: 'test' },
      ...{ signal: new AbortController().signal, onTrace: () => undefined },
    });
    expect((await readChecks(questions, SHA)).checks).toMatchObject([{ name: 'test', state: 'success' }]);
  });

  it('gives the newest of a name and app, over all suites, though it still runs', async () => {
    const app = stage.github.repository('acme/app');
    app.addCheckRun({ sha: SHA, name: 'test', conclusion: 'failure' });
    app.addCheckRun({ sha: SHA, name: 'test' });
    app.addCheckRun({ sha: SHA, name: 'lint' });
    app.addCheckRun({ sha: SHA, name: 'lint', status: 'in_progress' });
    app.addCheckRun({ sha: SHA, name: 'lint', app: 'other', conclusion: 'neutral' });
    app.addCheckRun({ sha: SHA, name: 'lint', app: null, conclusion: 'skipped' });
    app.addStatus({ sha: SHA, context: 'ci', state: 'failure' });
    app.addStatus({ sha: SHA, context: 'ci', state: 'success', creator: 'jane' });
    expect(await names()).toEqual([
      ['ci', undefined, 'success'],
      ['lint', undefined, 'skipped'],
      ['lint', 'github-actions', 'in_progress'],
      ['lint', 'other', 'neutral'],
      ['test', 'github-actions', 'success'],
    ]);
  });

  it('reads all pages of both', async () => {
    const app = stage.github.repository('acme/app');
    for (let at = 0; at < 250; at++) {
      app.addCheckRun({ sha: SHA, name: `run-${at}` });
      app.addStatus({ sha: SHA, context: `status-${at}`, state: 'success' });
    }
    expect(await read()).toHaveLength(500);
    const pages = stage.asked().filter((line) => line.includes('page='));
    expect(pages.filter((line) => line.includes('/check-runs?'))).toHaveLength(3);
    expect(pages.filter((line) => line.includes('/statuses?'))).toHaveLength(3);
  });

  it('asks no further where a page is full and the last', async () => {
    const app = stage.github.repository('acme/app');
    for (let at = 0; at < 100; at++) app.addCheckRun({ sha: SHA, name: `run-${at}` });
    expect(await read()).toHaveLength(100);
  });

  it('refuses a commit with more suites than GitHub looks through', async () => {
    const app = stage.github.repository('acme/app');
    for (let at = 0; at <= 1000; at++) app.addCheckRun({ sha: SHA, name: `cron-${at}` });
    await expect(read()).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: `${SHA} has 1001 check suites, and GitHub looks for check runs in the newest 1000 only.`,
    });
  });

  it('refuses a list that is shorter than it says', async () => {
    stage.github.repository('acme/app').addCheckRun({ sha: SHA, name: 'test' });
    stage.github.faults.add(
      { path: RUNS },
      {
        ...{ kind: 'answer', status: 200, headers: { 'content-type': 'application/json' } },
        body: '{"total_count":2,"check_runs":[{"id":1,"name":"a"}]}',
      },
    );
    await expect(read()).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringMatching(/has 2 entries, and gave 1 of them/),
    });
  });

  it.each([
    {
      name: 'check runs that may not be read',
      may: { statuses: 'read' } as const,
      route: `GET /repos/acme/app/commits/${SHA}/check-runs`,
    },
    {
      name: 'statuses that may not be read',
      may: { checks: 'read' } as const,
      route: `GET /repos/acme/app/commits/${SHA}/statuses`,
    },
  ])('says which lines are missing: $name', async ({ may, route }) => {
    stage.github.may = may;
    await expect(read()).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      message: `GitHub's API answered ${route} with 403: Resource not accessible by integration - https://docs.github.com/rest.`,
      remedy:
        'Add to the job, and in a reusable workflow to the job that calls it, too:\npermissions:\n  checks: read\n  statuses: read',
    });
  });

  it.each([
    { name: 'a failure', status: 500, code: 'UNREACHABLE' },
    { name: 'a gateway', status: 502, code: 'UNREACHABLE' },
    { name: 'a limit', status: 429, code: 'RATE_LIMITED' },
    { name: 'a repository that is gone', status: 404, code: 'NOT_FOUND' },
    { name: 'a commit that is not there', status: 422, code: 'UNSUPPORTED' },
    { name: 'a bad token', status: 401, code: 'UNAUTHORIZED' },
  ])('does without no page: $name in the middle', async ({ status, code }) => {
    const app = stage.github.repository('acme/app');
    for (let at = 0; at < 150; at++) app.addStatus({ sha: SHA, context: `status-${at}`, state: 'success' });
    stage.github.faults.add(
      { path: STATUSES, nth: 2 },
      { kind: 'answer', status, body: '{"message":"no"}', headers: { 'content-type': 'application/json' } },
    );
    await expect(read()).rejects.toMatchObject({ code });
  });

  it.each([
    { name: 'a page of HTML', path: RUNS, body: '<html>' },
    { name: 'a list for check runs', path: RUNS, body: '[]' },
    { name: 'no total', path: RUNS, body: '{"check_runs":[]}' },
    { name: 'no list', path: RUNS, body: '{"total_count":0,"check_runs":{}}' },
    {
      name: 'a run without a name',
      path: RUNS,
      body: '{"total_count":1,"check_runs":[{"id":1,"status":"completed"}]}',
    },
    { name: 'a run without a number', path: RUNS, body: '{"total_count":1,"check_runs":[{"name":"a"}]}' },
    { name: 'an object for statuses', path: STATUSES, body: '{}' },
    { name: 'texts for statuses', path: STATUSES, body: '["success"]' },
    { name: 'a status without a state', path: STATUSES, body: '[{"id":1,"context":"a"}]' },
  ])('refuses $name', async ({ path, body }) => {
    const headers = { 'content-type': 'application/json' };
    stage.github.faults.add({ path }, { kind: 'answer', status: 200, body, headers });
    await expect(read()).rejects.toMatchObject({
      code: expect.stringMatching(/PROTOCOL_INVALID|UNREACHABLE/),
    });
  });
});
