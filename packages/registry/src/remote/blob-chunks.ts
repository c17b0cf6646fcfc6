import { discard, type HttpResponse } from '@artifact-lifecycle/core/http';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobTransfer } from './blob-transfer.ts';
import type { RepositoryAccess } from './repository-access.ts';
import type { UploadSession } from './upload-session.ts';

/**
 * One chunk is held in memory. ACR takes up to some 20 MB at once, common proxies 100 MB; smaller ones would only
 * make more requests.
 */
export const CHUNK_BYTES = 8 * 1024 * 1024;

/** A registry that demands larger chunks than this is not worth the memory. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** GitHub's registry keeps only the last chunk, Google's has no chunks (reference: ocync's notes, 2026-04). */
const WITHOUT_CHUNKS = /^(?:ghcr\.io|containers\..+|(?:.+\.)?gcr\.io|.+-docker\.pkg\.dev)$/;

const EMPTY = new Uint8Array(0);

/** Whether a registry can put a blob together from chunks. */
export function takesChunks(host: string): boolean {
  return !WITHOUT_CHUNKS.test(host);
}

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
  const size = Math.min(Math.max(CHUNK_BYTES, session.smallestChunk), MAX_CHUNK_BYTES);
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
  return access.send({
    method: 'PUT',
    target: session.closingUrl(blob),
    scopes,
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
