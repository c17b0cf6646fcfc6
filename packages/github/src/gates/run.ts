import { SuiteError } from '@artifact-lifecycle/core';
import { objectAt, textAt } from '../payload.ts';
import { expectNumber, expectObject, type GateQuestions, unexpected } from './questions.ts';

/** A workflow run at its present attempt, as GitHub tells of it. */
export interface RunFacts {
  readonly id: number;
  readonly attempt: number;
  /** `head_sha`: of a pull request the commit people pushed, not `GITHUB_SHA`, which is that of a merge nobody made. */
  readonly commit: string;
  /** When this attempt began; milliseconds since 1970. */
  readonly startedAt: number;
  /** Login of whoever started the first attempt; `undefined` where GitHub tells none. */
  readonly actor: string | undefined;
  /** Login of whoever started this attempt. */
  readonly triggeringActor: string | undefined;
  /** The run's page. */
  readonly url: string | undefined;
}

/**
 * Reads what GitHub knows of the run this is (REST API, "Get a workflow run"). While an attempt runs there is no newer
 * one, so what GitHub tells of the run is told of this attempt.
 *
 * @throws SuiteError `INPUT_INVALID` where the run is at another attempt than the one given; and those of asking
 */
export async function readRun(
  questions: GateQuestions,
  { id, attempt }: { readonly id: number; readonly attempt: number },
): Promise<RunFacts> {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
  const { data } = await questions.ask({ route, parameters: { run_id: id }, needs: ['actions: read'] });
  const run = expectObject(data, 'workflow run');
  const commit = textAt(run, 'head_sha');
  const startedAt = Date.parse(textAt(run, 'run_started_at') ?? textAt(run, 'created_at') ?? '');
  if (commit === undefined || Number.isNaN(startedAt)) throw unexpected('workflow run');
  const found = expectNumber(run, 'run_attempt', 'workflow run');
  if (expectNumber(run, 'id', 'workflow run') !== id) throw unexpected(`workflow run ${id}`);
  if (found !== attempt) {
    throw new SuiteError('INPUT_INVALID', `The run ${id} is at attempt ${found}, not ${attempt}.`, {
      remedy: 'Leave GITHUB_RUN_ID and GITHUB_RUN_ATTEMPT as the runner sets them.',
    });
  }
  return {
    ...{ id, attempt, commit, startedAt },
    actor: textAt(objectAt(run, 'actor'), 'login'),
    triggeringActor: textAt(objectAt(run, 'triggering_actor'), 'login'),
    url: textAt(run, 'html_url'),
  };
}
