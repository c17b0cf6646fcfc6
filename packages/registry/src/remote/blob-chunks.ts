import { discard, type HttpResponse } from '@artifact-lifecycle/core/http';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobTransfer } from './blob-transfer.ts';
import type { RepositoryAccess } from './repository-access.ts';
import type { UploadSession } from './upload-session.ts';

/** A registry that demands larger chunks than this is not worth the memory. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

const EMPTY = new Uint8Array(0);

/**
 * Sends a blob by several PATCH and a closing PUT (distribution-spec, "Pushing a blob in chunks"), and gives the
 * last answer: the closing one, or the first that refuses. The registry's own count of bytes (`Range`) is not
 * believed, because some stand still (ECR); the digest says in the end whether all came.
 */
export async function sendInChunks(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const scopes = access.scopes('pull', 'push');
  const size = Math.min(Math.max(access.host.quirks.upload.chunk, session.smallestChunk), MAX_CHUNK_BYTES);
  let offset = 0;
  for await (const chunk of cut(await transfer.open(), size)) {
    const response = await access.send({
      method: 'PATCH',
      target: session.url,
      scopes,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${offset}-${offset + chunk.length - 1}`,
      },
      body: chunk,
      signal,
    });
    if (response.status < 200 || response.status > 299) return response;
    await discard(response);
    session.advance(response);
    offset += chunk.length;
  }
  return finishUpload(access, blob, session, signal);
}

/**
 * Sends a blob by one PATCH without a `Content-Range` and a closing PUT, as docker does: for registries of which
 * several PATCH overwrite each other.
 */
export async function sendInOnePatch(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const response = await access.send({
    method: 'PATCH',
    target: session.url,
    scopes: access.scopes('pull', 'push'),
    headers: { 'content-type': 'application/octet-stream' },
    body: { length: blob.size, open: () => transfer.open() },
    signal,
    retry: false,
  });
  if (response.status < 200 || response.status > 299) return response;
  await discard(response);
  session.advance(response);
  return finishUpload(access, blob, session, signal);
}

function finishUpload(
  access: RepositoryAccess,
  blob: Descriptor,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return access.send({
    method: 'PUT',
    target: session.closingUrl(blob),
    scopes: access.scopes('pull', 'push'),
    body: EMPTY,
    signal,
    retry: false,
  });
}

/** The bytes of a stream in pieces of one size; the last may be smaller. */
async function* cut(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const bytesRead of bytes) {
    let rest = bytesRead;
    while (length + rest.length >= size) {
      const end = size - length;
      yield Buffer.concat([...parts, rest.subarray(0, end)]);
      rest = rest.subarray(end);
      parts = [];
      length = 0;
    }
    if (rest.length > 0) parts.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(parts);
}
