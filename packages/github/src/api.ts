import { SuiteError } from '@artifact-lifecycle/core';
import { asApiError } from './api-error.ts';
import type { GitHubApiOptions, Octokit } from './octokit-seam.ts';
import { isObject, type JsonObject, objectAt, textAt } from './payload.ts';
import { type RepositoryInfo, readRepositoryInfo } from './repository-info.ts';

/** What is asked of GitHub's API about one repository. */
export interface GitHubApi {
  repository(): Promise<RepositoryInfo>;
  /** Names of all git tags, in the order GitHub gives them. */
  tags(): Promise<readonly string[]>;
  /** When a commit was made (RFC 3339). */
  commitDate(sha: string): Promise<string>;
}

/** The largest size of a page. */
const PAGE_SIZE = 100;

/** 20,000 tags: more than the largest repositories have, and 200 of a run's 1,000 requests an hour. */
const MAX_TAG_PAGES = 200;

/**
 * Opens GitHub's API for a repository. Octokit is loaded with the first question: most runs have none, and start
 * faster so.
 *
 * Every question throws SuiteErrors: `NOT_FOUND`, `UNAUTHORIZED`, `FORBIDDEN`, `PERMISSION_MISSING`,
 * `RATE_LIMITED`, `UNREACHABLE`, `PROTOCOL_INVALID`, `CANCELLED`.
 */
export function openGitHubApi(options: GitHubApiOptions): GitHubApi {
  const { signal, onTrace } = options;
  const [owner = '', repo = ''] = options.repository.split('/');
  let octokit: Promise<Octokit> | undefined;
  const connect = async (): Promise<Octokit> => {
    // Eager: in the bundle's one file, but not run before the first question.
    const { createOctokit } = await import(/* webpackMode: "eager" */ './octokit.ts');
    return createOctokit(options);
  };
  const ask = async (route: string, parameters: JsonObject = {}): Promise<unknown> => {
    if (owner === '' || repo === '') throw namelessRepository(options.repository);
    octokit ??= connect();
    try {
      const answer = await (await octokit).request(route, { owner, repo, ...parameters });
      onTrace(`${route} ${JSON.stringify(parameters)}: ${answer.status}`);
      return answer.data;
    } catch (error) {
      throw asApiError(error, route.replace('{owner}/{repo}', options.repository), signal);
    }
  };
  return {
    async repository() {
      const data = await ask('GET /repos/{owner}/{repo}');
      return readRepositoryInfo(expectObject(data, 'repository'));
    },
    async tags() {
      const names: string[] = [];
      for (let page = 1; page <= MAX_TAG_PAGES; page++) {
        const data = await ask('GET /repos/{owner}/{repo}/tags', { per_page: PAGE_SIZE, page });
        if (!Array.isArray(data)) throw unexpected('list of tags');
        for (const tag of data) names.push(textAt(expectObject(tag, 'tag'), 'name') ?? '');
        if (data.length < PAGE_SIZE) return names.filter((name) => name !== '');
      }
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The repository has more than the ${MAX_TAG_PAGES * PAGE_SIZE} git tags that are read.`,
        { remedy: 'Delete tags that nobody needs, or do not use "highest".' },
      );
    },
    async commitDate(sha) {
      const data = expectObject(await ask('GET /repos/{owner}/{repo}/commits/{ref}', { ref: sha }), 'commit');
      const commit = objectAt(data, 'commit');
      const date =
        textAt(objectAt(commit, 'committer'), 'date') ?? textAt(objectAt(commit, 'author'), 'date');
      if (date === undefined || Number.isNaN(Date.parse(date))) throw unexpected('date of a commit');
      return date;
    },
  };
}

function expectObject(data: unknown, what: string): JsonObject {
  if (isObject(data)) return data;
  throw unexpected(what);
}

function unexpected(what: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `GitHub's API answered something that is no ${what}.`, {
    remedy: 'Check that GITHUB_API_URL leads to GitHub, and no proxy answers in its place.',
  });
}

function namelessRepository(repository: string): SuiteError {
  return new SuiteError(
    'INPUT_INVALID',
    `GITHUB_REPOSITORY is ${JSON.stringify(repository)}, not owner/name.`,
    {
      remedy: "Run the action in a workflow, or set GITHUB_REPOSITORY to the repository's owner/name.",
    },
  );
}
