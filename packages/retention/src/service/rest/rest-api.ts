import { type ErrorCode, SuiteError } from '@artifact-lifecycle/core';
import {
  discard,
  type HttpClient,
  type HttpHeaders,
  type HttpResponse,
  readJson,
} from '@artifact-lifecycle/core/http';
import { field, isJsonObject } from '@artifact-lifecycle/registry';
import type { ServiceOptions } from '../retention-service.ts';

/** A page of a hundred images, each with a hundred tags, has some 2 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** A sentence of a server is cut here. */
const MAX_QUOTED_LENGTH = 200;

/** How a service's own API is asked. */
export interface RestApiOptions {
  readonly http: HttpClient;
  /** `https://harbor.example.com/`. */
  readonly base: URL;
  /** The value of `Authorization`; nobody asks when absent. */
  readonly authorization: string | undefined;
  /** `Harbor`, for errors. */
  readonly service: string;
  /** What a token or user needs, for the remedy of 403: one sentence. */
  readonly permission: string;
}

/** One question. */
export interface RestQuestion extends ServiceOptions {
  readonly method: 'GET' | 'DELETE';
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** An infinitive with its object: `list the images of harbor.example.com/acme/app`. */
  readonly doing: string;
}

/** An answer, read. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly data: unknown;
}

/** A JSON API of a service, over HTTP. */
export class RestApi {
  readonly #options: RestApiOptions;

  constructor(options: RestApiOptions) {
    this.#options = options;
  }

  /**
   * Gives an answer of success, or `undefined` for 404.
   *
   * @throws SuiteError for everything else
   */
  async ask({ method, path, doing, signal }: RestQuestion): Promise<RestAnswer | undefined> {
    const { http, base, authorization } = this.#options;
    const response = await http.send({
      method,
      url: new URL(`${base.origin}${path}`),
      headers: { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) },
      signal,
    });
    return readAnswer(response, { ...this.#options, doing });
  }

  /** The same, where 404 is an error: what is listed must be there. */
  async get(question: Omit<RestQuestion, 'method'>): Promise<RestAnswer> {
    const answer = await this.ask({ ...question, method: 'GET' });
    if (answer !== undefined) return answer;
    const { service } = this.#options;
    throw new SuiteError('NOT_FOUND', `${service} answered 404 to the wish to ${question.doing}.`, {
      remedy: `Check the name, and that these credentials may see it. ${this.#options.permission}`,
    });
  }
}

/** What an answer was for, as its error tells it. */
export type AnswerContext = Pick<RestApiOptions, 'service' | 'permission'> & { readonly doing: string };

/** Reads an answer of success; `undefined` for 404. @throws SuiteError for everything else */
export async function readAnswer(
  response: HttpResponse,
  { service, permission, doing }: AnswerContext,
): Promise<RestAnswer | undefined> {
  const { status, headers } = response;
  if (status >= 200 && status < 300) {
    const hasBody = status === 200 && headers['content-length'] !== '0';
    if (!hasBody) await discard(response);
    return { status, headers, data: hasBody ? await readData(response, doing) : undefined };
  }
  const said = await readReason(response);
  if (status === 404) return undefined;
  throw new SuiteError(
    codeOf(status),
    `${service} answered ${status}${said === '' ? '' : ` (${said})`} to the wish to ${doing}.`,
    status === 403 || status === 401 ? { remedy: permission } : {},
  );
}

async function readData(response: HttpResponse, doing: string): Promise<unknown> {
  // Some say what they did in a page or a word, or say nothing; only JSON is of use.
  if (!/json/i.test(response.headers['content-type'] ?? '')) {
    await discard(response);
    return undefined;
  }
  return readJson(response, MAX_ANSWER_BYTES, `answer of ${response.url.host} to the wish to ${doing}`);
}

async function readReason(response: HttpResponse): Promise<string> {
  try {
    const data = await readJson(response, MAX_ANSWER_BYTES, 'reason');
    const errors = isJsonObject(data) ? field(data, 'errors') : undefined;
    const nested = isJsonObject(data) ? field(data, 'error') : undefined;
    const [first] = Array.isArray(errors) ? errors : [nested ?? data];
    const message = isJsonObject(first) ? (field(first, 'message') ?? field(first, 'detail')) : undefined;
    return typeof message === 'string' ? message.slice(0, MAX_QUOTED_LENGTH).replace(/\.$/, '') : '';
  } catch {
    // The status says enough.
    return '';
  }
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'UNAUTHORIZED';
    case 403:
      return 'FORBIDDEN';
    case 405:
    case 409:
    case 412:
    case 501:
      return 'UNSUPPORTED';
    case 429:
      return 'RATE_LIMITED';
    default:
      return status >= 500 ? 'UNREACHABLE' : 'PROTOCOL_INVALID';
  }
}
