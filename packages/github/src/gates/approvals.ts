import type { RunReview } from '@artifact-lifecycle/gates';
import { type JsonObject, objectAt, objectsAt, textAt } from '../payload.ts';
import { isOwnDeployment } from './deployment.ts';
import { expectNumber, expectObjects, type GateQuestions, readWholeList, unexpected } from './questions.ts';
import type { RunFacts } from './run.ts';

/** What is known of a run's reviews. */
export interface RunReviews {
  /** Those that name the environment, in GitHub's order. */
  readonly reviews: readonly RunReview[];
  /** At most so many of them were made for an earlier attempt. */
  readonly maybeEarlier: number;
}

/**
 * Reads who approved a run's jobs for an environment, and how many of these reviews may be of an earlier attempt
 * (REST API, "Get the review history for a workflow run").
 *
 * GitHub lists the reviews of all attempts together, with neither time nor attempt. What is proven:
 *
 * - Of a first attempt all reviews are of this attempt, and the run's head commit is what they were given for.
 * - Of a later one, at most as many are of earlier attempts as jobs had waited for the environment by then: a review
 *   can only be given to a job that waits, and it then waits no more. GitHub makes a deployment for each such job, with a
 *   time: those from before this attempt began are counted.
 * - A job that says `deployment: false` waits and makes none, and deployments can be deleted. Where there are more
 *   approvals than deployments that is seen, and nothing is taken for proven. A workflow that hides some of its jobs so,
 *   and not others, can deceive; but then it could leave out the gate as well.
 *
 * Deployments that `promote` has made itself wait for nobody, and are not counted.
 */
export async function readApprovals(
  questions: GateQuestions,
  { run, environment }: { readonly run: RunFacts; readonly environment: string },
): Promise<RunReviews> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals';
  const needs = ['actions: read'];
  const { data } = await questions.ask({ route, parameters: { run_id: run.id }, needs });
  const reviews = expectObjects(data, 'reviews')
    .filter((review) =>
      objectsAt(review, 'environments').some((one) => isNamed(textAt(one, 'name'), environment)),
    )
    .map(readReview);
  if (run.attempt === 1 || reviews.length === 0) return { reviews, maybeEarlier: 0 };
  const times = await readWaitingTimes(questions, run, environment);
  const approvals = reviews.filter(({ state }) => state === 'approved').length;
  const earlier = times.filter((time) => time < run.startedAt).length;
  return {
    reviews,
    maybeEarlier: approvals > times.length ? reviews.length : Math.min(earlier, reviews.length),
  };
}

/** When jobs began to wait for an environment on the run's commit; of other runs, too, which only proves less. */
async function readWaitingTimes(
  questions: GateQuestions,
  run: RunFacts,
  environment: string,
): Promise<readonly number[]> {
  const listed = await readWholeList(
    questions,
    {
      route: 'GET /repos/{owner}/{repo}/deployments',
      parameters: { sha: run.commit },
      needs: ['actions: read', 'deployments: read'],
    },
    (data) => ({ items: expectObjects(data, 'deployments') }),
  );
  return listed
    .filter((one) => isNamed(textAt(one, 'environment'), environment) && !isOwnDeployment(one))
    .map((one) => {
      const time = Date.parse(textAt(one, 'created_at') ?? '');
      if (Number.isNaN(time)) throw unexpected('deployment');
      return time;
    });
}

function readReview(review: JsonObject): RunReview {
  const user = objectAt(review, 'user');
  const login = textAt(user, 'login');
  const state = textAt(review, 'state');
  if (login === undefined || (state !== 'approved' && state !== 'rejected' && state !== 'pending')) {
    throw unexpected('review');
  }
  return { state, login, id: expectNumber(user, 'id', 'reviewer'), comment: textAt(review, 'comment') ?? '' };
}

/** Names of environments are the same in any case (GitHub Docs, "Managing environments for deployment"). */
function isNamed(name: string | undefined, environment: string): boolean {
  return name !== undefined && name.toLowerCase() === environment.toLowerCase();
}
