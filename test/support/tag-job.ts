import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { readFileCommand } from '../../packages/tooling/src/start/file-command.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { type LocalGitHubApi, REPOSITORY_ANSWER, startGitHubApi } from './github-api.ts';
import { runAction } from './runner.ts';

/** What happened, as a runner would tell the action `tag`. */
export interface RecordedEvent {
  readonly name: string;
  readonly ref: string;
  readonly sha?: string;
  readonly repository?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A run of the action `tag`. */
export interface TagRun {
  readonly event: RecordedEvent;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the run left. */
export interface TagResult extends StepResult {
  /** Environment variables of the steps to come. */
  readonly exported: ReadonlyMap<string, string>;
  /** Texts of `::warning` commands. */
  readonly warnings: readonly string[];
  readonly directory: string;
}

/** Jobs that run the action `tag`, with a GitHub API of their own. */
export interface TagJobs {
  readonly workplace: Workplace;
  readonly api: LocalGitHubApi;
  run(run: TagRun): Promise<TagResult>;
}

/** The commit of events that name none. */
export const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37';

/** When everything happens: 2020-01-10T00:30:00Z. */
export const NOW_SECONDS = 1_578_616_200;

/** Opens jobs whose repository is `acme/api`, unless an event says otherwise. */
export async function openTagJobs(): Promise<TagJobs> {
  const workplace = await openWorkplace('tag');
  const api = await startGitHubApi();
  workplace.onClose(() => api.close());
  const run = async ({ event, inputs, env }: TagRun): Promise<TagResult> => {
    const directory = await workplace.place('job');
    const [eventFile, envFile] = [join(directory, 'event.json'), join(directory, 'env')];
    await writeFile(eventFile, JSON.stringify(event.payload ?? {}));
    await writeFile(envFile, '');
    const repository = event.repository ?? 'acme/api';
    const date = new Date(NOW_SECONDS * 1000).toISOString();
    const sha = event.sha ?? SHA;
    api.answers = {
      [`/repos/${repository}`]: REPOSITORY_ANSWER,
      ...Object.fromEntries(
        [sha, ...headCommits(event.payload)].map((commit) => [
          `/repos/${repository}/commits/${commit}`,
          { commit: { committer: { date } } },
        ]),
      ),
      ...api.answers,
    };
    const result = await runAction('tag', {
      inputs: { 'github-token': 'local-token', ...inputs },
      directory,
      env: {
        GITHUB_API_URL: api.url,
        GITHUB_EVENT_NAME: event.name,
        GITHUB_EVENT_PATH: eventFile,
        GITHUB_REF: event.ref,
        GITHUB_SHA: sha,
        GITHUB_REPOSITORY: repository,
        GITHUB_ENV: envFile,
        SOURCE_DATE_EPOCH: String(NOW_SECONDS),
        TZ: 'UTC',
        ...env,
      },
    });
    const warnings = [...result.log.matchAll(/^::warning[^:]*::(.*)$/gm)].map(([, text = '']) =>
      commandText(text),
    );
    return { ...result, exported: await readFileCommand(envFile), warnings, directory };
  };
  return { workplace, api, run };
}

/** The head commit of a pull request's payload: GitHub knows it beside the merge commit of the event. */
function headCommits(payload: unknown): readonly string[] {
  const [, sha] = /"head":\{[^{}]*"sha":"([0-9a-f]+)"/.exec(JSON.stringify(payload ?? {})) ?? [];
  return sha === undefined ? [] : [sha];
}

/** What the runner makes of a command's text. */
function commandText(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
