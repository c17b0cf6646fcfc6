import { SuiteError } from '@artifact-lifecycle/core';
import { isObject } from '../payload.ts';
import type { PackagesAnswer } from './exchange.ts';

/** A sentence of a server is cut here: longer ones hide the one around them. */
const MAX_QUOTED_LENGTH = 200;

const MINUTE = 60_000;

/** The lines that let a job delete versions, and the role without which they are not enough. */
export const PACKAGES_REMEDY =
  'Add to the job:\npermissions:\n  packages: write\nand give this repository the Admin role on the package, under the package\'s settings, "Manage Actions access". A token of one\'s own needs the scopes read:packages and delete:packages (a classic token; fine-grained ones do not reach packages).';

/** What an answer says in words. */
export function saidBy({ data }: PackagesAnswer): string {
  const message = isObject(data) ? data['message'] : undefined;
  return typeof message === 'string' ? message.slice(0, MAX_QUOTED_LENGTH).replace(/\.$/, '') : '';
}

/** Whether an answer says that there were too many requests. */
export function isRateLimit(answer: PackagesAnswer): boolean {
  if (answer.status !== 403 && answer.status !== 429) return false;
  return (
    answer.status === 429 ||
    answer.headers['x-ratelimit-remaining'] === '0' ||
    answer.headers['retry-after'] !== undefined ||
    /rate limit/i.test(saidBy(answer))
  );
}

/**
 * The error for an answer that is not what was hoped for.
 *
 * @param doing an infinitive with its object: `delete the version 42 of ghcr.io/acme/app`
 */
export function packagesError(answer: PackagesAnswer, doing: string, now: number): SuiteError {
  const { status } = answer;
  const said = saidBy(answer);
  const fact = `GitHub's API answered ${status}${said === '' ? '' : ` (${said})`} to the wish to ${doing}.`;
  if (isRateLimit(answer)) {
    return new SuiteError('RATE_LIMITED', fact, { remedy: rateRemedy(answer, now) });
  }
  switch (status) {
    case 400:
    case 409:
    case 422:
      return new SuiteError('UNSUPPORTED', fact, { remedy: refusalRemedy(said) });
    case 401:
      return new SuiteError('UNAUTHORIZED', fact, {
        remedy: 'Give a token that is valid in the input "github-token".',
      });
    case 403:
      return new SuiteError('PERMISSION_MISSING', fact, { remedy: PACKAGES_REMEDY });
    case 404:
      return new SuiteError('NOT_FOUND', fact, {
        remedy: `Check the name, and that the token may see the package. ${PACKAGES_REMEDY}`,
      });
    default:
      if (status >= 500) {
        return new SuiteError('UNREACHABLE', fact, { remedy: 'Run it again when GitHub works.' });
      }
      return new SuiteError('PROTOCOL_INVALID', fact, {
        remedy: 'Check that GITHUB_API_URL leads to GitHub, and no proxy answers in its place.',
      });
  }
}

/** What is not documented, but what people have met (reference: "400 not documented but real"). */
function refusalRemedy(said: string): string {
  if (/last (?:tagged )?version/i.test(said)) {
    return 'Push another version first, or delete the whole package on its page: GitHub leaves none without a (tagged) version.';
  }
  if (/downloads/i.test(said)) {
    return 'Let it stay, ask GitHub Support, or make the package private first: GitHub keeps public versions with more than 5000 downloads.';
  }
  return 'Look at the package on its page; GitHub says what hinders it.';
}

function rateRemedy({ headers }: PackagesAnswer, now: number): string {
  const reset = Number(headers['x-ratelimit-reset'] ?? '');
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isSafeInteger(reset) || reset <= 0) {
    return 'Run it again in some minutes; what is done is not done twice.';
  }
  const minutes = Math.max(1, Math.ceil((reset * 1000 - now) / MINUTE));
  return `Run it again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, when the quota of the token is full again; what is done is not done twice.`;
}
