import type { HttpHeaders } from '@artifact-lifecycle/core/http';

/** One question. */
export interface PackagesQuestion {
  readonly method: 'GET' | 'DELETE' | 'POST';
  /** Below the API's URL, percent-encoded: `/orgs/acme/packages/container/app`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, read. */
export interface PackagesAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: HttpHeaders;
  /** `undefined` where there is no body. */
  readonly data: unknown;
  /** Whether an earlier attempt may have been carried out, though its answer was lost. */
  readonly isRepeated: boolean;
}
