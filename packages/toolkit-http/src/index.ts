import type { HttpHeaders } from '@artifact-lifecycle/core/http';
import type { CredentialHandler } from './auth.ts';
import { JsonFailure, refusalIn } from './json-failure.ts';

/** What `@actions/core` says of repeating. */
export interface RequestOptions {
  readonly allowRetries?: boolean;
  /** Attempts after the first. */
  readonly maxRetries?: number;
}

/** An answer's JSON; `result` is null where nothing is found, or nothing stands in it. */
export interface JsonAnswer {
  readonly statusCode: number;
  readonly result: unknown;
}

/** An OIDC token takes some 2 kB. */
const MAX_JSON_BYTES = 1024 * 1024;

/** The first wait before a repeated request; in the mean of the jitter it is the toolkit's own. */
const FIRST_WAIT_MILLISECONDS = 20;

/** The issuer answers at once or is down: who asks to wait longer is not waited for. */
const PATIENCE_MILLISECONDS = 60_000;

/**
 * The part of `@actions/http-client` that `@actions/core` uses, over the suite's own HTTP client: package.json at
 * the root puts it in that package's place (`overrides`), which saves 1 MB of every bundle.
 *
 * The protocol stays the toolkit's. Proxies, certificates, limits and what is repeated (429, too) are the suite's.
 */
export class HttpClient {
  readonly #userAgent: string;
  readonly #handlers: readonly CredentialHandler[];
  readonly #attempts: number;

  constructor(
    userAgent: string,
    handlers: readonly CredentialHandler[] = [],
    { allowRetries = false, maxRetries = 1 }: RequestOptions = {},
  ) {
    this.#userAgent = userAgent;
    this.#handlers = handlers;
    this.#attempts = allowRetries ? maxRetries + 1 : 1;
  }

  /**
   * Asks for a JSON document.
   *
   * @throws JsonFailure, with the status as `statusCode` where an answer came; it names no token and no query.
   */
  async getJson(address: string): Promise<JsonAnswer> {
    // Eager: in the bundle's one file, but not run before a token is asked for.
    const http = await import(/* webpackMode: "eager" */ '@artifact-lifecycle/core/http');
    const client = http.createHttpClient({
      userAgent: this.#userAgent,
      retry: {
        attempts: this.#attempts,
        baseMilliseconds: FIRST_WAIT_MILLISECONDS,
        patienceMilliseconds: PATIENCE_MILLISECONDS,
      },
    });
    const redactor = new http.Redactor();
    for (const { secret } of this.#handlers) redactor.add(secret);
    let statusCode: number | undefined;
    try {
      const answer = await client.send({ method: 'GET', url: new URL(address), headers: this.#headers() });
      statusCode = answer.status;
      const body = http.readJson(answer, MAX_JSON_BYTES, `JSON of ${answer.url.host}`);
      if (statusCode === 404) return { statusCode, result: await body.then(toNull, toNull) };
      if (statusCode <= 299) return { statusCode, result: await body };
      // What a refusal says beside its status is only its words: they may be anything.
      throw new Error(refusalIn(statusCode, await body.catch(toNull)));
    } catch (error) {
      const said = error instanceof Error ? error.message : 'unknown';
      throw new JsonFailure(redactor.redact(said), statusCode);
    } finally {
      client.close();
    }
  }

  #headers(): HttpHeaders {
    return this.#handlers.reduce<HttpHeaders>((headers, handler) => handler.authorize(headers), {
      accept: 'application/json',
    });
  }
}

function toNull(): null {
  return null;
}
