import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the API is to answer, by path without its query; a function sees the query. */
export type Answers = Readonly<Record<string, unknown | ((query: URLSearchParams) => unknown)>>;

/** A GitHub API on the loopback, which answers as it is told and remembers what it was asked. */
export interface LocalGitHubApi {
  readonly url: string;
  /** Lines `GET /repos/acme/api`, with the query. */
  readonly asked: string[];
  answers: Answers;
  /** What every answer is while it is set: a status with its message. */
  failure: { readonly status: number; readonly message: string } | undefined;
  close(): Promise<void>;
}

/** The repository of the recorded cases, as GitHub's API tells it. */
export const REPOSITORY_ANSWER = {
  name: 'Hello-World',
  description: 'This your first repo!',
  html_url: 'https://github.com/octocat/Hello-World',
  default_branch: 'master',
  license: { spdx_id: 'MIT' },
};

/** Starts a GitHub API that knows nothing but what it is told. */
export async function startGitHubApi(answers: Answers = {}): Promise<LocalGitHubApi> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    const known = api.answers[decodeURIComponent(url.pathname)];
    const { status, message } = api.failure ?? {
      status: known === undefined ? 404 : 200,
      message: 'Not Found',
    };
    const body: unknown =
      status === 200 ? (typeof known === 'function' ? known(url.searchParams) : known) : { message };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api: LocalGitHubApi = {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers,
    failure: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}
