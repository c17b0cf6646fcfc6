import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readApprovals, readAuthors, readEnvironmentProtection, readRun } from '../../src/gates/index.ts';
import { type GateStage, openGateStage, SHA } from './gate-stage.ts';

const FIRST = '2026-11-20T10:00:00Z';
const SECOND = '2026-11-20T12:00:00Z';
const THIRD = '2026-11-20T14:00:00Z';

let stage: GateStage;
beforeEach(async () => {
  stage = await openGateStage({ users: ['jane'] });
  const app = stage.github.repository('acme/app');
  app.addEnvironment({ name: 'production', reviewers: ['jane', 'bob'] });
  app.addRun({ id: 42, headSha: SHA, actor: 'octocat', startedAt: FIRST });
});
afterEach(async () => {
  expect(stage.github.unknown).toEqual([]);
  expect(stage.github.defects).toEqual([]);
  await stage.close();
});
const app = () => stage.github.repository('acme/app');

describe('the run this is', () => {
  it('tells its attempt, commit and who started it', async () => {
    app().rerun(42, { actor: 'bob', startedAt: SECOND });
    expect(await readRun(stage.questions, { id: 42, attempt: 2 })).toEqual({
      ...{ id: 42, attempt: 2, commit: SHA, startedAt: Date.parse(SECOND) },
      ...{ actor: 'octocat', triggeringActor: 'bob', url: 'https://github.com/acme/app/actions/runs/42' },
    });
  });

  it('is no other attempt', async () => {
    await expect(readRun(stage.questions, { id: 42, attempt: 2 })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'The run 42 is at attempt 1, not 2.',
    });
  });

  it('is not there', async () => {
    await expect(readRun(stage.questions, { id: 7, attempt: 1 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    { name: 'no commit', body: '{"id":42,"run_attempt":1,"run_started_at":"2026-11-20T10:00:00Z"}' },
    { name: 'no time', body: '{"id":42,"run_attempt":1,"head_sha":"abc","run_started_at":"soon"}' },
    { name: 'no attempt', body: '{"id":42,"head_sha":"abc","run_started_at":"2026-11-20T10:00:00Z"}' },
    {
      name: 'another run',
      body: '{"id":1,"run_attempt":1,"head_sha":"abc","run_started_at":"2026-11-20T10:00:00Z"}',
    },
  ])('has $name', async ({ body }) => {
    const headers = { 'content-type': 'application/json' };
    stage.github.faults.add({}, { kind: 'answer', status: 200, body, headers });
    await expect(readRun(stage.questions, { id: 42, attempt: 1 })).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
    });
  });
});

describe("a run's reviews", () => {
  const read = async (attempt = 1, environment = 'production') =>
    readApprovals(stage.questions, { run: await readRun(stage.questions, { id: 42, attempt }), environment });
  const approve = (user: string) => app().addReview(42, { environments: ['production'], user });
  const wait = (createdAt: string, environment = 'production') =>
    app().addDeployment({ sha: SHA, environment, createdAt });

  it('are those of the environment', async () => {
    app().addReview(42, { environments: ['staging', 'Production'], user: 'jane', comment: 'Ship it!' });
    app().addReview(42, { environments: ['staging'], user: 'bob' });
    app().addReview(42, { environments: ['production'], user: 'bob', state: 'rejected' });
    expect(await read()).toEqual({
      reviews: [
        { state: 'rejected', login: 'bob', id: expect.any(Number), comment: '' },
        { state: 'approved', login: 'jane', id: expect.any(Number), comment: 'Ship it!' },
      ],
      maybeEarlier: 0,
    });
  });

  it('are all of a first attempt, whatever waited before', async () => {
    wait('2026-11-01T10:00:00Z');
    approve('jane');
    expect(await read()).toMatchObject({ maybeEarlier: 0 });
    expect(stage.asked().filter((line) => line.includes('/deployments'))).toEqual([]);
  });

  it.each([
    {
      name: 'none, where nothing waited before this attempt',
      waited: [SECOND],
      approvals: ['jane'],
      maybeEarlier: 0,
    },
    {
      name: 'one, where one job waited before',
      waited: [FIRST, SECOND],
      approvals: ['jane', 'bob'],
      maybeEarlier: 1,
    },
    {
      name: 'no more than there are',
      waited: [FIRST, FIRST, FIRST, SECOND],
      approvals: ['jane'],
      maybeEarlier: 1,
    },
    {
      name: 'all, where more approved than waited: jobs are hidden, or deployments deleted',
      waited: [SECOND],
      approvals: ['jane', 'bob'],
      maybeEarlier: 2,
    },
    { name: 'all, where no job made a deployment', waited: [], approvals: ['jane'], maybeEarlier: 1 },
  ])('of a later attempt may be of earlier ones: $name', async ({ waited, approvals, maybeEarlier }) => {
    app().rerun(42, { startedAt: SECOND });
    for (const time of waited) wait(time);
    wait(FIRST, 'staging');
    for (const user of approvals) approve(user);
    expect(await read(2)).toMatchObject({ maybeEarlier });
  });

  it('may be of any attempt before', async () => {
    app().rerun(42, { startedAt: SECOND });
    app().rerun(42, { startedAt: THIRD });
    for (const time of [FIRST, SECOND, THIRD]) wait(time);
    for (const user of ['jane', 'jane', 'bob']) approve(user);
    expect(await read(3)).toMatchObject({ maybeEarlier: 2 });
  });

  it('are not confused by deployments that promote makes itself', async () => {
    app().rerun(42, { startedAt: SECOND });
    wait(SECOND);
    const payload = { client: 'artifact-lifecycle', digest: 'sha256:1' };
    app().addDeployment({ sha: SHA, environment: 'production', createdAt: FIRST, payload });
    app().addDeployment({
      ...{ sha: SHA, environment: 'production', createdAt: FIRST },
      payload: JSON.stringify(payload),
    });
    approve('jane');
    expect(await read(2)).toMatchObject({ maybeEarlier: 0 });
  });

  it('say which permission is missing', async () => {
    stage.github.may = { actions: 'read' };
    app().rerun(42, { startedAt: SECOND });
    approve('jane');
    await expect(read(2)).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      remedy: expect.stringContaining('permissions:\n  actions: read\n  deployments: read'),
    });
  });

  it.each([
    { name: 'no list', body: '{}' },
    { name: 'no user', body: '[{"state":"approved","environments":[{"name":"production"}]}]' },
    {
      name: 'another state',
      body: '[{"state":"yes","user":{"login":"jane","id":1},"environments":[{"name":"production"}]}]',
    },
  ])('refuse $name', async ({ body }) => {
    const headers = { 'content-type': 'application/json' };
    stage.github.faults.add({ path: /approvals$/ }, { kind: 'answer', status: 200, body, headers });
    await expect(read()).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });
});

