import { type Json, SITE, viewAccount, viewTeam } from './account-view.ts';
import type { NewEnvironment, NewReview } from './facts.ts';
import type { Repository, RunAttempt, WorkflowRun } from './repository.ts';
import { urlOf, viewRepository } from './repository-view.ts';
import type { World } from './world.ts';

const DATE = '2024-01-01T00:00:00Z';

/** `workflow-run`, as of one of its attempts. */
export function viewRun(
  world: World,
  repository: Repository,
  run: WorkflowRun,
  attempt: RunAttempt,
  origin: string,
): Json {
  const { id, headSha, actor, event } = run;
  const runs = `${urlOf(repository, origin)}/actions/runs`;
  const url = `${runs}/${id}`;
  const whole = viewRepository(world, repository, origin);
  return {
    ...{ id, node_id: `WFR_${id}`, name: 'release', head_branch: 'main', head_sha: headSha, event },
    ...{ path: '.github/workflows/release.yml', display_title: 'release', run_number: 1, workflow_id: 1 },
    ...{ run_attempt: attempt.number, status: 'in_progress', conclusion: null, pull_requests: [] },
    ...{ url, html_url: `${SITE}/${repository.name}/actions/runs/${id}`, referenced_workflows: [] },
    ...{ created_at: run.attempts[0]?.startedAt, updated_at: attempt.startedAt },
    run_started_at: attempt.startedAt,
    actor: viewAccount(world.account(actor), origin),
    triggering_actor: viewAccount(world.account(attempt.triggeringActor), origin),
    ...{ jobs_url: `${url}/jobs`, logs_url: `${url}/logs`, artifacts_url: `${url}/artifacts` },
    ...{ cancel_url: `${url}/cancel`, rerun_url: `${url}/rerun` },
    check_suite_url: `${urlOf(repository, origin)}/check-suites/1`,
    workflow_url: `${urlOf(repository, origin)}/actions/workflows/1`,
    previous_attempt_url: attempt.number === 1 ? null : `${url}/attempts/${attempt.number - 1}`,
    head_commit: null,
    repository: whole,
    head_repository: whole,
  };
}

/** `environment-approvals`. */
export function viewReview(world: World, repository: Repository, review: NewReview, origin: string): Json {
  const { environments, state = 'approved', user, comment = '' } = review;
  return {
    ...{ state, comment },
    user: viewAccount(world.account(user), origin),
    environments: environments.map((name) => {
      const known = repository.environments.get(name.toLowerCase());
      return known === undefined ? { name } : head(repository, known, origin);
    }),
  };
}

/** `environment`. */
export function viewEnvironment(
  world: World,
  repository: Repository,
  environment: NewEnvironment & { readonly id: number },
  origin: string,
): Json {
  const { id, reviewers = [], preventSelfReview = false, waitTimer, branches } = environment;
  const rules = [
    ...(waitTimer === undefined
      ? []
      : [{ id, node_id: `G_${id}`, type: 'wait_timer', wait_timer: waitTimer }]),
    ...(reviewers.length === 0
      ? []
      : [
          {
            ...{ id: id + 1, node_id: `G_${id + 1}`, type: 'required_reviewers' },
            prevent_self_review: preventSelfReview,
            reviewers: reviewers.map((name) => viewReviewer(world, name, origin)),
          },
        ]),
    ...(branches === undefined ? [] : [{ id: id + 2, node_id: `G_${id + 2}`, type: 'branch_policy' }]),
  ];
  return {
    ...head(repository, environment, origin),
    protection_rules: rules,
    deployment_branch_policy:
      branches === undefined
        ? null
        : { protected_branches: branches === 'protected', custom_branch_policies: branches === 'custom' },
  };
}

function head(
  repository: Repository,
  { id, name }: { readonly id: number; readonly name: string },
  origin: string,
): Json {
  return {
    ...{ id, name, node_id: `EN_${id}`, created_at: DATE, updated_at: DATE },
    url: `${urlOf(repository, origin)}/environments/${encodeURIComponent(name)}`,
    html_url: `${SITE}/${repository.name}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
  };
}

function viewReviewer(world: World, name: string, origin: string): Json {
  const [organisation = '', slug] = name.split('/');
  if (slug === undefined) return { type: 'User', reviewer: viewAccount(world.account(name), origin) };
  const team = world.team(organisation, slug);
  if (team === undefined) throw new Error(`There is no team ${name}.`);
  return { type: 'Team', reviewer: viewTeam(team, origin) };
}
