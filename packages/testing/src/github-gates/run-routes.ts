import { answerJson } from '../registry/answer.ts';
import type { WorkflowRun } from './repository.ts';
import { repositoryOf } from './repository-routes.ts';
import { type Asked, type GateRoute, refuse } from './route.ts';
import { viewEnvironment, viewReview, viewRun } from './run-view.ts';

/** Routes of workflow runs and of the environments their jobs wait for. */
export const RUN_ROUTES: readonly GateRoute[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/actions/runs/{run_id}',
    query: ['exclude_pull_requests'],
    permission: ['actions', 'read'],
    serve: (asked) => answerAttempt(asked, runOf(asked).attempts.length),
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}',
    query: ['exclude_pull_requests'],
    permission: ['actions', 'read'],
    serve: (asked) => answerAttempt(asked, Number(asked.path['attempt_number'])),
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
    query: [],
    permission: ['actions', 'read'],
    serve: (asked) => {
      const { world, exchange } = asked;
      const repository = repositoryOf(asked);
      // In no order that GitHub documents: here the newest first, as it answers other lists.
      const reviews = runOf(asked).reviews.toReversed();
      return answerJson(
        200,
        reviews.map((review) => viewReview(world, repository, review, exchange.origin)),
      );
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/environments/{environment_name}',
    query: [],
    permission: ['actions', 'read'],
    serve: (asked) => {
      const { world, path, exchange } = asked;
      const repository = repositoryOf(asked);
      const environment = repository.environments.get((path['environment_name'] ?? '').toLowerCase());
      if (environment === undefined) throw refuse(404, 'Not Found');
      return answerJson(200, viewEnvironment(world, repository, environment, exchange.origin));
    },
  },
];

function runOf(asked: Asked): WorkflowRun {
  const run = repositoryOf(asked).runs.get(Number(asked.path['run_id']));
  if (run === undefined) throw refuse(404, 'Not Found');
  return run;
}

function answerAttempt(asked: Asked, number: number) {
  const run = runOf(asked);
  const attempt = run.attempts[number - 1];
  if (attempt === undefined) throw refuse(404, 'Not Found');
  return answerJson(200, viewRun(asked.world, repositoryOf(asked), run, attempt, asked.exchange.origin));
}
