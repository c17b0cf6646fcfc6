import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { cancellationOf, onAbort } from '../cancellation.ts';
import { isSuiteError, SuiteError } from '../errors.ts';
import { isPrivateHost } from './address.ts';
import { EmptyBody } from './empty-body.ts';
import { inflowOf } from './inflow.ts';
import { LargeBody } from './large-body.ts';
import { LARGE_BODY_BYTES } from './limits.ts';
import type { HttpHeaders, HttpMethod, HttpResponse } from './types.ts';

/** An answer, and what else its connection says. */
export interface Answer extends HttpResponse {
  /** Whether it came from a private address, as far as can be seen: behind a proxy, never. */
  readonly fromPrivateAddress: boolean;
}

/** What an answer belongs to. */
export interface AnswerContext {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly signal: AbortSignal | undefined;
  readonly idleTimeout: number;
  readonly throughProxy: boolean;
}

/** Makes the answer out of Node's message, whose body it watches over from now on. */
export function receive(incoming: IncomingMessage, request: ClientRequest, context: AnswerContext): Answer {
  const { socket } = incoming;
  const status = incoming.statusCode ?? 0;
  const headers = readHeaders(incoming);
  // A connection with half a body on it can carry nothing else.
  incoming.once('close', () => {
    if (!request.writableFinished) request.destroy();
  });
  return {
    status,
    headers,
    body: isBodiless(context.method, status, headers)
      ? finish(incoming)
      : openBody(incoming, headers, context),
    url: context.url,
    fromPrivateAddress: !context.throughProxy && isPrivateHost(socket.remoteAddress ?? ''),
  };
}

function readHeaders(incoming: IncomingMessage): HttpHeaders {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

function isBodiless(method: HttpMethod, status: number, headers: HttpHeaders): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || headers['content-length'] === '0';
}

/** Ends a message without a body at once: its connection is free though nobody may ever read it. */
function finish(incoming: IncomingMessage): Readable {
  incoming.resume();
  return new EmptyBody();
}

function openBody(incoming: IncomingMessage, headers: HttpHeaders, context: AnswerContext): Readable {
  const length = largeLength(headers);
  const inflow = length === undefined ? undefined : inflowOf(incoming.socket);
  if (length === undefined || inflow === undefined) {
    watch(incoming, context, () => incoming.readableLength === 0 && !incoming.complete);
    return incoming;
  }
  // Watched first: errors of Node's are to become ours before the body hears of them.
  watch(incoming, context, () => body.isWaiting);
  const body = new LargeBody(incoming, inflow, length);
  return body;
}

/** The length of a body that is large; `undefined` where it is not, or nobody knows. */
function largeLength(headers: HttpHeaders): number | undefined {
  const length = headers['content-length'] ?? '';
  if (headers['transfer-encoding'] !== undefined || !/^\d{1,15}$/.test(length)) return undefined;
  return Number(length) >= LARGE_BODY_BYTES ? Number(length) : undefined;
}

/** Breaks the body off with an error of ours when the connection breaks, stalls, or the caller gives up. */
function watch(incoming: IncomingMessage, context: AnswerContext, isWaiting: () => boolean): void {
  const { socket } = incoming;
  const { signal, idleTimeout, url } = context;
  const destroy = incoming.destroy;
  incoming.destroy = (error?: Error) =>
    destroy.call(
      incoming,
      error === undefined || isSuiteError(error) ? error : brokenOff(incoming, url, error),
    );

  // Seen twice in a row, half the time apart, because a slow reader may have emptied the buffer just now.
  let quietAt = -1;
  const onQuiet = (): void => {
    const { bytesRead } = socket;
    // Bytes that wait for a slow reader are not the server's fault.
    const serverIsQuiet = isWaiting();
    if (serverIsQuiet && quietAt === bytesRead) {
      incoming.destroy(stalled(url, idleTimeout));
      return;
    }
    quietAt = serverIsQuiet ? bytesRead : -1;
    socket.setTimeout(idleTimeout / 2);
  };
  const cancel = (): void => {
    if (signal !== undefined) incoming.destroy(cancellationOf(signal));
  };
  socket.setTimeout(idleTimeout / 2);
  socket.on('timeout', onQuiet);
  const unhear = onAbort(signal, cancel);
  incoming.once('close', () => {
    socket.off('timeout', onQuiet);
    unhear();
  });
  if (signal?.aborted) cancel();
}

function brokenOff(incoming: IncomingMessage, url: URL, cause: Error): SuiteError {
  const length = incoming.headers['content-length'];
  const whole =
    length === undefined ? 'before the end of its answer' : `before all ${length} bytes were there`;
  return new SuiteError('UNREACHABLE', `${url.host} broke the connection off ${whole}.`, {
    remedy: `Run again; if it stays so, check ${url.host} and what lies between (proxy, firewall).`,
    cause,
  });
}

function stalled(url: URL, milliseconds: number): SuiteError {
  return new SuiteError(
    'UNREACHABLE',
    `${url.host} sent no byte for ${Math.round(milliseconds / 100) / 10} s in the middle of an answer.`,
    { remedy: `Run again; if it stays so, check ${url.host} and what lies between (proxy, firewall).` },
  );
}
