import { answerPage } from '../github-packages/page.ts';
import { type Answer, answerJson } from '../registry/answer.ts';
import type { Json } from './account-view.ts';
import { DEPLOYMENT_FORM, DEPLOYMENT_STATUS_FORM } from './body-form.ts';
import { viewDeployment, viewDeploymentStatus } from './deployment-view.ts';
import type { KeptDeployment } from './facts.ts';
import type { Repository } from './repository.ts';
import { repositoryOf } from './repository-routes.ts';
import { type Asked, type GateRoute, PAGES, refuse } from './route.ts';

const STATUSES = '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses';

/** Routes of deployments, which remember what is written. */
export const DEPLOYMENT_ROUTES: readonly GateRoute[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/deployments',
    query: ['sha', 'ref', 'task', 'environment', ...PAGES],
    permission: ['deployments', 'read'],
    serve: (asked) => {
      const { world, exchange } = asked;
      const repository = repositoryOf(asked);
      const found = repository.deployments.filter((deployment) => isAskedFor(deployment, exchange.query));
      return answerPage(
        exchange,
        found.toReversed().map((one) => viewDeployment(world, repository, one, exchange.origin)),
      );
    },
  },
  {
    method: 'POST',
    template: '/repos/{owner}/{repo}/deployments',
    query: [],
    form: DEPLOYMENT_FORM,
    permission: ['deployments', 'write'],
    serve: createDeployment,
  },
  {
    method: 'GET',
    template: STATUSES,
    query: PAGES,
    permission: ['deployments', 'read'],
    serve: (asked) => {
      const { world, exchange } = asked;
      const repository = repositoryOf(asked);
      const deployment = deploymentOf(asked, repository);
      const { statuses } = deployment;
      return answerPage(
        exchange,
        statuses.map((one) => viewDeploymentStatus(world, repository, deployment, one, exchange.origin)),
      );
    },
  },
  {
    method: 'POST',
    template: STATUSES,
    query: [],
    form: DEPLOYMENT_STATUS_FORM,
    permission: ['deployments', 'write'],
    serve: createStatus,
  },
];

function isAskedFor(deployment: KeptDeployment, query: URLSearchParams): boolean {
  const { sha, ref, task, environment } = deployment;
  return Object.entries({ sha, ref, task, environment }).every(([name, value]) => {
    const wanted = query.get(name);
    return wanted === null || wanted === value;
  });
}

function createDeployment(asked: Asked): Answer {
  const { world, body, exchange } = asked;
  const repository = repositoryOf(asked);
  const ref = textOf(body, 'ref');
  if (!repository.commits.has(ref)) throw refuse(422, `No ref found for: ${ref}`, { errors: [] });
  // What is not asked to be left out is demanded: every status that was reported (REST API, "Create a deployment").
  const contexts = body['required_contexts'];
  const wanted = Array.isArray(contexts) ? contexts.map(String) : undefined;
  const failing = repository.statuses.some(
    ({ sha, context, state }) =>
      sha === ref && state !== 'success' && (wanted === undefined || wanted.includes(context)),
  );
  if (failing) throw refuse(409, `Conflict: Commit status checks failed for ${ref}.`);
  const environment = textOf(body, 'environment') || 'production';
  const id = repository.addDeployment({
    ...{ sha: ref, ref, environment },
    ...(textOf(body, 'task') !== '' && { task: textOf(body, 'task') }),
    payload: body['payload'],
    description: textOf(body, 'description') || null,
    isTransient: body['transient_environment'] === true,
    isProduction:
      typeof body['production_environment'] === 'boolean'
        ? body['production_environment']
        : environment === 'production',
  });
  const made = repository.deployments.find((one) => one.id === id);
  if (made === undefined) throw refuse(500, 'lost');
  return answerJson(201, viewDeployment(world, repository, made, exchange.origin));
}

function createStatus(asked: Asked): Answer {
  const { world, body, exchange } = asked;
  const repository = repositoryOf(asked);
  const deployment = deploymentOf(asked, repository);
  const status = repository.addDeploymentStatus(
    deployment.id,
    {
      state: textOf(body, 'state'),
      description: textOf(body, 'description'),
      environment: textOf(body, 'environment') || deployment.environment,
      environmentUrl: textOf(body, 'environment_url'),
      logUrl: textOf(body, 'log_url') || textOf(body, 'target_url'),
    },
    body['auto_inactive'] !== false,
  );
  return answerJson(201, viewDeploymentStatus(world, repository, deployment, status, exchange.origin));
}

function deploymentOf({ path }: Asked, { deployments }: Repository): KeptDeployment {
  const deployment = deployments.find(({ id }) => id === Number(path['deployment_id']));
  if (deployment === undefined) throw refuse(404, 'Not Found');
  return deployment;
}

function textOf(body: Json, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}
