import { type ErrorCode, SuiteError } from '@artifact-lifecycle/core';
import {
  type HttpClient,
  type HttpHeaders,
  MASK,
  readBounded,
  redactText,
  redactUrl,
} from '@artifact-lifecycle/core/http';

/** One question to a service of Sigstore, or to an issuer of tokens. */
export interface ServiceRequest {
  /** For people: `certificate authority`. */
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: HttpHeaders | undefined;
  readonly body?: Uint8Array | undefined;
  /** Longer answers are refused; bytes. */
  readonly limit: number;
  /** Statuses that are answers; 200 and 201 always are. */
  readonly accept?: readonly number[] | undefined;
  /** What must not be seen in an error, should the service repeat it. */
  readonly secrets?: readonly string[] | undefined;
  /** What to do about a refusal, by its status. */
  readonly remedy?: ((status: number) => string | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: Buffer;
}

/** As much of a service's own words as an error repeats. */
const MAX_WORDS = 200;

/**
 * Asks, and gives the whole answer. Requests are made again where that may help, because each of these services takes
 * the same request twice: a second certificate or stamp is as good as the first, and a log says that it has the entry.
 * Redirects are refused: a token must not follow one.
 *
 * @throws SuiteError what `HttpClient.send` throws; `UNAUTHORIZED`, `FORBIDDEN`, `NOT_FOUND`, `RATE_LIMITED`,
 * `UNREACHABLE` (5xx) or `PROTOCOL_INVALID` by the status of a refusal; `LIMIT_EXCEEDED` for an answer that is too long
 */
export async function askService(http: HttpClient, request: ServiceRequest): Promise<ServiceAnswer> {
  const { method, url, headers, body, signal, service, limit } = request;
  const response = await http.send({
    method,
    url,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
    retry: true,
    redirect: 'manual',
  });
  const bytes = await readBounded(response, limit, `answer of the ${service} at ${url.host}`);
  const { status } = response;
  if (status !== 200 && status !== 201 && !(request.accept ?? []).includes(status)) {
    throw refusal(request, status, response.headers, bytes);
  }
  return { status, headers: response.headers, body: bytes };
}

function refusal(request: ServiceRequest, status: number, headers: HttpHeaders, body: Buffer): SuiteError {
  const { service, url } = request;
  const words = wordsOf(body, request.secrets ?? []);
  const said = words === '' ? '' : `: "${words}"`;
  const where = redactUrl(url);
  if (status >= 300 && status < 400) {
    const target = headers['location'] ?? '';
    const to = URL.canParse(target, url.href) ? ` to ${new URL(target, url).host}` : '';
    return new SuiteError('PROTOCOL_INVALID', `The ${service} at ${where} redirects${to} (${status}).`, {
      remedy: 'Give the address that it redirects to, if that is the service you mean.',
    });
  }
  const remedy = request.remedy?.(status) ?? remedyOf(status, url);
  return new SuiteError(codeOf(status), `The ${service} at ${where} refused with ${status}${said}.`, {
    remedy,
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 429) return 'RATE_LIMITED';
  return status >= 500 ? 'UNREACHABLE' : 'PROTOCOL_INVALID';
}

function remedyOf(status: number, { host }: URL): string {
  if (status === 429)
    return `Run again later, or sign fewer statements at once: ${host} limits how many it takes.`;
  if (status >= 500) return `Run again; if it stays so, see the status page of ${host}.`;
  return 'Check that the address is that of the service, and its version the right one.';
}

/** What a service says for itself: the `message` of a JSON object, else the text; one line, without secrets. */
function wordsOf(body: Buffer, secrets: readonly string[]): string {
  let text = body.subarray(0, 16 * 1024).toString('utf8');
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && 'message' in document)
      text = String(document.message);
  } catch {
    // It is text, then.
  }
  if (text.trimStart().startsWith('<')) return '';
  for (const secret of secrets) if (secret !== '') text = text.replaceAll(secret, MASK);
  const line = redactText(text)
    .replace(/[\p{Cc}"]+/gu, ' ')
    .trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line.replace(/\.$/, '');
}
