/** One request as the registry saw it. Secrets are not kept: of `Authorization` only the scheme. */
export interface LoggedRequest {
  /** Counts requests by their beginning, from 1. */
  readonly started: number;
  /** Counts requests by their end (the answer was handed over, or the connection broke); 0 while it runs. */
  readonly ended: number;
  readonly method: string;
  /** The path without its query, percent-encoding decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The scheme of `Authorization`, in lower case. */
  readonly scheme: string | undefined;
  /** Who the registry took the client for. */
  readonly user: string | undefined;
  /** 0 when no answer was sent. */
  readonly status: number;
  /** Bytes of the request's body that were read. */
  readonly bytesIn: number;
  /** Bytes of the answer's body that were handed to the connection. */
  readonly bytesOut: number;
  /** Kinds of the faults that were applied. */
  readonly faults: readonly string[];
  /** Whether the connection ended before the answer did. */
  readonly broken: boolean;
}

/** Chooses requests of a log: all given conditions hold. */
export interface LogFilter {
  readonly method?: string | readonly string[] | undefined;
  /** A text is the whole path. */
  readonly path?: RegExp | string | undefined;
  readonly status?: number | undefined;
  readonly when?: ((request: LoggedRequest) => boolean) | undefined;
}

/** What a registry was asked, in order. */
export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  filter(filter: LogFilter): readonly LoggedRequest[];
  count(filter?: LogFilter): number;
  /** `METHOD /path?query status`, a line each, for readable assertions. */
  lines(filter?: LogFilter): readonly string[];
  /** Sums of the bodies' bytes. */
  bytes(filter?: LogFilter): { readonly in: number; readonly out: number };
  /** The largest number of requests that ran at the same time. */
  readonly peak: number;
  clear(): void;
}
