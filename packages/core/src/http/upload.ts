import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { SuiteError } from '../errors.ts';
import { giveBack } from './block.ts';
import { UPLOAD_SLICE_BYTES } from './limits.ts';
import type { HttpBody } from './types.ts';

/** A body on its way out. */
export interface Upload {
  /** Sends no more of it and lets go of its source. */
  stop(): void;
}

/**
 * Sends a request's body, as fast as the connection takes it, and ends the request. `fail` hears at most once
 * what kept the body from being whole; what happens to the connection, the request itself reports.
 */
export function sendBody(
  request: ClientRequest,
  body: HttpBody | undefined,
  fail: (error: unknown) => void,
): Upload {
  if (body === undefined) {
    request.end();
    return { stop: () => {} };
  }
  return body instanceof Uint8Array ? sendBytes(request, body) : sendStream(request, body, fail);
}

function sendBytes(request: ClientRequest, bytes: Uint8Array): Upload {
  let position = 0;
  const sendOn = (): void => {
    let accepted = true;
    while (accepted && position < bytes.length) {
      accepted = request.write(bytes.subarray(position, position + UPLOAD_SLICE_BYTES));
      position += UPLOAD_SLICE_BYTES;
    }
    if (position < bytes.length) return;
    request.off('drain', sendOn);
    request.end();
  };
  request.on('drain', sendOn);
  sendOn();
  return { stop: () => request.off('drain', sendOn) };
}

function sendStream(
  request: ClientRequest,
  body: Exclude<HttpBody, Uint8Array>,
  fail: (error: unknown) => void,
): Upload {
  let source: Readable | undefined;
  let over = false;
  const stop = (): void => {
    over = true;
    source?.destroy();
  };
  const failOnce = (error: unknown): void => {
    if (over) return;
    stop();
    fail(error);
  };
  const open = async (): Promise<void> => {
    const opened = await body.open();
    source = opened;
    // A source that was given up may still report an error, which is nobody's any more.
    opened.on('error', failOnce);
    if (over) opened.destroy();
    else pump(opened, request, body.length, { end: () => (over = true), fail: failOnce });
  };
  open().catch(failOnce);
  return { stop };
}

/** Passes a source's chunks on as they are, with its pace bound to the connection's. */
function pump(
  source: Readable,
  request: ClientRequest,
  length: number,
  report: { readonly end: () => void; readonly fail: (error: unknown) => void },
): void {
  let sent = 0;
  let ended = false;
  const resume = (): void => {
    source.resume();
  };
  request.on('drain', resume);
  source.on('data', (chunk: Uint8Array) => {
    sent += chunk.length;
    if (sent > length) report.fail(wrongLength(length, `more`));
    else if (!request.write(chunk, () => giveBack(chunk))) source.pause();
  });
  source.once('end', () => {
    ended = true;
    request.off('drain', resume);
    if (sent !== length) {
      report.fail(wrongLength(length, `only ${sent}`));
      return;
    }
    report.end();
    request.end();
  });
  source.once('close', () => {
    request.off('drain', resume);
    if (!ended)
      report.fail(
        new SuiteError('UNREACHABLE', `The bytes to be sent broke off after ${sent} of ${length}.`),
      );
  });
}

function wrongLength(length: number, came: string): SuiteError {
  return new SuiteError(
    'DIGEST_MISMATCH',
    `A body of ${length} bytes was to be sent, but its source has ${came}.`,
    {
      remedy: 'Check that the file or blob is whole and does not change while it is read.',
    },
  );
}
