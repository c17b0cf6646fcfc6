import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { type Answer, answerEmpty, answerJson, type StreamedBody } from './answer.ts';
import { appendBytes, type Chunks, flipBit, takeBytes } from './byte-stream.ts';
import type { FaultAction, HeaderChanges } from './fault.ts';
import type { DueFault } from './fault-script.ts';

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n';

/** The answer a fault gives in place of the registry's own, or `undefined` where it gives none. */
export function replacementAnswer({ action, request }: DueFault): Answer | undefined {
  switch (action.kind) {
    case 'answer': {
      const body = action.body === undefined ? undefined : Buffer.from(action.body);
      return { status: action.status, headers: changeHeaders({}, action.headers), body };
    }
    case 'redirect': {
      const location = typeof action.location === 'string' ? action.location : action.location(request);
      return answerEmpty(action.status, { location });
    }
    case 'rate-limit': {
      const { retryAfter } = action;
      const value = retryAfter instanceof Date ? retryAfter.toUTCString() : retryAfter?.toString();
      const errors = [{ code: 'TOOMANYREQUESTS', message: 'You have reached the rate limit.' }];
      return answerJson(429, { errors }, value === undefined ? {} : { 'retry-after': value });
    }
    case 'html':
      return {
        status: action.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: Buffer.from(HTML),
      };
    default:
      return undefined;
  }
}

/** Changes the registry's own answer as a fault wants it. */
export function changeAnswer(answer: Answer, action: FaultAction): Answer {
  switch (action.kind) {
    case 'rewrite':
      return {
        ...answer,
        status: action.status ?? answer.status,
        headers: changeHeaders(
          answer.headers,
          typeof action.headers === 'function' ? action.headers(answer.headers) : action.headers,
        ),
      };
    case 'truncate':
      return changeBody(answer, Math.min(action.toBytes, bodyLength(answer)), (chunks) =>
        takeBytes(chunks, action.toBytes),
      );
    case 'extend':
      return changeBody(answer, bodyLength(answer) + action.bytes.length, (chunks) =>
        appendBytes(chunks, action.bytes),
      );
    case 'corrupt':
      return changeBody(answer, bodyLength(answer), (chunks) => flipBit(chunks, action.offset));
    default:
      return answer;
  }
}

/** Bytes of an answer's body. */
export function bodyLength({ body }: Answer): number {
  return body?.length ?? 0;
}

/** An answer's body as a stream. */
export function openBody(body: Buffer | StreamedBody): Readable {
  return Buffer.isBuffer(body) ? Readable.from([body], { objectMode: false }) : body.open();
}

function changeBody(
  answer: Answer,
  length: number,
  change: (chunks: Chunks) => AsyncGenerator<Buffer>,
): Answer {
  const { body } = answer;
  const open = (): Readable => Readable.from(change(body === undefined ? Readable.from([]) : openBody(body)));
  return { ...answer, body: { length, open } };
}

function changeHeaders(headers: OutgoingHttpHeaders, changes: HeaderChanges = {}): OutgoingHttpHeaders {
  const changed: OutgoingHttpHeaders = { ...headers };
  for (const [name, value] of Object.entries(changes)) {
    const key = name.toLowerCase();
    if (value === undefined) delete changed[key];
    else changed[key] = typeof value === 'string' ? value : [...value];
  }
  return changed;
}
