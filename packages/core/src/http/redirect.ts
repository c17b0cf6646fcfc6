import { SuiteError } from '../errors.ts';
import { isPrivateHost } from './address.ts';
import { redactUrl, SECRET_HEADERS } from './redact.ts';
import type { HttpHeaders, HttpMethod } from './types.ts';

/** The part of a request that a redirect changes. */
export interface Redirectable {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: HttpHeaders;
  readonly secretHeaders: readonly string[];
  /** Whether the request still has its body. */
  readonly keepsBody: boolean;
}

/** The part of an answer that matters for a redirect. */
export interface RedirectAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Whether the answer came from a private address, as far as can be seen (behind a proxy it cannot). */
  readonly fromPrivateAddress: boolean;
}

/** Headers that describe a body, meaningless without it. */
const BODY_HEADERS = ['content-encoding', 'content-language', 'content-location', 'content-type'];

/**
 * Plans where a redirect leads (RFC 9110 §15.4); `undefined` when the answer is none.
 *
 * 303 turns every method but HEAD into GET, 301 and 302 turn POST into GET (as all clients do), 307 and 308 keep
 * method and body. Credentials and the caller's secret headers stay with their origin, for good: they are not put
 * back when a chain returns.
 *
 * @throws SuiteError `PROTOCOL_INVALID` when the target is not HTTP, would give up TLS, or is a private address
 * named by a server that is not on one (a server could else have this machine ask its own neighbours).
 */
export function planRedirect(request: Redirectable, answer: RedirectAnswer): Redirectable | undefined {
  const location = answer.headers['location'];
  if (!isRedirect(answer.status) || location === undefined) return undefined;
  const url = readTarget(request, location);
  refuseForbidden(request, url, answer);

  const becomesGet =
    (answer.status === 303 && request.method !== 'HEAD') ||
    ((answer.status === 301 || answer.status === 302) && request.method === 'POST');
  const dropped = new Set<string>();
  if (becomesGet) for (const name of BODY_HEADERS) dropped.add(name);
  if (url.origin !== request.url.origin) {
    for (const name of [...SECRET_HEADERS, ...request.secretHeaders]) dropped.add(name.toLowerCase());
  }
  return {
    method: becomesGet ? 'GET' : request.method,
    url,
    headers: Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !dropped.has(name.toLowerCase())),
    ),
    secretHeaders: request.secretHeaders,
    keepsBody: request.keepsBody && !becomesGet,
  };
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function readTarget(request: Redirectable, location: string): URL {
  if (!URL.canParse(location, request.url.href)) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${request.url.host} redirects to something that is not a URL.`,
      {
        remedy: `Check what answers at ${redactUrl(request.url)}.`,
      },
    );
  }
  const url = new URL(location, request.url);
  // A user and password in a redirect would be credentials that nobody here chose to send.
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

function refuseForbidden(request: Redirectable, url: URL, answer: RedirectAnswer): void {
  const road = `${redactUrl(request.url)} redirects to ${redactUrl(url)}`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SuiteError('PROTOCOL_INVALID', `${road}, which is neither http nor https.`, {
      remedy: 'Check that the host is the server you mean.',
    });
  }
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${road}, which would give up encryption; it was not followed.`,
      {
        remedy: 'Have the server redirect to https, for instance by telling it its public address.',
      },
    );
  }
  const fromPrivate = answer.fromPrivateAddress || isPrivateHost(request.url.hostname);
  if (!fromPrivate && isPrivateHost(url.hostname)) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${road}, a private address that a public server has no business to name; it was not followed.`,
      {
        remedy:
          'Check that the host is the server you mean, and name the inner server directly if you mean it.',
      },
    );
  }
}
