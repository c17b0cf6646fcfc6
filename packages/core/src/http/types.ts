import type { Readable } from 'node:stream';

/** The methods the suite's protocols use. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Names in lower case. */
export type HttpHeaders = Readonly<Record<string, string>>;

/**
 * A request's body. A stream is given as a factory, because a retry or a redirect needs its bytes once more;
 * `length` is always known, so that nothing is sent chunked (refused by some registries and by signed URLs).
 */
export type HttpBody = Uint8Array | { readonly length: number; open(): Promise<Readable> | Readable };

/** One request, as its caller thinks of it: retries and redirects happen below. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers?: HttpHeaders;
  readonly body?: HttpBody;
  readonly signal?: AbortSignal | undefined;
  /** Whether a failed attempt may be made again; `true` unless the request is not safe to repeat. */
  readonly retry?: boolean;
  /** `manual`: a redirect is an answer like any other. Default `follow`. */
  readonly redirect?: 'follow' | 'manual';
}

/** An answer whose body has not been read. The reader of `body` consumes or destroys it. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: HttpHeaders;
  readonly body: Readable;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

/** Counts over the life of a client, for the statistics of an action. */
export interface HttpStatistics {
  /** Requests that went out, retries and redirects included. */
  readonly requests: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** Where the suite meets HTTP: one implementation over node:https, and fakes in tests. */
export interface HttpClient {
  /**
   * Sends a request and resolves with whatever status the server finally gave (retries spent).
   *
   * @throws SuiteError `UNREACHABLE` when no answer came, `RATE_LIMITED` when the server asks to wait past the
   * deadline, `PROTOCOL_INVALID` on a forbidden redirect, `CANCELLED` when `signal` aborted.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  readonly statistics: HttpStatistics;
  /** Closes idle connections. */
  close(): void;
}
