import { SuiteError } from '@artifact-lifecycle/core';
import { isLoopbackHost } from '@artifact-lifecycle/core/http';

/**
 * Parses the address of a service that gets tokens or says what is true. Plain HTTP is spoken to loopback hosts only.
 * `what` names it in errors: `fulcio-url`.
 *
 * @throws SuiteError `INPUT_INVALID` for what is no address, is not HTTPS, or holds a user, a query or a fragment
 */
export function parseServiceUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (url === undefined || !isSafe) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The ${what} "${clip(text)}" is not the address of an HTTPS server.`,
      {
        remedy: 'Write it as https://host or https://host/path; plain http is for loopback addresses only.',
      },
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new SuiteError('INPUT_INVALID', `The ${what} at ${url.host} holds more than a host and a path.`, {
      remedy: 'Leave out user, password, query and fragment.',
    });
  }
  return url;
}

/** An address below that of a service. */
export function below(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/$/, '')}${path}`);
}

function clip(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
