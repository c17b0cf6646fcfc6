import { GATE_ROUTES, type GitHubGates, startGitHubGates } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runChecked } from '../../packages/tooling/src/bench/process.ts';
import { Description } from '../support/github-description.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const SHA = 'a'.repeat(40);
const DIGEST = `sha256:${'b'.repeat(64)}`;
const REPOSITORY = '/repos/acme/app';

/** The local API of the gates refuses and answers as GitHub's own description says: no more, no less. */
describeWithTools("GitHub's own description and the gates", ['github-openapi'], (tools) => {
  let description: Description;
  let github: GitHubGates;
  let deployment = 0;

  beforeAll(async () => {
    description = new Description(await runChecked(tools['github-openapi'], []));
    github = await startGitHubGates({ users: ['jane'] });
    github.addTeam('acme/release', { jane: 'active', bob: 'pending' });
    const app = github.repository('acme/app');
    app.addCommit({ sha: SHA, author: 'jane', committer: null });
    app.addCheckRun({ sha: SHA, name: 'test' });
    app.addCheckRun({ sha: SHA, name: 'lint', app: null, status: 'in_progress' });
    app.addStatus({ sha: SHA, context: 'ci/build', state: 'success' });
    app.addStatus({ sha: SHA, context: 'ci/none', state: 'pending', creator: null });
    app.addEnvironment({
      ...{ name: 'production', reviewers: ['jane', 'acme/release'], waitTimer: 5, branches: 'protected' },
      preventSelfReview: true,
    });
    app.addEnvironment({ name: 'open' });
    app.addRun({ id: 42, headSha: SHA });
    app.rerun(42, { actor: 'bob' });
    app.addReview(42, { environments: ['production'], user: 'jane', comment: 'Ship it!' });
    app.addReview(42, { environments: ['production'], user: 'bob', state: 'rejected' });
    app.addPullRequest({ number: 7, sha: SHA, user: 'jane' });
    deployment = app.addDeployment({ sha: SHA, environment: 'production', payload: 'text' });
  }, MINUTES);
  afterAll(() => github.close());

  const operationOf = (method: string, template: string) => {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      /_id$|_number$/.test(name) ? '1' : 'x',
    );
    const operation = description.find(method, path);
    if (operation === undefined) throw new Error(`${method} ${template} is unknown`);
    return operation;
  };

  it.each(GATE_ROUTES.map((route) => ({ name: `${route.method} ${route.template}`, route })))(
    'has $name, with its parameters and its body',
    ({ route }) => {
      const operation = operationOf(route.method, route.template);
      expect(operation.path).toBe(route.template);
      expect([...operation.query.keys()]).toEqual(expect.arrayContaining([...route.query]));
      const members = description.members(operation);
      for (const [name, form] of Object.entries(route.form ?? {})) {
        const member = members.get(name);
        expect({ name, isRequired: form.isRequired ?? false }).toEqual({
          name,
          isRequired: member?.isRequired,
        });
        const { schema = {} } = member ?? {};
        if (form.enum !== undefined)
          expect([...form.enum].sort()).toEqual([...asTexts(schema['enum'])].sort());
        if (form.pattern !== undefined) expect(schema['pattern']).toBe(form.pattern);
        // The description does not bound a status' text; GitHub's documentation does.
        if (name !== 'description')
          expect({ name, at: form.maxLength }).toEqual({ name, at: schema['maxLength'] });
        const types = asTypes(schema);
        expect({ name, types }).toEqual({ name, types: form.type.replace('strings', 'array').split('-or-') });
      }
      const needed = [...members].filter(([, { isRequired }]) => isRequired).map(([name]) => name);
      expect(Object.keys(route.form ?? {})).toEqual(expect.arrayContaining(needed));
    },
  );

  describe('the API answers by it', () => {
    const record = { name: 'app', digest: DIGEST, version: '1.0.0', github_repository: 'app' };
    const placed = { logical_environment: 'production', deployment_name: 'app', status: 'deployed' };
    it.each<{
      readonly name: string;
      readonly ask: () => string;
      readonly body?: unknown;
      readonly status?: number;
      readonly isPart?: boolean;
    }>([
      { name: 'a repository', ask: () => `GET ${REPOSITORY}` },
      { name: 'a repository that is not there', ask: () => 'GET /repos/acme/none', status: 404 },
      { name: 'a commit', ask: () => `GET ${REPOSITORY}/commits/${SHA}` },
      { name: 'a commit that is not there', ask: () => `GET ${REPOSITORY}/commits/main`, status: 422 },
      { name: 'pull requests', ask: () => `GET ${REPOSITORY}/commits/${SHA}/pulls`, isPart: true },
      { name: 'check runs', ask: () => `GET ${REPOSITORY}/commits/${SHA}/check-runs?filter=latest&page=1` },
      { name: 'check suites', ask: () => `GET ${REPOSITORY}/commits/${SHA}/check-suites?per_page=1` },
      { name: 'statuses', ask: () => `GET ${REPOSITORY}/commits/${SHA}/statuses?per_page=100` },
      { name: 'a run', ask: () => `GET ${REPOSITORY}/actions/runs/42` },
      { name: 'an attempt', ask: () => `GET ${REPOSITORY}/actions/runs/42/attempts/1` },
      { name: 'reviews', ask: () => `GET ${REPOSITORY}/actions/runs/42/approvals` },
      { name: 'an environment', ask: () => `GET ${REPOSITORY}/environments/production` },
      { name: 'an environment without rules', ask: () => `GET ${REPOSITORY}/environments/open` },
      { name: 'deployments', ask: () => `GET ${REPOSITORY}/deployments?environment=production` },
      {
        name: 'a new deployment',
        ask: () => `POST ${REPOSITORY}/deployments`,
        body: { ref: SHA, payload: { digest: DIGEST }, required_contexts: [], auto_merge: false },
        status: 201,
      },
      {
        name: 'a deployment of nothing',
        ask: () => `POST ${REPOSITORY}/deployments`,
        body: { ref: 'none' },
        status: 422,
      },
      {
        name: 'a deployment without a ref',
        ask: () => `POST ${REPOSITORY}/deployments`,
        body: {},
        status: 422,
      },
      {
        name: 'a status',
        ask: () => `POST ${REPOSITORY}/deployments/${deployment}/statuses`,
        body: { state: 'success', log_url: 'https://example.com/log' },
        status: 201,
      },
      {
        name: 'a status of no kind',
        ask: () => `POST ${REPOSITORY}/deployments/${deployment}/statuses`,
        body: { state: 'great' },
        status: 422,
      },
      { name: 'statuses', ask: () => `GET ${REPOSITORY}/deployments/${deployment}/statuses` },
      { name: 'no statuses', ask: () => `GET ${REPOSITORY}/deployments/1/statuses`, status: 404 },
      { name: 'a team', ask: () => 'GET /orgs/acme/teams/release', isPart: true },
      { name: 'no team', ask: () => 'GET /orgs/acme/teams/none', status: 404 },
      { name: 'a membership', ask: () => 'GET /orgs/acme/teams/release/memberships/jane' },
      {
        name: 'a storage record',
        ask: () => 'POST /orgs/acme/artifacts/metadata/storage-record',
        body: { ...record, registry_url: 'https://ghcr.io' },
      },
      {
        name: 'a deployment record',
        ask: () => 'POST /orgs/acme/artifacts/metadata/deployment-record',
        body: { ...record, ...placed },
      },
      {
        name: 'a record of a user',
        ask: () => 'POST /orgs/jane/artifacts/metadata/deployment-record',
        body: { ...record, ...placed },
        status: 404,
      },
    ])('$name', async ({ ask, body, status = 200, isPart = false }) => {
      const [method = '', target = ''] = ask().split(' ');
      const answer = await fetch(new URL(target, github.url), {
        method,
        headers: { authorization: 'Bearer token' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(answer.status).toBe(status);
      const operation = description.find(method, target.replace(/\?.*/, ''));
      if (operation === undefined) throw new Error(`${target} is unknown`);
      const text = await answer.text();
      expect(description.answerFaults(operation, answer.status, text, !isPart && status < 400)).toEqual([]);
      if (body !== undefined && status < 400) {
        expect(description.complaints(body, operation.body)).toEqual([]);
      }
    });
  });
});

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The types that a schema allows, `null` aside. */
function asTypes(schema: Readonly<Record<string, unknown>>): readonly string[] {
  const variants = Array.isArray(schema['oneOf']) ? schema['oneOf'] : [schema];
  return variants.map((variant: { readonly type?: unknown }) => String(variant.type));
}
