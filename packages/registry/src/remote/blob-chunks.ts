import { isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { discard, type HttpResponse } from '@artifact-lifecycle/core/http';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobTransfer, UploadOptions } from './blob-transfer.ts';
import type { RepositoryAccess } from './repository-access.ts';
import type { UploadSession } from './upload-session.ts';

/** A registry that demands larger chunks than this is not worth the memory. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** A chunk is taken up again so many times in a row without a byte more at the registry. */
const MAX_BARREN_TRIES = 3;

/** One that brings something each time may break more often: 64 MiB over a bad line. */
const MAX_TRIES = 16;

/** The wait before a broken chunk goes on; it doubles with each try that brought nothing. */
const RESUME_DELAY_MS = 500;

const EMPTY = new Uint8Array(0);

/**
 * Sends a blob by several PATCH and a closing PUT (distribution-spec, "Pushing a blob in chunks"), and gives the
 * last answer: the closing one, or the first that refuses. The registry's own count of bytes (`Range`) is asked for
 * only where a chunk broke, because some counts stand still (ECR); the digest says in the end whether all came.
 */
export async function sendInChunks(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  options: UploadOptions,
): Promise<HttpResponse> {
  const size = Math.min(Math.max(access.host.quirks.upload.chunk, session.smallestChunk), MAX_CHUNK_BYTES);
  let offset = 0;
  let wasTakenUp = false;
  for await (const bytes of cut(await transfer.open(), size)) {
    const sent = await sendChunk(access, { bytes, offset }, session, options);
    if (typeof sent !== 'string') return sent;
    wasTakenUp ||= sent === 'taken-up';
    offset += bytes.length;
  }
  const closing = await finishUpload(access, blob, session, options);
  if (!wasTakenUp || closing.status !== 400) return closing;
  // The registry may have miscounted what it had.
  throw brokenOff(await access.refusal(closing, `upload the blob ${blob.digest}`, true));
}

/** Bytes of a blob, and where in it they begin. */
interface Chunk {
  readonly bytes: Buffer;
  readonly offset: number;
}

/**
 * Sends one chunk; where it breaks, the registry is asked what it has, and the rest of the chunk sent. Gives how
 * it came there, or the answer that refuses it.
 *
 * @throws SuiteError `UNREACHABLE` where it broke and cannot be taken up: the upload has to be made anew
 */
async function sendChunk(
  access: RepositoryAccess,
  chunk: Chunk,
  session: UploadSession,
  { clock, signal }: UploadOptions,
): Promise<'taken' | 'taken-up' | HttpResponse> {
  let taken = 0;
  let barren = 0;
  for (let tries = 1; ; tries += 1) {
    const outcome = await tryChunk(
      access,
      { bytes: chunk.bytes.subarray(taken), offset: chunk.offset + taken },
      session,
      signal,
    );
    if (outcome === 'taken') return tries === 1 ? 'taken' : 'taken-up';
    if (!isSuiteError(outcome)) {
      if (tries === 1) return outcome;
      // What a registry makes of the rest of a chunk is no judgement on the blob.
      throw brokenOff(await access.refusal(outcome, 'upload the rest of a chunk', true));
    }
    throwIfCancelled(signal);
    if (barren === MAX_BARREN_TRIES || tries === MAX_TRIES) throw outcome;
    await clock.sleep(RESUME_DELAY_MS * 2 ** barren, signal);
    const received = await session.received(signal);
    const now = (received ?? -1) - chunk.offset;
    // A count from before this chunk stands still, one from behind it is another upload's.
    if (now < taken || now > chunk.bytes.length) throw outcome;
    if (now === chunk.bytes.length) return 'taken-up';
    barren = now > taken ? 0 : barren + 1;
    taken = now;
  }
}

/** Sends bytes once: they are taken, or the registry refuses them, or the way broke (an error that says so). */
async function tryChunk(
  access: RepositoryAccess,
  { bytes, offset }: Chunk,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<'taken' | HttpResponse | SuiteError> {
  let response: HttpResponse;
  try {
    response = await access.send({
      method: 'PATCH',
      target: session.url,
      scopes: access.scopes('pull', 'push'),
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${offset}-${offset + bytes.length - 1}`,
      },
      body: bytes,
      signal,
    });
  } catch (error) {
    if (isSuiteError(error, 'UNREACHABLE')) return error;
    throw error;
  }
  const { status } = response;
  if (status >= 200 && status <= 299) {
    await discard(response);
    session.advance(response);
    return 'taken';
  }
  if (status !== 408 && status !== 416 && status < 500) return response;
  return brokenOff(await access.refusal(response, 'upload a chunk', true));
}

/** The upload has to be made anew, whatever the registry said of one chunk of it. */
function brokenOff(cause: SuiteError): SuiteError {
  return new SuiteError('UNREACHABLE', cause.message, { remedy: cause.remedy, cause });
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
  options: UploadOptions,
): Promise<HttpResponse> {
  const response = await access.send({
    method: 'PATCH',
    target: session.url,
    scopes: access.scopes('pull', 'push'),
    headers: { 'content-type': 'application/octet-stream' },
    body: { length: blob.size, open: () => transfer.open() },
    signal: options.signal,
    retry: false,
  });
  if (response.status < 200 || response.status > 299) return response;
  await discard(response);
  session.advance(response);
  return finishUpload(access, blob, session, options);
}

function finishUpload(
  access: RepositoryAccess,
  blob: Descriptor,
  session: UploadSession,
  { signal }: UploadOptions,
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
