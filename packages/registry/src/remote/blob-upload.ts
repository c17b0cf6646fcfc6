import { type Clock, isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { discard, type HttpResponse } from '@artifact-lifecycle/core/http';
import { digestAlgorithm, tryParseDigest } from '../name/digest.ts';
import type { Repository } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobOutcome, BlobSource, PushBlobOptions } from '../registry.ts';
import { CHUNK_BYTES, sendInChunks, takesChunks } from './blob-chunks.ts';
import { BlobTransfer } from './blob-transfer.ts';
import { hasBlob } from './blobs.ts';
import { readErrorAnswer } from './error-body.ts';
import { errorOf } from './registry-error.ts';
import type { RepositoryAccess } from './repository-access.ts';
import { openSession, tryMount, type UploadSession } from './upload-session.ts';

/** An upload that breaks is made anew this many times in all; the whole blob is sent each time. */
const MAX_UPLOADS = 4;

/** So many uploads in one piece that broke say that the way does not bear one so long. */
const MAX_WHOLE_UPLOADS = 2;

/** The wait before a broken upload is made anew; it doubles each time. */
const UPLOAD_DELAY_MS = 1000;

const EMPTY = new Uint8Array(0);

/** What an upload works with. */
export interface UploadOptions extends PushBlobOptions {
  readonly clock: Clock;
}

/**
 * Brings a blob into a repository: nothing where a HEAD finds it, else one POST that mounts it or opens an
 * upload, and one PUT with all bytes (distribution-spec, "Pushing blobs"). Where one PUT is too long for the way
 * there (413, or a connection that breaks each time), the blob goes in chunks.
 */
export async function pushBlob(
  access: RepositoryAccess,
  blob: Descriptor,
  source: BlobSource,
  options: UploadOptions,
): Promise<BlobOutcome> {
  if (await hasBlob(access, blob, { signal: options.signal, push: true })) return 'present';
  const from = mountCandidate(access.repository, options);
  const mount = from === undefined ? undefined : await tryMount(access, blob, from, options);
  if (mount === 'mounted') return 'mounted';
  let session = mount ?? (await openSession(access, blob, options));
  let inChunks = false;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await upload(
      access,
      blob,
      new BlobTransfer(blob, source, options),
      session,
      inChunks,
      options,
    );
    if (failure === undefined) return 'uploaded';
    throwIfCancelled(options.signal);
    const smaller: boolean = !inChunks && mayHelp(access, blob, failure, attempt);
    if (attempt === MAX_UPLOADS || !(failure.again || smaller)) throw failure.error;
    inChunks ||= smaller;
    if (failure.again) await options.clock.sleep(UPLOAD_DELAY_MS * 2 ** (attempt - 1), options.signal);
    // What a broken upload left at the registry is unknown, so that it is never gone on with.
    session = await openSession(access, blob, options);
  }
}

/** The first repository of the same registry that is another one. */
function mountCandidate(repository: Repository, options: UploadOptions): Repository | undefined {
  for (const from of options.mountFrom ?? []) {
    if (from.kind === 'registry' && from.host === repository.host && from.name !== repository.name)
      return from;
  }
  return undefined;
}

/** Why an upload was not taken, and whether making it anew may help. */
interface UploadFailure {
  readonly error: unknown;
  readonly again: boolean;
  /** What broke: the way to the registry, or something else. */
  readonly way: 'too-long' | 'broken' | 'fine';
}

/** Whether a blob that did not get through in one piece may do so in smaller ones. */
function mayHelp(
  access: RepositoryAccess,
  blob: Descriptor,
  { way }: UploadFailure,
  attempt: number,
): boolean {
  if (blob.size <= CHUNK_BYTES || !takesChunks(access.host.host)) return false;
  return way === 'too-long' || (way === 'broken' && attempt >= MAX_WHOLE_UPLOADS);
}

async function upload(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  inChunks: boolean,
  options: UploadOptions,
): Promise<UploadFailure | undefined> {
  let failure: UploadFailure;
  try {
    const response = inChunks
      ? await sendInChunks(access, blob, transfer, session, options.signal)
      : await sendWhole(access, blob, transfer, session, options.signal);
    if (response.status >= 200 && response.status <= 299) {
      await discard(response);
      checkStored(access, blob, response);
      return undefined;
    }
    failure = await readFailure(access, blob, response);
  } catch (error) {
    const again = isSuiteError(error, 'UNREACHABLE');
    failure = { error, again, way: again && !transfer.sourceFailed ? 'broken' : 'fine' };
  }
  transfer.startOver();
  await session.cancel();
  return failure;
}

function sendWhole(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return access.send({
    method: 'PUT',
    target: session.closingUrl(blob),
    scopes: access.scopes('pull', 'push'),
    headers: { 'content-type': 'application/octet-stream' },
    body: blob.size === 0 ? EMPTY : { length: blob.size, open: () => transfer.open() },
    signal,
    // After a broken PUT the registry may hold a part of the blob: the upload is made anew, not repeated.
    retry: false,
  });
}

async function readFailure(
  access: RepositoryAccess,
  blob: Descriptor,
  response: HttpResponse,
): Promise<UploadFailure> {
  const { status } = response;
  const body = await readErrorAnswer(response);
  const purpose = await access.purpose(`upload the blob ${blob.digest}`, true);
  const error = errorOf(status, body, { ...purpose, digest: blob.digest }, response.url.host);
  // 404: the upload is gone. 416: bytes of an earlier try were counted.
  const again = status === 404 || status === 408 || status === 416 || status === 429 || status >= 500;
  return { error, again, way: status === 413 ? 'too-long' : 'fine' };
}

function checkStored(access: RepositoryAccess, blob: Descriptor, response: HttpResponse): void {
  const named = tryParseDigest(response.headers['docker-content-digest'] ?? '');
  if (named === undefined || digestAlgorithm(named) !== digestAlgorithm(blob.digest) || named === blob.digest)
    return;
  throw new SuiteError(
    'DIGEST_MISMATCH',
    `${formatLocation(access.repository)} took the blob ${blob.digest} and calls it ${named}.`,
  );
}
