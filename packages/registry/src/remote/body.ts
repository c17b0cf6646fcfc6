import { SuiteError } from '@artifact-lifecycle/core';
import type { HttpResponse } from '@artifact-lifecycle/core/http';

/** distribution-spec sets no limit to error bodies; a real one has a few hundred bytes, a page of HTML some KiB. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024;

/**
 * Reads an answer's body whole.
 *
 * @param what names the body, for the error: `manifest of ghcr.io/acme/app:1`.
 * @throws SuiteError `LIMIT_EXCEEDED` past `limit` bytes, `UNREACHABLE` when the connection breaks
 */
export async function readBody(response: HttpResponse, limit: number, what: string): Promise<Buffer> {
  const { bytes, complete } = await readStart(response, limit, what);
  if (complete) return bytes;
  throw new SuiteError('LIMIT_EXCEEDED', `The ${what} has more than ${limit} bytes.`);
}

/** Reads the start of a body that is only looked at to say what went wrong. */
export async function readErrorBody(response: HttpResponse): Promise<Buffer> {
  try {
    return (await readStart(response, MAX_ERROR_BODY_BYTES, 'error')).bytes;
  } catch {
    // The status says what happened; a body that cannot be read must not hide it.
    return Buffer.alloc(0);
  }
}

/** Ends an answer whose body nobody wants; a short one is read, so that its connection can be used again. */
export async function discardBody(response: HttpResponse): Promise<void> {
  await readErrorBody(response);
}

async function readStart(
  response: HttpResponse,
  limit: number,
  what: string,
): Promise<{ readonly bytes: Buffer; readonly complete: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      const bytes: Buffer = chunk;
      chunks.push(bytes);
      size += bytes.length;
      if (size > limit) {
        response.body.destroy();
        return { bytes: Buffer.concat(chunks).subarray(0, limit), complete: false };
      }
    }
  } catch (cause) {
    if (cause instanceof SuiteError) throw cause;
    throw new SuiteError(
      'UNREACHABLE',
      `The connection to ${response.url.host} broke in the middle of the ${what}.`,
      { cause },
    );
  }
  return { bytes: Buffer.concat(chunks), complete: true };
}
