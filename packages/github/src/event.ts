import { readEventPayload } from './event-file.ts';
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from './payload.ts';

/** The pull request an event is about. */
export interface PullRequest {
  readonly number: number | undefined;
  /** The commit people pushed; `GITHUB_SHA` is that of a merge nobody made. */
  readonly headSha: string | undefined;
  readonly headRef: string | undefined;
  readonly baseRef: string | undefined;
}

/** What happened, as the runner tells it: the `GITHUB_*` variables and the event's payload. */
export interface GitHubEvent {
  /** `push`, `pull_request`, …; empty outside of GitHub. */
  readonly name: string;
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/2/merge`; empty where there is none. */
  readonly ref: string;
  readonly sha: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly runNumber: string;
  readonly runAttempt: string;
  /** The branch a pull request comes from, `GITHUB_HEAD_REF`. */
  readonly headRef: string;
  /** The branch a pull request goes to, `GITHUB_BASE_REF`. */
  readonly baseRef: string;
  readonly pullRequest: PullRequest | undefined;
  /** The payload as it came, for what is not read here. */
  readonly payload: JsonObject;
}

/** Environment variables as they are handed in. */
export type EventEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what happened from the runner's variables and the event's file (GitHub Docs, "Default environment
 * variables").
 *
 * @throws SuiteError `INPUT_INVALID` where the event's file cannot be read, `LIMIT_EXCEEDED` where it is
 *   larger than any event.
 */
export async function readEvent(env: EventEnvironment): Promise<GitHubEvent> {
  const path = env['GITHUB_EVENT_PATH'];
  const payload = path ? await readEventPayload(path) : {};
  const text = (name: string): string => env[name] ?? '';
  const pullRequest = readPullRequest(payload);
  return {
    name: text('GITHUB_EVENT_NAME'),
    ref: refOf(text('GITHUB_EVENT_NAME'), text('GITHUB_REF'), payload),
    sha: text('GITHUB_SHA'),
    repository: text('GITHUB_REPOSITORY') || (textAt(objectAt(payload, 'repository'), 'full_name') ?? ''),
    serverUrl: text('GITHUB_SERVER_URL') || 'https://github.com',
    apiUrl: text('GITHUB_API_URL') || 'https://api.github.com',
    runNumber: text('GITHUB_RUN_NUMBER'),
    runAttempt: text('GITHUB_RUN_ATTEMPT'),
    headRef: text('GITHUB_HEAD_REF') || (pullRequest?.headRef ?? ''),
    baseRef: text('GITHUB_BASE_REF') || (pullRequest?.baseRef ?? ''),
    pullRequest,
    payload,
  };
}

/** The date of the event's commit as a push says it, where it does (RFC 3339). */
export function pushedCommitDate({ payload, sha }: GitHubEvent): string | undefined {
  const commit = objectsAt(payload, 'commits').find((one) => one['id'] === sha);
  return textAt(commit ?? {}, 'timestamp') ?? textAt(objectAt(payload, 'head_commit'), 'timestamp');
}

function readPullRequest(payload: JsonObject): PullRequest | undefined {
  if (!isObject(payload['pull_request'])) return undefined;
  const pullRequest = objectAt(payload, 'pull_request');
  const number = payload['number'] ?? pullRequest['number'];
  return {
    number: typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined,
    headSha: textAt(objectAt(pullRequest, 'head'), 'sha'),
    headRef: textAt(objectAt(pullRequest, 'head'), 'ref'),
    baseRef: textAt(objectAt(pullRequest, 'base'), 'ref'),
  };
}

/** `pull_request_target` runs on the base branch, but is about the pull request, as docker/metadata-action sees it. */
function refOf(name: string, ref: string, payload: JsonObject): string {
  if (name !== 'pull_request_target' || ref.startsWith('refs/pull/')) return ref;
  const number = readPullRequest(payload)?.number;
  return number === undefined ? ref : `refs/pull/${number}/merge`;
}
