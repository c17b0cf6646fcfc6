import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { cancellationOf, onAbort } from '../cancellation.ts';
import { whenReady } from './agent.ts';
import { type Answer, receive } from './answer.ts';
import type { Failure } from './failure.ts';
import { MAX_HEADER_BYTES } from './limits.ts';
import type { OutgoingRequest } from './outgoing.ts';
import type { Route } from './route.ts';
import type { HttpTimeouts } from './timeouts.ts';
import { sendBody, type Upload } from './upload.ts';

/** What an attempt came to. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Where an exchange stands; `over` for us, though the answer's body may still flow. */
type Stage = 'connecting' | 'sending' | 'waiting' | 'over';

/**
 * Makes one attempt at a request: connects, sends, and resolves with the head of the answer or with why there is
 * none. Never rejects. An answer that comes while the body is still being sent counts.
 */
export function exchange(outgoing: OutgoingRequest, route: Route, timeouts: HttpTimeouts): Promise<Outcome> {
  return new Promise((resolve) => {
    const { signal, body } = outgoing;
    let request: ClientRequest;
    try {
      request = openRequest(outgoing, route);
    } catch (error) {
      resolve({ kind: 'failure', failure: { kind: 'unsendable', error } });
      return;
    }
    let stage: Stage = 'connecting';
    let upload: Upload | undefined;

    const settle = (outcome: Outcome): void => {
      stage = 'over';
      clearTimeout(connectTimer);
      unhear();
      resolve(outcome);
    };
    const fail = (failure: Failure): void => {
      if (stage !== 'over') settle({ kind: 'failure', failure });
      upload?.stop();
      request.destroy();
    };
    const cancel = (): void => {
      if (signal !== undefined) fail({ kind: 'cancelled', error: cancellationOf(signal) });
    };
    const unhear = onAbort(signal, cancel);
    const timeOut = (waitedFor: 'connection' | 'answer' | 'progress', milliseconds: number): void =>
      fail({ kind: 'timeout', waitedFor, milliseconds });
    const connectTimer = setTimeout(() => timeOut('connection', timeouts.connect), timeouts.connect);
    const answerTimeout = body === undefined ? timeouts.headers : timeouts.commit;

    const use = (socket: Socket): void => {
      if (stage !== 'connecting') return;
      clearTimeout(connectTimer);
      stage = 'sending';
      const onQuiet = (): void => {
        if (stage === 'waiting') timeOut('answer', answerTimeout);
        else if (stage === 'sending' && request.writableLength > 0) timeOut('progress', timeouts.idle);
        // Nothing waits to be sent: it is the body's source that is slow, and that is its own affair.
        else if (stage === 'sending') socket.setTimeout(timeouts.idle);
      };
      socket.setTimeout(timeouts.idle);
      socket.on('timeout', onQuiet);
      request.once('close', () => socket.off('timeout', onQuiet));
      request.once('finish', () => {
        if (stage !== 'sending') return;
        stage = 'waiting';
        socket.setTimeout(answerTimeout);
      });
      upload = sendBody(request, body, (error) => fail({ kind: 'source', error }));
    };

    // These listeners stay: a connection may break after the answer's head, which then is the body's news.
    const breakOff = (error: unknown): void =>
      fail({ kind: 'connection', error, sent: stage !== 'connecting', reused: request.reusedSocket });
    request.on('error', breakOff);
    // Node reports no error when the server switches protocols unasked; it only closes.
    request.once('close', () => (stage === 'over' ? upload?.stop() : breakOff(undefined)));
    request.once('socket', (socket) => whenReady(socket, route.secure, () => use(socket)));
    request.once('response', (incoming) => {
      if (stage === 'over') {
        incoming.destroy();
        return;
      }
      // A server that refuses or redirects wants no more bytes; one that agrees may only have begun early.
      if (incoming.statusCode === undefined || incoming.statusCode >= 300) upload?.stop();
      const answer = receive(incoming, request, {
        method: outgoing.method,
        url: outgoing.url,
        signal,
        idleTimeout: timeouts.idle,
        throughProxy: route.proxy !== undefined,
      });
      settle({ kind: 'answer', answer });
    });
    if (signal?.aborted) cancel();
  });
}

function openRequest(outgoing: OutgoingRequest, route: Route): ClientRequest {
  const { url, method } = outgoing;
  return (route.secure ? https : http).request({
    agent: route.agent,
    host: route.host,
    port: route.port,
    method,
    path: route.requestTarget(url),
    headers: {
      host: url.host,
      ...outgoing.headers,
      ...(route.proxyAuthorization && { 'proxy-authorization': route.proxyAuthorization }),
    },
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}
