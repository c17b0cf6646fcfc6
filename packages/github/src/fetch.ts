import { SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, type HttpHeaders, readBounded } from '@artifact-lifecycle/core/http';

/** What Octokit asks of a `fetch`. */
export interface FetchInit {
  readonly method: string;
  readonly headers: HttpHeaders;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What Octokit reads of the answer: of the Fetch standard's `Response`, and of its `Headers`. */
export interface FetchAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * A commit with 300 files, each with its patch, takes some 2 MB; a page of 100 tags 100 kB. A page of attestations
 * has thirty, most of some 10 kB; that of the largest predicate GitHub takes has 22 MB.
 */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Makes a `fetch` for Octokit of the suite's HTTP client, with its proxies, certificates and limits. Nothing is
 * repeated here: Octokit's plugins do that, since they know GitHub's limits.
 *
 * @param timeout milliseconds that one attempt may take, its body included
 */
export function fetchOver(
  client: HttpClient,
  timeout: number,
): (url: string, init: FetchInit) => Promise<FetchAnswer> {
  return async (url, { method, headers, body, signal }) => {
    if (method !== 'GET' && method !== 'POST') throw new TypeError(`${method} is not asked of GitHub here.`);
    const limit = AbortSignal.timeout(timeout);
    const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    try {
      const answer = await client.send({
        method,
        url: new URL(url),
        headers,
        body: body === undefined ? undefined : Buffer.from(body),
        signal: either,
        retry: false,
      });
      const bytes = await readBounded(answer, MAX_ANSWER_BYTES, `answer of ${answer.url.host}`);
      return {
        status: answer.status,
        statusText: '',
        url: answer.url.href,
        headers: new Map(Object.entries(answer.headers)),
        text: async () => bytes.toString('utf8'),
        arrayBuffer: async () => Uint8Array.from(bytes).buffer,
      };
    } catch (error) {
      throw limit.aborted && signal?.aborted !== true ? tooLate(new URL(url).host, timeout, error) : error;
    }
  };
}

function tooLate(host: string, timeout: number, cause: unknown): SuiteError {
  return new SuiteError('UNREACHABLE', `${host} gave no whole answer within ${timeout / 1000} s.`, {
    remedy: `Run it again; if it stays so, check ${host} and what lies between (proxy, firewall).`,
    cause,
  });
}
