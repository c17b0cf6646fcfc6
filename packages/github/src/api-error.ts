import { type ErrorCode, SuiteError } from '@artifact-lifecycle/core';
import { isObject } from './payload.ts';

/** A sentence of a server is cut here: longer ones hide the one around them. */
const MAX_QUOTED_LENGTH = 200;

/** Makes of whatever Octokit throws one of the suite's errors. */
export function asApiError(error: unknown, what: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof SuiteError) return error;
  // What the HTTP client says of a failed connection (proxy, certificate) is better than any guess here.
  const transport = error instanceof Error ? error.cause : undefined;
  if (transport instanceof SuiteError && transport.code !== 'CANCELLED') {
    return new SuiteError(transport.code, `GitHub's API gave no answer to ${what}: ${transport.message}`, {
      ...(transport.remedy !== undefined && { remedy: transport.remedy }),
      cause: error,
    });
  }
  const status = statusOf(error);
  const said = error instanceof Error ? error.message.slice(0, MAX_QUOTED_LENGTH) : 'unknown';
  const { code, remedy } = judge(status, said);
  const message =
    code === 'UNREACHABLE'
      ? `GitHub's API gave no answer to ${what}: ${said}.`
      : `GitHub's API answered ${what} with ${status}: ${said}.`;
  return new SuiteError(code, message, { remedy, cause: error });
}

/** The status of an answer that Octokit threw; `undefined` for anything else. */
export function statusOf(error: unknown): number | undefined {
  return isObject(error) && typeof error['status'] === 'number' ? error['status'] : undefined;
}

function judge(
  status: number | undefined,
  said: string,
): { readonly code: ErrorCode; readonly remedy: string } {
  if (status === 401) {
    return { code: 'UNAUTHORIZED', remedy: 'Give a token that is valid in the input "github-token".' };
  }
  if ((status === 403 || status === 429) && /rate limit/i.test(said)) {
    return {
      code: 'RATE_LIMITED',
      remedy: 'Give a token in the input "github-token", or run it again later.',
    };
  }
  if (status === 403 && /not accessible by integration/i.test(said)) {
    return { code: 'PERMISSION_MISSING', remedy: 'Add to the job:\npermissions:\n  contents: read' };
  }
  if (status === 403) {
    return {
      code: 'FORBIDDEN',
      remedy: 'Give a token that may read the repository in the input "github-token".',
    };
  }
  if (status === 404) {
    return {
      code: 'NOT_FOUND',
      remedy: 'Check GITHUB_REPOSITORY, and that the token may read it:\npermissions:\n  contents: read',
    };
  }
  // Octokit reports a connection that failed as status 500.
  if (status === undefined || status >= 500) {
    return { code: 'UNREACHABLE', remedy: 'Check GITHUB_API_URL and the proxy, and run it again.' };
  }
  return { code: 'PROTOCOL_INVALID', remedy: 'Check that GITHUB_API_URL leads to GitHub.' };
}
