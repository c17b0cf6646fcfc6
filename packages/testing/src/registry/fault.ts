import type { OutgoingHttpHeaders } from 'node:http';

/** A request as faults see it, before its body is read. */
export interface FaultRequest {
  readonly method: string;
  /** Path without query, percent-encoding decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** How often the fault's own conditions matched, this request included. */
  readonly occurrence: number;
}

/** Chooses requests: all given conditions hold. */
export interface FaultMatch {
  readonly method?: string | readonly string[] | undefined;
  /** A text is the whole path. */
  readonly path?: RegExp | string | undefined;
  readonly when?: ((request: FaultRequest) => boolean) | undefined;
  /** Only these of the matching requests, counted from 1; every one when absent. */
  readonly nth?: number | readonly number[] | undefined;
  /** At most so many times; no limit when absent. */
  readonly times?: number | undefined;
}

/** Headers to set; `undefined` removes one. */
export type HeaderChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What goes wrong. Several faults may hit one request: they are applied in the order they were added. */
export type FaultAction =
  /** Answers without doing anything. `close` ends the connection without reading the request's body. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: HeaderChanges | undefined;
      readonly body?: string | Uint8Array | undefined;
      readonly close?: boolean | undefined;
    }
  /** Breaks the connection when so many bytes of the request's body have arrived; 0 does so at once. */
  | { readonly kind: 'drop-request'; readonly afterBytes: number }
  /** Does what was asked, then breaks the connection without an answer. */
  | { readonly kind: 'drop-answer' }
  /** Breaks the connection when so many bytes of the answer's body have been sent. */
  | { readonly kind: 'drop-body'; readonly afterBytes: number }
  /** Waits before doing what was asked, or before answering. */
  | {
      readonly kind: 'delay';
      readonly at?: 'request' | 'answer' | undefined;
      readonly until: Promise<unknown>;
    }
  /** Sends a shorter body, in an answer that is well-formed: `Content-Length` says so. */
  | { readonly kind: 'truncate'; readonly toBytes: number }
  /** Sends more than there is, in an answer that is well-formed. */
  | { readonly kind: 'extend'; readonly bytes: Uint8Array }
  /** Flips the lowest bit of the byte at this offset of the body. */
  | { readonly kind: 'corrupt'; readonly offset: number }
  /** Changes status or headers of the true answer. */
  | {
      readonly kind: 'rewrite';
      readonly status?: number | undefined;
      /** Or what to make of the headers the answer has. */
      readonly headers?: HeaderChanges | ((headers: OutgoingHttpHeaders) => HeaderChanges) | undefined;
    }
  /** Sends the client elsewhere. */
  | {
      readonly kind: 'redirect';
      readonly status: 301 | 302 | 303 | 307 | 308;
      readonly location: string | ((request: FaultRequest) => string);
    }
  /** 429; `retryAfter` in seconds, or as a date (the HTTP-date form), or not sent at all. */
  | { readonly kind: 'rate-limit'; readonly retryAfter?: number | Date | undefined }
  /** A page for humans, as proxies send it in place of JSON; status 200 when absent. */
  | { readonly kind: 'html'; readonly status?: number | undefined }
  /** Runs the test's own code before the request is served, or before it is answered. */
  | {
      readonly kind: 'hook';
      readonly at?: 'request' | 'answer' | undefined;
      readonly run: (request: FaultRequest) => void | Promise<void>;
    };

/** A fault that was scripted. */
export interface Fault {
  /** How many requests it was applied to. */
  readonly hits: number;
  remove(): void;
}

/** What shall go wrong, scripted by tests. */
export interface Faults {
  add(match: FaultMatch, action: FaultAction): Fault;
  clear(): void;
}
