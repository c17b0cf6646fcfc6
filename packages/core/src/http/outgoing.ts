import type { Redirectable } from './redirect.ts';
import type { HttpBody, HttpHeaders, HttpMethod, HttpRequest } from './types.ts';

/** A request with everything that goes over the wire. */
export interface OutgoingRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: HttpHeaders;
  readonly body: HttpBody | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Headers that belong to the connection or are computed: a caller's own would contradict what is sent. */
const COMPUTED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** The part of a request that redirects change, as it is at the start. */
export function beginAt(request: HttpRequest): Redirectable {
  const headers = Object.entries(request.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !COMPUTED_HEADERS.has(name));
  return {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(headers),
    secretHeaders: request.secretHeaders ?? [],
    keepsBody: request.body !== undefined,
  };
}

/** Completes a request for where redirects have led it. Nothing is to come compressed: digests are of plain bytes. */
export function writeRequest(request: HttpRequest, hop: Redirectable, userAgent: string): OutgoingRequest {
  const body = hop.keepsBody ? request.body : undefined;
  return {
    method: hop.method,
    url: hop.url,
    headers: {
      'accept-encoding': 'identity',
      'user-agent': userAgent,
      ...hop.headers,
      ...contentLength(hop.method, body),
    },
    body,
    signal: request.signal,
  };
}

/** Always explicit, also where it is 0: an upload session may not begin without (distribution-spec, end-4a). */
function contentLength(method: HttpMethod, body: HttpBody | undefined): HttpHeaders {
  if (body !== undefined) return { 'content-length': `${body.length}` };
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? { 'content-length': '0' } : {};
}
