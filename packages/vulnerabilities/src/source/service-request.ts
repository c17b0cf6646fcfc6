import { type ErrorCode, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  type HttpClient,
  type HttpHeaders,
  type HttpResponse,
  readBounded,
  readJson,
  redactText,
  redactUrl,
} from '@artifact-lifecycle/core/http';
import { field, isJsonObject } from '@artifact-lifecycle/registry';

/** A question to a service that knows vulnerabilities; asking it twice changes nothing. */
export interface ServiceRequest {
  /** For people: `OSV API`. */
  readonly service: string;
  readonly url: URL;
  readonly headers?: HttpHeaders | undefined;
  /** Sent as JSON by POST; GET without it. */
  readonly document?: unknown;
  /** Longer answers are refused; bytes. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** What a service said. */
export interface ServiceAnswer {
  readonly document: unknown;
  readonly headers: HttpHeaders;
}

/** How often an answer may break off in its middle; the HTTP client itself tries again only until one begins. */
const MAX_READS = 3;

/** A refusal is a sentence or two; of a page for people nobody needs more. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** As much of a service's own words as an error repeats. */
const MAX_WORDS = 200;

/**
 * Asks a service, and gives its JSON. Failed attempts are made again as the client does.
 *
 * @throws SuiteError what `HttpClient.send` throws; `UNREACHABLE` (5xx, or an answer that keeps breaking off),
 *   `RATE_LIMITED`, `UNAUTHORIZED`, `FORBIDDEN`, `NOT_FOUND` or `PROTOCOL_INVALID` by the status of a refusal;
 *   `PROTOCOL_INVALID` for what is no JSON, `LIMIT_EXCEEDED` for too much of it
 */
export async function askService(http: HttpClient, request: ServiceRequest): Promise<ServiceAnswer> {
  const { service, url, document, limit, signal } = request;
  const headers = { accept: 'application/json', ...request.headers };
  for (let read = 1; ; read += 1) {
    const response = await http.send({
      ...(document === undefined
        ? { method: 'GET', headers }
        : {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify(document)),
          }),
      ...{ url, signal, retry: true },
    });
    if (response.status !== 200) throw await refusal(request, response);
    try {
      const what = `answer of the ${service} at ${url.host}`;
      return { document: await readJson(response, limit, what), headers: response.headers };
    } catch (error) {
      if (read === MAX_READS || signal.aborted || !isSuiteError(error, 'UNREACHABLE')) throw error;
    }
  }
}

async function refusal({ service, url }: ServiceRequest, response: HttpResponse): Promise<SuiteError> {
  const { status, headers } = response;
  const words = await readBounded(response, MAX_REFUSAL_BYTES, 'refusal').then(wordsOf, () => '');
  const said = words === '' ? '' : `: "${words}"`;
  const code = codeOf(status, headers, words);
  return new SuiteError(code, `The ${service} at ${redactUrl(url)} refused with ${status}${said}.`, {
    remedy: remedyOf(code, service, url),
  });
}

function codeOf(status: number, headers: HttpHeaders, words: string): ErrorCode {
  // GitHub says 403 where others say 429 (GitHub Docs, "Rate limits for the REST API").
  const isSpent = headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  if (status === 429 || (status === 403 && (isSpent || /rate limit/i.test(words)))) return 'RATE_LIMITED';
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  return status >= 500 ? 'UNREACHABLE' : 'PROTOCOL_INVALID';
}

function remedyOf(code: ErrorCode, service: string, { host }: URL): string {
  switch (code) {
    case 'RATE_LIMITED':
      return `Run it again later, or give a token where the ${service} takes one.`;
    case 'UNAUTHORIZED':
    case 'FORBIDDEN':
      return 'Check the token that is given, or give none.';
    case 'UNREACHABLE':
      return `Run it again; if it stays so, see whether ${host} has an outage, or use a directory of advisories.`;
    default:
      return `Check that ${host} is the ${service}: a proxy may answer in its place.`;
  }
}

/** What a service says for itself: the `message` of a JSON object, else the text; one line. */
function wordsOf(body: Buffer): string {
  let text = body.toString('utf8');
  try {
    const document: unknown = JSON.parse(text);
    if (isJsonObject(document)) text = String(field(document, 'message') ?? '');
  } catch {
    // It is text, then.
  }
  if (text.trimStart().startsWith('<')) return '';
  const line = redactText(text)
    .replace(/[\p{Cc}"]+/gu, ' ')
    .trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line.replace(/\.$/, '');
}

/** The error for an answer that is JSON, but not what its documentation says. */
export function strangeAnswer(service: string, fact: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `The ${service} answered ${fact}.`, {
    remedy: 'Check that it is the service you mean: a proxy or a mirror may answer in its place.',
  });
}
