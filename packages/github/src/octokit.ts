import { createHttpClient, describeTrace } from '@artifact-lifecycle/core/http';
import { Octokit as OctokitCore } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { fetchOver } from './fetch.ts';
import type { GitHubApiOptions, Octokit } from './octokit-seam.ts';

/** A request that has no answer by then gets none. */
const REQUEST_TIMEOUT = 30_000;

/** Who asks anonymously can do without the answer, and does not wait for it. */
const ANONYMOUS_TIMEOUT = 5_000;

/** A person waits for the run: who is asked to come back later than this fails instead. */
const MAX_RATE_LIMIT_SECONDS = 60;

/** Temporary failures are asked again so often, after 1, 4 and 9 seconds. */
const RETRIES = 3;

/**
 * Connects to GitHub's API with Octokit's retry and throttling, over the suite's own HTTP client.
 *
 * It is what `@actions/github` makes, put together here: that package brings a method for each of GitHub's routes
 * and undici, which every start would parse, for the three routes asked here.
 */
export function createOctokit({
  token,
  apiUrl,
  userAgent,
  signal,
  onTrace,
  isPaced = true,
}: GitHubApiOptions): Octokit {
  const onLimit =
    (kind: string) =>
    (retryAfter: number, request: object, _octokit: object, count: number): boolean => {
      onTrace(`GitHub's ${kind} rate limit asks to wait ${retryAfter} s`);
      const mayWait = count < 1 && retryAfter <= MAX_RATE_LIMIT_SECONDS;
      // Who is told to come back later was not served: a POST may be made again as well as a GET.
      return mayWait && 'method' in request;
    };
  const timeout = token === undefined ? ANONYMOUS_TIMEOUT : REQUEST_TIMEOUT;
  const http = createHttpClient({ userAgent, trace: (event) => onTrace(describeTrace(event)) });
  const Client = OctokitCore.plugin(retry, throttling);
  const client = new Client({
    ...(token !== undefined && { auth: token }),
    baseUrl: apiUrl,
    userAgent,
    log: { debug: onTrace, info: onTrace, warn: onTrace, error: onTrace },
    request: { fetch: fetchOver(http, timeout) },
    // Asking anonymously is a second best; who gets no answer at once does without.
    retry: { enabled: token !== undefined, retries: RETRIES },
    throttle: isPaced
      ? { onRateLimit: onLimit('primary'), onSecondaryRateLimit: onLimit('secondary') }
      : { enabled: false },
  });
  return {
    request: (route, parameters) => client.request(route, { ...parameters, request: { signal } }),
  };
}
