import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import type { GitHubApiOptions, Octokit, OctokitAnswer } from '../octokit-seam.ts';
import { isObject, type JsonObject } from '../payload.ts';
import { asGateError } from './gate-error.ts';

/** How GitHub is asked on behalf of the gates. */
export interface GateQuestionsOptions extends GitHubApiOptions {
  /** In place of a connection of its own. */
  readonly octokit?: Octokit | undefined;
}

/** One question. */
export interface Question {
  /** As GitHub documents it: `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`. */
  readonly route: string;
  readonly parameters?: JsonObject | undefined;
  /** What a workflow's token needs, a line each: `checks: read`; for other tokens, whole sentences. */
  readonly needs: readonly string[] | string;
}

/** Asks one repository's GitHub. */
export interface GateQuestions {
  /** `owner/name`. */
  readonly repository: string;
  readonly owner: string;
  readonly repo: string;
  readonly signal: AbortSignal;
  /**
   * @throws SuiteError `PERMISSION_MISSING` with the lines to add, `NOT_FOUND`, `UNAUTHORIZED`, `RATE_LIMITED`,
   *   `UNREACHABLE`, `UNSUPPORTED` for what GitHub refuses as it is, `PROTOCOL_INVALID`, `CANCELLED`; its cause has
   *   the status
   */
  ask(question: Question): Promise<OctokitAnswer>;
}

/** The largest size of a page. */
export const PAGE_SIZE = 100;

/** 10,000 entries of one list: ten times what GitHub looks through for a commit. */
const MAX_PAGES = 100;

/**
 * Connects to GitHub for the gates: with Octokit's retries and throttling, over the suite's own HTTP client. Octokit is
 * loaded with the first question.
 *
 * @throws SuiteError `INPUT_INVALID` where the repository is not `owner/name`
 */
export function openGateQuestions(options: GateQuestionsOptions): GateQuestions {
  const { repository, signal, onTrace } = options;
  const [owner = '', repo = '', ...more] = repository.split('/');
  if (owner === '' || repo === '' || more.length > 0) {
    throw new SuiteError(
      'INPUT_INVALID',
      `GITHUB_REPOSITORY is ${JSON.stringify(repository)}, not owner/name.`,
      {
        remedy: "Run the action in a workflow, or set GITHUB_REPOSITORY to the repository's owner/name.",
      },
    );
  }
  let reading: Promise<Octokit> | undefined;
  let writing: Promise<Octokit> | undefined;
  const connect = async (isPaced: boolean): Promise<Octokit> => {
    if (options.octokit !== undefined) return options.octokit;
    // Eager: in the bundle's one file, but not run before the first question.
    const { createOctokit } = await import(/* webpackMode: "eager" */ '../octokit.ts');
    return createOctokit({ ...options, isPaced });
  };
  const clientOf = (route: string): Promise<Octokit> => {
    if (route.startsWith('GET ')) {
      reading ??= connect(true);
      return reading;
    }
    // What is written is news, a handful of it: pacing would hold a promotion up for a second each.
    writing ??= connect(false);
    return writing;
  };
  return {
    ...{ repository, owner, repo, signal },
    async ask({ route, parameters = {}, needs }) {
      throwIfCancelled(signal);
      const whose = route.includes('{owner}') ? { owner, repo } : {};
      const what = describeQuestion(route, { owner, repo, ...parameters });
      try {
        const answer = await (await clientOf(route)).request(route, { ...whose, ...parameters });
        onTrace(`${what}: ${answer.status}`);
        return answer;
      } catch (error) {
        throw asGateError(error, what, needs, signal);
      }
    },
  };
}

/** A list as a page of it tells: what is on it, and how many there are, where GitHub says so. */
export interface ListedPage {
  readonly items: readonly JsonObject[];
  readonly total?: number | undefined;
}

/**
 * Reads all pages of a list, each entry once: a list may grow meanwhile.
 *
 * @throws SuiteError those of asking; `LIMIT_EXCEEDED` where there is more than is read, or than GitHub gives
 */
export async function readWholeList(
  questions: GateQuestions,
  question: Question,
  readPage: (data: unknown) => ListedPage,
): Promise<readonly JsonObject[]> {
  const found = new Map<unknown, JsonObject>();
  const { owner, repo } = questions;
  const what = describeQuestion(question.route, { owner, repo, ...question.parameters });
  for (let page = 1; page <= MAX_PAGES; page++) {
    const parameters = { ...question.parameters, per_page: PAGE_SIZE, page };
    const answer = await questions.ask({ ...question, parameters });
    const { items, total } = readPage(answer.data);
    for (const item of items) found.set(item['id'] ?? found.size, item);
    if (items.length >= PAGE_SIZE || hasNextPage(answer)) continue;
    if (total === undefined || found.size >= total) return [...found.values()];
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `GitHub's API says that ${what} has ${total} entries, and gave ${found.size} of them.`,
      { remedy: 'Run it again; if it stays so, there is more than GitHub looks through.' },
    );
  }
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `${what} has more than the ${MAX_PAGES * PAGE_SIZE} entries that are read.`,
  );
}

/** A route with its names filled in: `GET /repos/acme/app/actions/runs/42`. */
function describeQuestion(route: string, parameters: JsonObject): string {
  return route.replace(/\{(\w+)\}/g, (name, key: string) =>
    Object.hasOwn(parameters, key) ? encodeURIComponent(String(parameters[key])) : name,
  );
}

function hasNextPage({ headers }: OctokitAnswer): boolean {
  const link = headers?.['link'];
  return typeof link === 'string' && /;\s*rel="?next"?/.test(link.slice(0, 8192));
}

/** An answer that has to be an object. @throws SuiteError `PROTOCOL_INVALID` */
export function expectObject(data: unknown, what: string): JsonObject {
  if (isObject(data)) return data;
  throw unexpected(what);
}

/** An answer that has to be a list of objects. @throws SuiteError `PROTOCOL_INVALID` */
export function expectObjects(data: unknown, what: string): readonly JsonObject[] {
  if (Array.isArray(data) && data.every(isObject)) return data;
  throw unexpected(`list of ${what}`);
}

/** A whole number at a key. @throws SuiteError `PROTOCOL_INVALID` */
export function expectNumber(json: JsonObject, key: string, what: string): number {
  const value = Object.hasOwn(json, key) ? json[key] : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw unexpected(what);
}

/** The error for an answer that GitHub does not give. */
export function unexpected(what: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `GitHub's API answered something that is no ${what}.`, {
    remedy: 'Check that GITHUB_API_URL leads to GitHub, and no proxy answers in its place.',
  });
}
