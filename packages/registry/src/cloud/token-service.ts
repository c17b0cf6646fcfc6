import { type ErrorCode, SuiteError } from '@artifact-lifecycle/core';
import {
  type HttpClient,
  type HttpHeaders,
  type HttpMethod,
  parseJson,
  readBounded,
} from '@artifact-lifecycle/core/http';
import { field, isJsonObject, type JsonObject } from '../oci/json.ts';
import { printable } from '../remote/error-body.ts';

/** A question to a service that gives keys or tokens. */
export interface TokenQuestion {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers?: HttpHeaders | undefined;
  readonly body?: string | undefined;
  /** Names of headers that no other host may see, besides `authorization`. */
  readonly secretHeaders?: readonly string[] | undefined;
  /** How the service is called in errors: `AWS STS`. */
  readonly service: string;
  /** False for services of the machine itself: one that is not there is not asked twice. */
  readonly retry?: boolean | undefined;
}

/** An answer with its whole body. */
export interface TokenAnswer {
  readonly service: string;
  readonly host: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** The largest real ones, tokens of Azure with many groups, have some 16 KiB. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** A form, as OAuth and AWS' query protocol take it. */
export const FORM = 'application/x-www-form-urlencoded';

/**
 * Asks such a service. A redirect is not followed: what goes there is a secret, meant for that host alone.
 *
 * @throws SuiteError `PROTOCOL_INVALID` for a redirect, and what HTTP throws
 */
export async function askTokenService(http: HttpClient, question: TokenQuestion): Promise<TokenAnswer> {
  const { method, url, headers, body, secretHeaders, service, retry = true } = question;
  const response = await http.send({
    method,
    url,
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body, 'utf8') }),
    secretHeaders,
    redirect: 'manual',
    retry,
  });
  const text = (await readBounded(response, MAX_ANSWER_BYTES, `answer of ${url.host}`)).toString('utf8');
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${service} (${url.host}) answered ${status}, a redirect; nothing secret goes to another host.`,
      { remedy: 'See what answers there: a proxy or a login page may stand in its place.' },
    );
  }
  return { service, host: url.host, status, headers: response.headers, text };
}

/** The body as a JSON object. @throws SuiteError `PROTOCOL_INVALID` */
export function readTokenJson({ text, service, host }: TokenAnswer): JsonObject {
  const content = parseJson(Buffer.from(text, 'utf8'), `answer of ${service} (${host})`);
  if (isJsonObject(content)) return content;
  throw new SuiteError('PROTOCOL_INVALID', `${service} (${host}) answered no JSON object.`);
}

/** A text of an answer that must be there, and fit for a header. @throws SuiteError `PROTOCOL_INVALID` */
export function secretAt(content: JsonObject, key: string, { service, host }: TokenAnswer): string {
  const value = field(content, key);
  // A line break in it could add headers to the requests it is sent with.
  if (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value)) return value;
  throw new SuiteError('PROTOCOL_INVALID', `${service} (${host}) answered without a proper ${key}.`);
}

/** How long a token lasts, by `expires_in` of an answer of OAuth: seconds. */
export function expiresIn(content: JsonObject, now: number): number | undefined {
  const seconds = field(content, 'expires_in');
  return typeof seconds === 'number' && seconds > 0 ? now + seconds * 1000 : undefined;
}

/** The reason an OAuth server gives (RFC 6749, section 5.2), Google's APIs, or a registry; empty where none is. */
export function oauthReason({ text }: TokenAnswer): string {
  let content: unknown;
  try {
    content = parseJson(Buffer.from(text, 'utf8'), 'reason');
  } catch {
    return '';
  }
  if (!isJsonObject(content)) return '';
  const errors = field(content, 'errors');
  const [listed]: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const error = listed ?? field(content, 'error');
  const parts = isJsonObject(error)
    ? [field(error, 'status') ?? field(error, 'code'), field(error, 'message')]
    : [error, field(content, 'error_description')];
  return parts.filter((part) => typeof part === 'string' && part !== '').join(': ');
}

/** What an error needs to say besides what the service answered. */
export interface RefusalContext {
  /** An infinitive with its object: `assume the role …`. */
  readonly doing: string;
  /** What the service gave as its reason, if it was found in the answer. */
  readonly said: string;
  readonly remedy?: string | undefined;
  /** What was sent and must not come back in a message: services quote what they refuse. */
  readonly secrets: readonly string[];
  readonly code?: ErrorCode | undefined;
}

/** The error for an answer that is no success. */
export function refusedBy(answer: TokenAnswer, context: RefusalContext): SuiteError {
  const { doing, remedy, secrets, code = codeOf(answer.status) } = context;
  // AWS shows below its first line what it thinks should have been signed, tokens included.
  let [said = ''] = context.said.split(/[\r\n]/, 1);
  for (const secret of secrets) if (secret !== '') said = said.replaceAll(secret, '***');
  const reason = printable(said).replace(/\.$/, '');
  return new SuiteError(
    code,
    `${answer.service} (${answer.host}) answered ${answer.status}${reason === '' ? '' : ` (${reason})`} to the wish to ${doing}.`,
    { remedy: code === 'UNAUTHORIZED' || code === 'FORBIDDEN' ? remedy : undefined },
  );
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return 'RATE_LIMITED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 400 || status === 401) return 'UNAUTHORIZED';
  return status >= 500 ? 'UNREACHABLE' : 'PROTOCOL_INVALID';
}
