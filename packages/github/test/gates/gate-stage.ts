import { createHttpClient } from '@artifact-lifecycle/core/http';
import { type GitHubGates, type GitHubGatesOptions, startGitHubGates } from '@artifact-lifecycle/testing';
import { Octokit } from '@octokit/core';
import { fetchOver } from '../../src/fetch.ts';
import { type GateQuestions, openGateQuestions } from '../../src/gates/index.ts';

/** A commit that every test may use. */
export const SHA = 'a'.repeat(40);

/** A GitHub of a test's own, and who asks it about acme/app. */
export interface GateStage {
  readonly github: GitHubGates;
  readonly questions: GateQuestions;
  /** Lines `GET /repos/acme/app/…`, with the query, of what was asked. */
  asked(): readonly string[];
  close(): Promise<void>;
}

/** Octokit as it is made in `octokit.ts`, but for its plugins: those wait by the clock on the wall. */
export async function openGateStage(
  options: GitHubGatesOptions & { readonly repository?: string; readonly signal?: AbortSignal } = {},
): Promise<GateStage> {
  const { repository = 'acme/app', signal = new AbortController().signal, ...rest } = options;
  const github = await startGitHubGates(rest);
  const http = createHttpClient({ userAgent: 'test', environment: {} });
  const client = new Octokit({
    ...{ auth: 'token', baseUrl: github.url, userAgent: 'test' },
    request: { fetch: fetchOver(http, 30_000) },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  const questions = openGateQuestions({
    ...{ repository, token: 'token', apiUrl: github.url, userAgent: 'test', signal, onTrace: ignore },
    octokit: {
      request: (route, parameters) => client.request(route, { ...parameters, request: { signal } }),
    },
  });
  return {
    github,
    questions,
    asked: () =>
      github.log.requests.map(({ method, path, query }) => {
        const text = query.toString();
        return `${method} ${path}${text === '' ? '' : `?${text}`}`;
      }),
    close: async () => {
      http.close();
      await github.close();
    },
  };
}

function ignore(): void {}
