import type { IncomingMessage } from 'node:http';
import type { LogFilter, LoggedRequest, RequestLog } from './log.ts';

/** Headers that carry secrets: a log must be fit to be printed. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A request while it runs: the server writes down how it goes. */
export type RunningRequest = Mutable<LoggedRequest> & { faults: string[] };

/** Writes down what a registry is asked. */
export class RequestRecorder implements RequestLog {
  #requests: RunningRequest[] = [];
  #started = 0;
  #ended = 0;
  #running = 0;
  #peak = 0;

  get requests(): readonly LoggedRequest[] {
    return this.#requests;
  }

  get peak(): number {
    return this.#peak;
  }

  /** Enters a request at its beginning. */
  begin(request: IncomingMessage, path: string, query: URLSearchParams): RunningRequest {
    this.#started += 1;
    this.#running += 1;
    this.#peak = Math.max(this.#peak, this.#running);
    const running: RunningRequest = {
      started: this.#started,
      ended: 0,
      method: request.method ?? '',
      path,
      query,
      headers: publicHeaders(request),
      scheme: request.headers.authorization?.split(' ', 1)[0]?.toLowerCase(),
      user: undefined,
      status: 0,
      bytesIn: 0,
      bytesOut: 0,
      faults: [],
      broken: false,
    };
    this.#requests.push(running);
    return running;
  }

  /** Enters a request's end; only the first end counts. */
  end(running: RunningRequest): void {
    if (running.ended !== 0) return;
    this.#ended += 1;
    this.#running -= 1;
    running.ended = this.#ended;
  }

  filter(filter: LogFilter): readonly LoggedRequest[] {
    return this.#requests.filter((request) => matches(request, filter));
  }

  count(filter: LogFilter = {}): number {
    return this.filter(filter).length;
  }

  lines(filter: LogFilter = {}): readonly string[] {
    return this.filter(filter).map((request) => {
      const query = request.query.size === 0 ? '' : `?${request.query}`;
      return `${request.method} ${request.path}${query} ${request.status}`;
    });
  }

  bytes(filter: LogFilter = {}): { readonly in: number; readonly out: number } {
    const requests = this.filter(filter);
    return {
      in: requests.reduce((sum, request) => sum + request.bytesIn, 0),
      out: requests.reduce((sum, request) => sum + request.bytesOut, 0),
    };
  }

  clear(): void {
    this.#requests = [];
    this.#peak = this.#running;
  }
}

/** Says whether a method or path is one of those asked for. */
export function matchesTarget(
  request: { readonly method: string; readonly path: string },
  wanted: {
    readonly method?: string | readonly string[] | undefined;
    readonly path?: RegExp | string | undefined;
  },
): boolean {
  const { method, path } = wanted;
  const methods = typeof method === 'string' ? [method] : method;
  if (methods !== undefined && !methods.includes(request.method)) return false;
  if (path === undefined) return true;
  // `search` leaves a global expression's lastIndex alone.
  return typeof path === 'string' ? request.path === path : request.path.search(path) !== -1;
}

function matches(request: LoggedRequest, filter: LogFilter): boolean {
  return (
    matchesTarget(request, filter) &&
    (filter.status === undefined || filter.status === request.status) &&
    (filter.when === undefined || filter.when(request))
  );
}

function publicHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || SECRET_HEADERS.has(name)) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
