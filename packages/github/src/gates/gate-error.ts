import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { asApiError, statusOf } from '../api-error.ts';
import { isObject } from '../payload.ts';

/** A sentence of a server is cut here: longer ones hide the one around them. */
const MAX_QUOTED_LENGTH = 200;

/**
 * Makes of what Octokit throws the error that says what is missing, and how it is given.
 *
 * @param needs lines of `permissions`, or whole sentences for what no workflow's token may
 */
export function asGateError(
  error: unknown,
  what: string,
  needs: readonly string[] | string,
  signal: AbortSignal,
): unknown {
  const judged = asApiError(error, what, signal);
  const status = statusOf(error);
  if (!isSuiteError(judged)) return judged;
  switch (status) {
    case 403:
      if (judged.code === 'RATE_LIMITED') return judged;
      return permissionMissing(`GitHub's API answered ${what} with 403: ${saidBy(error)}.`, needs, error);
    case 404:
      return new SuiteError('NOT_FOUND', judged.message, {
        remedy: `Check that it is there, and that the token may see it. ${remedyOf(needs)}`,
        cause: error,
      });
    case 409:
    case 422:
      return new SuiteError('UNSUPPORTED', judged.message, {
        remedy: 'Look at what GitHub says about it; it does not take this as it is.',
        cause: error,
      });
    case 429:
      return new SuiteError('RATE_LIMITED', judged.message, { cause: error });
    default:
      return judged;
  }
}

/** The status GitHub answered with, of an error that asking it has thrown; `undefined` for anything else. */
export function answeredStatus(error: unknown): number | undefined {
  return isSuiteError(error) ? statusOf(error.cause) : undefined;
}

/** The error for a permission that a token lacks. */
export function permissionMissing(
  fact: string,
  needs: readonly string[] | string,
  cause?: unknown,
): SuiteError {
  return new SuiteError('PERMISSION_MISSING', fact, { remedy: remedyOf(needs), cause });
}

function remedyOf(needs: readonly string[] | string): string {
  if (typeof needs === 'string') return needs;
  const lines = [...needs].sort().map((line) => `  ${line}`);
  return `Add to the job, and in a reusable workflow to the job that calls it, too:\npermissions:\n${lines.join('\n')}`;
}

function saidBy(error: unknown): string {
  const message = isObject(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message.slice(0, MAX_QUOTED_LENGTH).replace(/\.$/, '') : 'Forbidden';
}
