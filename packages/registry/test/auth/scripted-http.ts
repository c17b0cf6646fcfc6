import { Readable } from 'node:stream';
import type { HttpClient, HttpRequest } from '@artifact-lifecycle/core/http';

/** An answer as tests write it. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A client whose answers a test writes; it remembers what it was asked. */
export interface ScriptedHttp extends HttpClient {
  readonly requests: readonly HttpRequest[];
}

/** Makes a client that answers by a function. */
export function scriptedHttp(
  answer: (request: HttpRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>,
): ScriptedHttp {
  const requests: HttpRequest[] = [];
  return {
    requests,
    statistics: { requests: 0, bytesReceived: 0, bytesSent: 0 },
    async send(request) {
      requests.push(request);
      const { status, headers = {}, body = '' } = await answer(request, requests.length - 1);
      return { status, headers, body: Readable.from([Buffer.from(body)]), url: request.url };
    },
    close() {},
  };
}

/** The form of a request's body. */
export function formOf(request: HttpRequest | undefined): URLSearchParams {
  const body = request?.body;
  return new URLSearchParams(body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '');
}
