import type { Readable } from 'node:stream';

/** The methods the suite's protocols use. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Names in lower case. */
export type HttpHeaders = Readonly<Record<string, string>>;

/**
 * A request's body. A stream is given as a factory, because a retry or a redirect needs its bytes once more;
 * `length` is always known, so that nothing is sent chunked (refused by some registries and by signed URLs).
 *
 * The client opens a stream only when the connection stands, and destroys it when the server answers early.
 */
export type HttpBody = Uint8Array | { readonly length: number; open(): Promise<Readable> | Readable };

/** One request, as its caller thinks of it: retries and redirects happen below. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers?: HttpHeaders | undefined;
  readonly body?: HttpBody | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether a failed attempt may be made again: `true` always, `false` never. Without it GET, HEAD, PUT and
   * DELETE are repeated (RFC 9110 §9.2.2), POST and PATCH only where the server surely did nothing: no
   * connection came about, or the answer was 429.
   */
  readonly retry?: boolean | undefined;
  /** `manual`: a redirect is an answer like any other. Default `follow`. */
  readonly redirect?: 'follow' | 'manual' | undefined;
  /** Names of further headers that no other origin may see, besides `authorization`, `cookie` and their kind. */
  readonly secretHeaders?: readonly string[] | undefined;
}

/**
 * An answer whose body has not been read. Its receiver reads `body` to the end, hands the answer to `discard`,
 * or destroys `body`; until then the connection stays open.
 */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. An object without a prototype. */
  readonly headers: HttpHeaders;
  /**
   * The bytes as they came: no content encoding is undone (none is asked for). A connection that breaks before
   * the promised end destroys it with SuiteError `UNREACHABLE`, an abort with `CANCELLED`.
   */
  readonly body: Readable;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** Whether it came from a private address, as far as can be seen: behind a proxy, never. */
  readonly fromPrivateAddress?: boolean;
}

/** Counts over the life of a client, for the statistics of an action. */
export interface HttpStatistics {
  /** Requests that went out, retries and redirects included. */
  readonly requests: number;
  /** Bytes on the client's connections up to now, headers included, encryption and proxy handshakes not. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** Where the suite meets HTTP: one implementation over node:https, and fakes in tests. */
export interface HttpClient {
  /**
   * Sends a request and resolves with whatever status the server finally gave (retries spent).
   *
   * @throws SuiteError `UNREACHABLE` when no answer came, `RATE_LIMITED` when the server asks to wait past the
   * deadline, `PROTOCOL_INVALID` on a forbidden redirect or bytes that are not HTTP, `LIMIT_EXCEEDED` on headers
   * past the limit, `INPUT_INVALID` on a header that cannot be sent, `CANCELLED` (or the SuiteError the signal
   * carries) when `signal` aborted, `DIGEST_MISMATCH` when a body stream is not as long as it said, and what
   * the body's stream failed with.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  readonly statistics: HttpStatistics;
  /** Closes idle connections; those in use close when their exchange is over. */
  close(): void;
}
