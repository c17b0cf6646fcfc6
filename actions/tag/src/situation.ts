import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import {
  type GitCheckout,
  type GitHubApi,
  type GitHubEvent,
  openCheckout,
  openGitHubApi,
  pushedCommitDate,
  type RepositoryInfo,
  readEvent,
  repositoryByName,
  repositoryOfEvent,
} from '@artifact-lifecycle/github';
import type { GitContext } from '@artifact-lifecycle/naming';
import type { tag } from './inputs.ts';

type Context = Pick<ActionContext<typeof tag>, 'env' | 'log' | 'signal' | 'workspace'>;

/** What names are made from, and where more can be asked. */
export interface Situation {
  readonly event: GitHubEvent;
  readonly git: GitContext;
  readonly api: GitHubApi;
}

/**
 * Reads where the run stands: the event or the checkout, and what GitHub says of the repository where the event
 * does not say it.
 *
 * @throws SuiteError `INPUT_INVALID`, and those of asking GitHub
 */
export async function readSituation(inputs: Inputs<typeof tag>, context: Context): Promise<Situation> {
  const { env, log, signal, workspace } = context;
  const event = await readEvent(env);
  const api = openGitHubApi({
    repository: event.repository,
    token: inputs.githubToken,
    apiUrl: event.apiUrl,
    userAgent: 'artifact-lifecycle/tag',
    signal,
    onTrace: (line) => log.debug(line),
  });
  const checkout = openCheckout(workspace);
  const isGit = inputs.context === 'git';
  const head = isGit ? await checkout.head(event.ref) : event;
  const { licence, ...repository } = await readRepository(event, api, inputs.githubToken, log);
  const git: GitContext = {
    source: inputs.context,
    eventName: event.name,
    ref: head.ref,
    sha: head.sha,
    pullRequest: pullRequestOf(event),
    pushBaseRef: textOf(event.payload['base_ref']),
    payloadDefaultBranch: payloadDefaultBranch(event),
    repository: { ...repository, license: licence },
    runNumber: numberOf(event.runNumber),
    runAttempt: numberOf(event.runAttempt),
    commitDate: (sha) => readCommitDate(isGit ? checkout : api, isGit ? undefined : event, sha),
    describe: () => checkout.describe(),
  };
  return { event, git, api };
}

/** Anonymously, GitHub may say nothing: then labels say less, which is better than no tags. */
async function readRepository(
  event: GitHubEvent,
  api: GitHubApi,
  token: string | undefined,
  log: Context['log'],
): Promise<RepositoryInfo> {
  const told = repositoryOfEvent(event);
  if (told !== undefined) return told;
  try {
    return await api.repository();
  } catch (error) {
    if (token !== undefined || !isSuiteError(error) || error.code === 'CANCELLED') throw error;
    log.warning(
      `Labels of the repository are left empty, because there is no "github-token": ${error.message}`,
    );
    return repositoryByName(event);
  }
}

function pullRequestOf({ pullRequest, headRef, baseRef }: GitHubEvent): GitContext['pullRequest'] {
  if (pullRequest?.number === undefined) return undefined;
  return {
    number: pullRequest.number,
    headRef: pullRequest.headRef ?? headRef,
    headSha: pullRequest.headSha ?? '',
    baseRef: pullRequest.baseRef ?? baseRef,
  };
}

function payloadDefaultBranch({ payload }: GitHubEvent): string | undefined {
  const repository = payload['repository'];
  if (typeof repository !== 'object' || repository === null || !('default_branch' in repository))
    return undefined;
  return textOf(repository.default_branch);
}

async function readCommitDate(
  source: Pick<GitCheckout | GitHubApi, 'commitDate'>,
  event: GitHubEvent | undefined,
  sha: string,
): Promise<number> {
  const text = (event === undefined ? undefined : pushedCommitDate(event)) ?? (await source.commitDate(sha));
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return date;
  throw new SuiteError(
    'PROTOCOL_INVALID',
    `The commit ${sha} has the date ${JSON.stringify(text.slice(0, 50))}.`,
    {
      remedy: 'Leave {{commit_date}} out of the rules.',
    },
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
