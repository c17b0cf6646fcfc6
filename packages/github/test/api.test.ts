import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalGitHubApi, REPOSITORY_ANSWER, startGitHubApi } from '../../../test/support/github-api.ts';
import { type GitHubApi, openGitHubApi } from '../src/index.ts';

describe("GitHub's API", () => {
  let server: LocalGitHubApi;
  beforeAll(async () => {
    server = await startGitHubApi();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.answers = {};
    server.failure = undefined;
    server.asked.length = 0;
  });
  const open = (token?: string): GitHubApi =>
    openGitHubApi({
      repository: 'acme/api',
      token,
      apiUrl: server.url,
      userAgent: 'test',
      signal: new AbortController().signal,
      onTrace: () => undefined,
    });

  it('says what a repository is', async () => {
    server.answers = { '/repos/acme/api': REPOSITORY_ANSWER };
    expect(await open('t').repository()).toEqual({
      name: 'Hello-World',
      description: 'This your first repo!',
      htmlUrl: 'https://github.com/octocat/Hello-World',
      defaultBranch: 'master',
      licence: 'MIT',
    });
  });

  it('gives all tags, page by page', async () => {
    const tags = Array.from({ length: 250 }, (_, index) => ({ name: `v${index}` }));
    server.answers = {
      '/repos/acme/api/tags': (query: URLSearchParams) => {
        const page = Number(query.get('page'));
        return tags.slice((page - 1) * 100, page * 100);
      },
    };
    expect(await open('t').tags()).toEqual(tags.map(({ name }) => name));
    expect(server.asked).toHaveLength(3);
  });

  it('says when a commit was made', async () => {
    server.answers = {
      '/repos/acme/api/commits/abc': { commit: { committer: { date: '2024-01-01T00:00:00Z' } } },
    };
    expect(await open('t').commitDate('abc')).toBe('2024-01-01T00:00:00Z');
  });

  it.each([
    [401, 'Bad credentials', 'UNAUTHORIZED', 'github-token'],
    [403, 'Resource not accessible by integration', 'PERMISSION_MISSING', 'contents: read'],
    [403, 'no', 'FORBIDDEN', 'github-token'],
    [404, 'Not Found', 'NOT_FOUND', 'GITHUB_REPOSITORY'],
    [500, 'oops', 'UNREACHABLE', 'GITHUB_API_URL'],
  ])('turns an answer %i %j into %s', async (status, message, code, remedy) => {
    server.failure = { status, message };
    await expect(open().repository()).rejects.toMatchObject({
      code,
      message: expect.stringContaining('acme/api'),
      remedy: expect.stringContaining(remedy),
    });
  });

  it.each([
    ['a list for a repository', '/repos/acme/api', [], (api: GitHubApi) => api.repository()],
    ['an object for tags', '/repos/acme/api/tags', {}, (api: GitHubApi) => api.tags()],
    ['no date of a commit', '/repos/acme/api/commits/x', {}, (api: GitHubApi) => api.commitDate('x')],
  ])('refuses %s', async (_, path, answer, ask) => {
    server.answers = { [path]: answer };
    await expect(ask(open('t'))).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });

  it('says what the connection failed with, and what to do about it', async () => {
    const api = openGitHubApi({
      repository: 'acme/api',
      token: undefined,
      apiUrl: 'http://127.0.0.1:1',
      userAgent: 'test',
      signal: new AbortController().signal,
      onTrace: () => undefined,
    });
    await expect(api.repository()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/GET \/repos\/acme\/api: .*127\.0\.0\.1:1.*connection refused/),
      remedy: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('never shows the token', async () => {
    server.failure = { status: 401, message: 'Bad credentials' };
    const error: unknown = await open('secret-token-1')
      .repository()
      .catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('secret-token-1');
    expect(JSON.stringify(error)).not.toContain('secret-token-1');
  });
});
