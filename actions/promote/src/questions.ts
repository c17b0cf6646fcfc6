import { SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import type { GitHubEvent } from '@artifact-lifecycle/github';
import {
  type GateQuestions,
  openGateQuestions,
  type RunFacts,
  readRun,
  readTeamMembers,
} from '@artifact-lifecycle/github/gates';
import type { promote } from './inputs.ts';

/** What is asked of GitHub about this run and its repository; nothing before the first question. */
export interface GitHubQuestions {
  /** @throws SuiteError `INPUT_INVALID` outside of a workflow, `UNAUTHORIZED` without a token */
  questions(): GateQuestions;
  /** This attempt of this run. @throws as `questions`, and those of asking */
  run(): Promise<RunFacts>;
  /** Those of the teams in which somebody is an active member, as they are written. */
  teamsOf(login: string, teams: readonly string[]): Promise<readonly string[]>;
  /** Whether there is a repository, a run and a token to ask with. */
  readonly isAtHand: boolean;
}

export function openQuestions(
  event: GitHubEvent,
  { githubToken: token }: Inputs<typeof promote>,
  { env, signal, log }: ActionContext<typeof promote>,
): GitHubQuestions {
  const id = Number(env['GITHUB_RUN_ID'] || Number.NaN);
  let opened: GateQuestions | undefined;
  let run: Promise<RunFacts> | undefined;
  const questions = (): GateQuestions => {
    if (token === undefined) {
      throw new SuiteError('UNAUTHORIZED', 'GitHub cannot be asked without "github-token".', {
        remedy: 'Leave the input "github-token" at its default, the token of the workflow.',
      });
    }
    opened ??= openGateQuestions({
      repository: event.repository,
      token,
      apiUrl: event.apiUrl,
      userAgent: 'artifact-lifecycle/promote',
      signal,
      onTrace: (line) => log.debug(line),
    });
    return opened;
  };
  return {
    questions,
    isAtHand: token !== undefined && event.repository !== '' && Number.isSafeInteger(id),
    run() {
      if (!Number.isSafeInteger(id)) {
        throw new SuiteError('INPUT_INVALID', 'GITHUB_RUN_ID names no workflow run.', {
          remedy: 'Run the action in a workflow.',
        });
      }
      run ??= readRun(questions(), { id, attempt: Number(event.runAttempt || 1) });
      return run;
    },
    async teamsOf(login, teams) {
      if (teams.length === 0 || login === '') return [];
      const members = await readTeamMembers(questions(), teams, [login]);
      return members.map(({ team }) => team);
    },
  };
}
