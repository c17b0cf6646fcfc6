import { GitHub, getOctokitOptions } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import type { GitHubApiOptions, Octokit } from './octokit-seam.ts';

/** A request that has no answer by then gets none. */
const REQUEST_TIMEOUT = 30_000;

/** Who asks anonymously can do without the answer, and does not wait for it. */
const ANONYMOUS_TIMEOUT = 5_000;

/** A person waits for the run: who is asked to come back later than this fails instead. */
const MAX_RATE_LIMIT_SECONDS = 60;

/** Temporary failures are asked again so often, after 1, 4 and 9 seconds. */
const RETRIES = 3;

/** Connects to GitHub's API with the toolkit's proxy settings, and Octokit's retry and throttling. */
export function createOctokit({ token, apiUrl, userAgent, signal, onTrace }: GitHubApiOptions): Octokit {
  const onLimit =
    (kind: string) =>
    (retryAfter: number, request: object, _octokit: object, count: number): boolean => {
      onTrace(`GitHub's ${kind} rate limit asks to wait ${retryAfter} s`);
      return (
        count < 1 && retryAfter <= MAX_RATE_LIMIT_SECONDS && 'method' in request && request.method === 'GET'
      );
    };
  const settings = {
    baseUrl: apiUrl,
    userAgent,
    log: { debug: onTrace, info: onTrace, warn: onTrace, error: onTrace },
    // Asking anonymously is a second best; who gets no answer at once does without.
    retry: { enabled: token !== undefined, retries: RETRIES },
    throttle: { onRateLimit: onLimit('primary'), onSecondaryRateLimit: onLimit('secondary') },
  };
  const timeout = token === undefined ? ANONYMOUS_TIMEOUT : REQUEST_TIMEOUT;
  const Client = GitHub.plugin(retry, throttling);
  const client = new Client(token === undefined ? settings : getOctokitOptions(token, settings));
  return {
    request: (route, parameters) =>
      client.request(route, {
        ...parameters,
        request: { signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) },
      }),
  };
}