describe('how an environment is protected', () => {
  const read = (name: string) => readEnvironmentProtection(stage.questions, name);

  it('is told whole', async () => {
    stage.github.addTeam('acme/release', {});
    app().addEnvironment({
      ...{ name: 'Live/EU', reviewers: ['jane', 'acme/release'], preventSelfReview: true, waitTimer: 30 },
      branches: 'protected',
    });
    expect(await read('live/eu')).toEqual({
      ...{ name: 'Live/EU', exists: true, reviewers: ['acme/release', 'jane'], preventsSelfReview: true },
      ...{ waitTimer: 30, branches: 'protected' },
    });
  });

  it('is told where it is not', async () => {
    app().addEnvironment({ name: 'open' });
    expect(await read('open')).toEqual({
      ...{
        name: 'open',
        exists: true,
        reviewers: [],
        preventsSelfReview: false,
        waitTimer: 0,
        branches: 'any',
      },
    });
    expect(await read('nowhere')).toMatchObject({ name: 'nowhere', exists: false, reviewers: [] });
  });

  it('is not guessed where it may not be read', async () => {
    stage.github.may = {};
    await expect(read('production')).rejects.toMatchObject({
      code: 'PERMISSION_MISSING',
      remedy: expect.stringContaining('permissions:\n  actions: read'),
    });
  });
});

describe('who made a change', () => {
  const other = 'c'.repeat(40);
  const read = async (commit = other) =>
    readAuthors(stage.questions, { commit, run: await readRun(stage.questions, { id: 42, attempt: 1 }) });

  it('is who wrote, committed, opened the pull request and started the run', async () => {
    app().addCommit({ sha: other, author: 'bob', committer: 'web-flow' });
    app().addPullRequest({ number: 7, sha: other, user: 'eve' });
    expect(await read()).toEqual({
      logins: ['bob', 'eve', 'octocat', 'web-flow'],
      isAuthorKnown: true,
      withPullRequests: true,
    });
  });

  it('is known without pull requests where those may not be read', async () => {
    app().addCommit({ sha: other, author: 'bob' });
    app().addPullRequest({ number: 7, sha: other, user: 'eve' });
    stage.github.may = { actions: 'read', contents: 'read' };
    expect(await read()).toMatchObject({ logins: ['bob', 'octocat'], withPullRequests: false });
  });

  it('is nobody where the address belongs to nobody', async () => {
    app().addCommit({ sha: other, author: null });
    expect(await read()).toMatchObject({ logins: ['octocat'], isAuthorKnown: false });
  });

  it('is an error where the commit is not there', async () => {
    await expect(read('d'.repeat(40))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
