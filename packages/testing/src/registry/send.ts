import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Answer, Broken } from './answer.ts';
import { takeBytes } from './byte-stream.ts';
import { bodyLength, openBody } from './fault-answer.ts';
import type { RunningRequest } from './request-log.ts';

/** How an answer is sent. */
export interface Sending {
  /** The connection breaks after so many bytes of the body. */
  readonly limit: number;
  /** Whether the connection ends with the answer, without reading what the client still sends. */
  readonly closes: boolean;
  /** Called when everything has been handed to the connection. */
  readonly onEnd: () => void;
}

/**
 * Sends an answer and writes down what was sent.
 *
 * @throws Broken when the client went away, or the limit was reached
 */
export async function sendAnswer(
  answer: Answer,
  response: ServerResponse,
  record: RunningRequest,
  { limit, closes, onEnd }: Sending,
): Promise<void> {
  const { status, body } = answer;
  const hasNoBody = status === 204 || status === 304 || record.method === 'HEAD';
  record.status = status;
  response.writeHead(status, {
    'docker-distribution-api-version': 'registry/2.0',
    ...(status === 204 || status === 304 ? {} : { 'content-length': bodyLength(answer) }),
    ...(closes ? { connection: 'close' } : {}),
    ...answer.headers,
  });
  if (limit !== Number.POSITIVE_INFINITY) {
    const chunks = body === undefined || hasNoBody ? [] : takeBytes(openBody(body), limit);
    for await (const chunk of chunks) record.bytesOut += await writeChunk(response, chunk);
    response.flushHeaders();
    if (!hasNoBody && record.bytesOut < bodyLength(answer)) throw new Broken('A fault ends the connection.');
    response.end(onEnd);
  } else if (hasNoBody || body === undefined || Buffer.isBuffer(body)) {
    record.bytesOut = hasNoBody ? 0 : bodyLength(answer);
    onEnd();
    response.end(hasNoBody ? undefined : body, closes ? () => response.destroy() : undefined);
  } else await streamBody(body.open(), response, record, onEnd);
}

async function streamBody(
  source: Readable,
  response: ServerResponse,
  record: RunningRequest,
  onEnd: () => void,
): Promise<void> {
  const sending = pipeline(source, response);
  source.on('data', (chunk: Buffer) => {
    record.bytesOut += chunk.length;
  });
  // Earlier than the client can have the last byte, so that a log is complete when the client goes on.
  source.on('end', onEnd);
  try {
    await sending;
  } catch (cause) {
    throw new Broken('The connection ended before the answer did.', { cause });
  }
}

/** Resolves when the chunk is with the system: only then does breaking the connection leave it in. */
function writeChunk(response: ServerResponse, chunk: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    response.write(chunk, (error) =>
      error ? reject(new Broken('The client went away.')) : resolve(chunk.length),
    );
  });
}
