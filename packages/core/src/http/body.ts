import { SuiteError } from '../errors.ts';
import { EmptyBody } from './empty-body.ts';
import { parseJson } from './json.ts';
import { MAX_DISCARD_BYTES, MAX_DISCARD_MILLISECONDS } from './limits.ts';
import type { HttpResponse } from './types.ts';

/**
 * Reads an answer's whole body, of at most `limit` bytes. `what` names it in errors, without
 * article: `tag list of ghcr.io/acme/api`.
 *
 * @throws SuiteError `LIMIT_EXCEEDED` when it is longer, read no further than that; `UNREACHABLE` or `CANCELLED`
 * when it breaks off.
 */
export async function readBounded(response: HttpResponse, limit: number, what: string): Promise<Buffer> {
  const announced = announcedLength(response);
  if (announced !== undefined && announced > limit) throw tooLong(response, limit, what, announced);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    const bytes = readChunk(chunk, what);
    length += bytes.length;
    if (length > limit) throw tooLong(response, limit, what, undefined);
    chunks.push(bytes);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
}

/**
 * Reads an answer's whole body as JSON of unknown shape, of at most `limit` bytes; see {@link parseJson}.
 *
 * @throws SuiteError as {@link readBounded} and {@link parseJson} do; `PROTOCOL_INVALID` when it is compressed,
 * though that was not asked for.
 */
export async function readJson(response: HttpResponse, limit: number, what: string): Promise<unknown> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    response.body.destroy();
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `The ${what} came encoded as "${encoding}", which nobody asked for.`,
      {
        remedy: 'Have the proxy or server respect Accept-Encoding: identity.',
      },
    );
  }
  return parseJson(await readBounded(response, limit, what), what);
}

/**
 * Ends an answer whose body nobody wants. A short rest is read, so that the connection can serve again; a long or
 * slow one is cut off together with its connection. Resolves when that is done; never rejects.
 */
export async function discard(response: HttpResponse): Promise<void> {
  const { body } = response;
  if (body.destroyed || body.readableEnded || body instanceof EmptyBody) return;
  if ((announcedLength(response) ?? 0) > MAX_DISCARD_BYTES) {
    body.destroy();
    return;
  }
  await new Promise<void>((resolve) => {
    let length = 0;
    const timer = setTimeout(() => body.destroy(), MAX_DISCARD_MILLISECONDS);
    body.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    body.on('error', () => {});
    body.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > MAX_DISCARD_BYTES) body.destroy();
    });
  });
}

function announcedLength(response: HttpResponse): number | undefined {
  const value = response.headers['content-length'];
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function readChunk(chunk: unknown, what: string): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new SuiteError('INTERNAL', `The ${what} is not a stream of bytes.`);
}

/** Ends the body, too: a connection with megabytes to come is of no use. */
function tooLong(
  response: HttpResponse,
  limit: number,
  what: string,
  length: number | undefined,
): SuiteError {
  response.body.destroy();
  const has =
    length === undefined ? `has more than the ${limit} bytes` : `has ${length} bytes, more than the ${limit}`;
  return new SuiteError('LIMIT_EXCEEDED', `The ${what} ${has} allowed.`, {
    remedy: 'Check that the host is the server you mean; nothing honest of this kind is that long.',
  });
}
