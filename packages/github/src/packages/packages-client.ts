import { type Clock, isSuiteError } from '@artifact-lifecycle/core';
import {
  discard,
  type HttpClient,
  type HttpHeaders,
  type HttpResponse,
  readJson,
  readRetryAfter,
} from '@artifact-lifecycle/core/http';
import type { Quota } from '@artifact-lifecycle/retention';
import type { PackagesAnswer, PackagesQuestion } from './exchange.ts';
import { Pace, READ_POINTS, WRITE_POINTS } from './pace.ts';
import { isRateLimit, packagesError } from './packages-error.ts';

/** A version with a hundred tags takes 10 kB; a page has a hundred versions. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** What fails for the moment is tried again after so long: GitHub's own Octokit waits as long. */
const RETRY_WAITS = [1_000, 4_000, 9_000];

/** Who is asked to wait longer for the secondary limit gives up: the next run goes on. */
const MAX_LIMIT_WAIT = 120_000;

/** How GitHub's API is asked. */
export interface PackagesClientOptions {
  readonly http: HttpClient;
  /** `https://api.github.com`, or that of an Enterprise Server. */
  readonly apiUrl: string;
  readonly token: string;
  readonly clock: Clock;
}

/**
 * Asks GitHub's API about packages: at the pace of its secondary limit, again after failures that pass, and with an eye
 * on the quota. One for a run: the limits are those of the token.
 *
 * Octokit's throttling is of no use here: it deletes one version a second, a third of what GitHub allows, and by the
 * clock on the wall.
 */
export class PackagesClient {
  readonly clock: Clock;
  readonly apiUrl: string;
  readonly #options: PackagesClientOptions;
  readonly #pace: Pace;
  #quota: Quota | undefined;

  constructor(options: PackagesClientOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.apiUrl = options.apiUrl;
    this.#pace = new Pace(options.clock);
  }

  /** What the last answers said of the primary limit. */
  quota(): Quota | undefined {
    return this.#quota;
  }

  /**
   * Gives whatever GitHub finally answers.
   *
   * @throws SuiteError `UNREACHABLE`, `PROTOCOL_INVALID`, `LIMIT_EXCEEDED`, `CANCELLED`
   */
  async ask(question: PackagesQuestion): Promise<PackagesAnswer> {
    let isRepeated = false;
    for (let attempt = 0; ; attempt += 1) {
      const wait = RETRY_WAITS[attempt];
      try {
        const answer = await this.#askOnce(question, isRepeated);
        const pause = answer.status >= 500 ? wait : this.#limitWait(answer, wait);
        if (wait === undefined || pause === undefined) return answer;
        isRepeated ||= answer.status >= 500;
        await this.clock.sleep(pause, question.signal);
      } catch (error) {
        if (wait === undefined || !isSuiteError(error, 'UNREACHABLE') || question.signal?.aborted)
          throw error;
        isRepeated = true;
        await this.clock.sleep(wait, question.signal);
      }
    }
  }

  /**
   * Reads a document of one of GitHub's registries, with the same token; the limits of the API are not those of it.
   *
   * @throws SuiteError for every answer but 200
   */
  async fetchJson(url: URL, accept: string, signal: AbortSignal | undefined): Promise<unknown> {
    const headers = { accept, authorization: `Bearer ${this.#options.token}` };
    const response = await this.#options.http.send({ method: 'GET', url, headers, signal });
    const { status } = response;
    if (status === 200) return readJson(response, MAX_ANSWER_BYTES, `answer of ${url.host}`);
    const answer = { status, headers: response.headers, data: undefined, isRepeated: false };
    await discard(response);
    throw packagesError(answer, `read ${url.host}${url.pathname}`, this.clock.now());
  }

  /** How long to wait before asking again what the secondary limit refused; `undefined` where it is of no use. */
  #limitWait(answer: PackagesAnswer, wait: number | undefined): number | undefined {
    if (!isRateLimit(answer) || answer.headers['x-ratelimit-remaining'] === '0') return undefined;
    const asked = readRetryAfter(answer.headers, this.clock.now());
    const pause = asked ?? wait;
    return pause === undefined || pause > MAX_LIMIT_WAIT ? undefined : pause;
  }

  async #askOnce(
    { method, path, query, signal }: PackagesQuestion,
    isRepeated: boolean,
  ): Promise<PackagesAnswer> {
    await this.#pace.enter(method === 'GET' ? READ_POINTS : WRITE_POINTS, signal);
    const { http, apiUrl, token } = this.#options;
    const url = new URL(`${apiUrl.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
    const response = await http.send({
      method,
      url,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
      },
      signal,
      retry: false,
    });
    this.#note(response.headers);
    return { status: response.status, headers: response.headers, data: await readData(response), isRepeated };
  }

  /** Answers come in any order: within one hour what is left only becomes less. */
  #note(headers: HttpHeaders): void {
    const remaining = Number(headers['x-ratelimit-remaining'] ?? '');
    if (headers['x-ratelimit-remaining'] === undefined || !Number.isSafeInteger(remaining)) return;
    const reset = Number(headers['x-ratelimit-reset'] ?? '') * 1000;
    const resetsAt = Number.isSafeInteger(reset) && reset > 0 ? reset : undefined;
    const known = this.#quota;
    const isSameHour = known !== undefined && known.resetsAt === resetsAt;
    this.#quota = { remaining: isSameHour ? Math.min(known.remaining, remaining) : remaining, resetsAt };
  }
}

async function readData(response: HttpResponse): Promise<unknown> {
  const what = `answer of ${response.url.host}`;
  if (response.status === 204 || response.headers['content-length'] === '0') {
    await discard(response);
    return undefined;
  }
  if (response.status < 400) return readJson(response, MAX_ANSWER_BYTES, what);
  try {
    return await readJson(response, MAX_ANSWER_BYTES, what);
  } catch (error) {
    // A page of HTML from a proxy: the status says enough.
    if (isSuiteError(error, 'PROTOCOL_INVALID')) return undefined;
    throw error;
  }
}
