import { type Json, SITE, viewAccount, viewApp } from './account-view.ts';
import type { NewCommit } from './facts.ts';
import type { CheckRun, CommitStatus, Repository } from './repository.ts';
import { urlOf, viewRepository } from './repository-view.ts';
import type { World } from './world.ts';

const DATE = '2024-01-01T00:00:00Z';

/** `commit`: author and committer are `null` where git's address is nobody's on GitHub. */
export function viewCommit(world: World, repository: Repository, commit: NewCommit, origin: string): Json {
  const { sha, message = 'change', date = DATE } = commit;
  const login = (given: string | null | undefined) => (given === undefined ? 'octocat' : given);
  const person = (given: string | null | undefined) => {
    const name = login(given) ?? 'nobody';
    return { name, email: `${name}@example.com`, date };
  };
  const account = (given: string | null | undefined) => {
    const name = login(given);
    return name === null ? null : viewAccount(world.account(name), origin);
  };
  const { author, committer = author } = commit;
  const url = `${urlOf(repository, origin)}/commits/${sha}`;
  return {
    ...{ sha, node_id: `C_${sha}`, url, comments_url: `${url}/comments`, parents: [] },
    html_url: `${SITE}/${repository.name}/commit/${sha}`,
    commit: {
      url: `${urlOf(repository, origin)}/git/commits/${sha}`,
      ...{ author: person(author), committer: person(committer), message, comment_count: 0 },
      tree: { sha, url: `${urlOf(repository, origin)}/git/trees/${sha}` },
    },
    ...{ author: account(author), committer: account(committer) },
  };
}

/** `check-run`. */
export function viewCheckRun(world: World, repository: Repository, run: CheckRun, origin: string): Json {
  const { id, sha, name, app, suite, status, conclusion, startedAt } = run;
  const url = `${urlOf(repository, origin)}/check-runs/${id}`;
  const page = `${SITE}/${repository.name}/runs/${id}`;
  return {
    ...{ id, name, node_id: `CR_${id}`, head_sha: sha, external_id: '', url, html_url: page },
    ...{ details_url: page, status, conclusion, started_at: startedAt },
    completed_at: status === 'completed' ? startedAt : null,
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: suite },
    app: viewApp(world, app, origin),
    pull_requests: [],
  };
}

/** `check-suite`, by the newest of its runs. */
export function viewCheckSuite(world: World, repository: Repository, run: CheckRun, origin: string): Json {
  const { suite, sha, app, status, conclusion, startedAt } = run;
  const url = `${urlOf(repository, origin)}/check-suites/${suite}`;
  const person = { name: 'octocat', email: 'octocat@example.com' };
  return {
    ...{ id: suite, node_id: `CS_${suite}`, head_branch: 'main', head_sha: sha, status, conclusion, url },
    ...{ before: null, after: null, pull_requests: [], created_at: startedAt, updated_at: startedAt },
    app: viewApp(world, app, origin),
    repository: viewRepository(world, repository, origin),
    head_commit: {
      ...{ id: sha, tree_id: sha, message: 'change', timestamp: DATE, author: person, committer: person },
    },
    ...{ latest_check_runs_count: 1, check_runs_url: `${url}/check-runs` },
  };
}

/** `status`. */
export function viewStatus(world: World, repository: Repository, status: CommitStatus, origin: string): Json {
  const { id, sha, context, state, creator, createdAt } = status;
  return {
    ...{ id, context, state, node_id: `SC_${id}`, description: null, target_url: null, avatar_url: null },
    url: `${urlOf(repository, origin)}/statuses/${sha}`,
    ...{ created_at: createdAt, updated_at: createdAt },
    creator: creator === null ? null : viewAccount(world.account(creator), origin),
  };
}

/** `pull-request-simple`, of which only what tells its author and whether it was merged is given. */
export function viewPull(
  world: World,
  pull: { readonly number: number; readonly sha: string; readonly user: string; readonly isMerged?: boolean },
  origin: string,
): Json {
  const { number, user, isMerged = true } = pull;
  return {
    ...{ number, state: isMerged ? 'closed' : 'open', merged_at: isMerged ? DATE : null },
    user: viewAccount(world.account(user), origin),
  };
}
