import { answerPage } from '../github-packages/page.ts';
import { type Answer, answerJson } from '../registry/answer.ts';
import { viewCheckRun, viewCheckSuite, viewCommit, viewPull, viewStatus } from './commit-view.ts';
import type { CheckRun, Repository } from './repository.ts';
import { viewFullRepository } from './repository-view.ts';
import { type Asked, type GateRoute, PAGES, refuse } from './route.ts';

/** GitHub looks at so many check suites of a commit, the newest (REST API, "List check runs for a Git reference"). */
const MAX_SUITES = 1000;

/** The repository that a path names. */
export function repositoryOf({ world, path }: Asked): Repository {
  const repository = world.find(`${path['owner']}/${path['repo']}`);
  if (repository === undefined) throw refuse(404, 'Not Found');
  return repository;
}

/** Routes of commits and what is reported of them. */
export const COMMIT_ROUTES: readonly GateRoute[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}',
    query: [],
    serve: (asked) =>
      answerJson(200, viewFullRepository(asked.world, repositoryOf(asked), asked.exchange.origin)),
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}',
    query: PAGES,
    permission: ['contents', 'read'],
    serve: (asked) => {
      const { world, path, exchange } = asked;
      const repository = repositoryOf(asked);
      const commit = repository.commits.get(path['ref'] ?? '');
      if (commit === undefined) throw noCommit(path['ref']);
      return answerJson(200, viewCommit(world, repository, commit, exchange.origin));
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    query: PAGES,
    permission: ['pull-requests', 'read'],
    serve: (asked) => {
      const { world, path, exchange } = asked;
      const found = repositoryOf(asked).pulls.filter(({ sha }) => sha === path['commit_sha']);
      return answerPage(
        exchange,
        found.map((pull) => viewPull(world, pull, exchange.origin)),
      );
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}/check-runs',
    query: ['check_name', 'status', 'filter', 'app_id', ...PAGES],
    permission: ['checks', 'read'],
    serve: answerCheckRuns,
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}/check-suites',
    query: ['app_id', 'check_name', ...PAGES],
    permission: ['checks', 'read'],
    serve: (asked) => {
      const { world, path, exchange } = asked;
      const repository = repositoryOf(asked);
      const runs = repository.checkRuns.filter(({ sha }) => sha === path['ref']);
      const suites = [...new Map(runs.toReversed().map((run) => [run.suite, run])).values()];
      return answerPage(
        exchange,
        suites.map((run) => viewCheckSuite(world, repository, run, exchange.origin)),
        (page) => ({ total_count: suites.length, check_suites: page }),
      );
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}/statuses',
    query: PAGES,
    permission: ['statuses', 'read'],
    serve: (asked) => {
      const { world, path, exchange } = asked;
      const repository = repositoryOf(asked);
      if (!repository.commits.has(path['ref'] ?? '')) throw noCommit(path['ref']);
      const found = repository.statuses.filter(({ sha }) => sha === path['ref']).toReversed();
      return answerPage(
        exchange,
        found.map((status) => viewStatus(world, repository, status, exchange.origin)),
      );
    },
  },
];

function answerCheckRuns(asked: Asked): Answer {
  const { world, path, exchange } = asked;
  const repository = repositoryOf(asked);
  const ref = path['ref'] ?? '';
  if (!repository.commits.has(ref)) throw noCommit(ref);
  const { query, origin } = exchange;
  const name = query.get('check_name');
  const status = query.get('status');
  const all = repository.checkRuns.filter(({ sha }) => sha === ref);
  const suites = new Set(
    [...new Set(all.map(({ suite }) => suite))].sort((a, b) => b - a).slice(0, MAX_SUITES),
  );
  const latest = query.get('filter') === 'all' ? all : latestOfSuites(all);
  const found = latest
    .filter((run) => suites.has(run.suite))
    .filter((run) => (name === null || run.name === name) && (status === null || run.status === status))
    .toReversed();
  return answerPage(
    exchange,
    found.map((run) => viewCheckRun(world, repository, run, origin)),
    (page) => ({ total_count: found.length, check_runs: page }),
  );
}

/** A run that was made again replaces that of the same name in its suite. */
function latestOfSuites(runs: readonly CheckRun[]): readonly CheckRun[] {
  return [...new Map(runs.map((run) => [JSON.stringify([run.suite, run.app, run.name]), run])).values()];
}

function noCommit(ref: string | undefined) {
  return refuse(422, `No commit found for SHA: ${ref}`);
}
