import { isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { discard, type HttpResponse } from '@artifact-lifecycle/core/http';
import { digestAlgorithm, tryParseDigest } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobOutcome, BlobSource } from '../registry.ts';
import { sendInChunks, sendInOnePatch } from './blob-chunks.ts';
import { BlobTransfer, type UploadOptions } from './blob-transfer.ts';
import { hasBlob } from './blobs.ts';
import { readErrorAnswer } from './error-body.ts';
import type { UploadForm } from './quirks/quirks.ts';
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

/**
 * Brings a blob into a repository: nothing where this run knows it to be there or a HEAD finds it; one POST that mounts
 * it from a neighbour; else the POST that opens an upload, and one PUT with all bytes (distribution-spec, "Pushing
 * blobs"). Where one PUT is too long for the way there (413, a connection that breaks each time, or known to be), the
 * blob goes as the registry likes it instead.
 */
export function pushBlob(
  access: RepositoryAccess,
  blob: Descriptor,
  source: BlobSource,
  options: UploadOptions,
): Promise<BlobOutcome> {
  const { host, repository } = access;
  if (options.distrusts === true) host.memory.blobs.distrust(blob);
  return host.memory.blobs.bring(repository.name, blob, options.signal, async (known) => {
    const from = known ?? mountCandidate(access, options);
    const begun = await beginUpload(access, blob, from, options);
    if (begun === 'present' || begun === 'mounted') return begun;
    await sendBlob(access, blob, source, begun, options);
    return 'uploaded';
  });
}

/** The first repository of the same registry that blobs are mounted from. */
function mountCandidate(
  { host, repository }: RepositoryAccess,
  { mountFrom = [] }: UploadOptions,
): string | undefined {
  for (const from of mountFrom) {
    if (from.kind !== 'registry' || from.host !== repository.host) continue;
    if (host.memory.mayMount(from.name, repository.name)) return from.name;
  }
  return undefined;
}

/**
 * Looks for a blob, mounts it, or opens an upload. A mount answers for both where it is granted, so that it comes
 * first; where this host has refused one, whoever has the blob would be left with an upload to cancel.
 */
async function beginUpload(
  access: RepositoryAccess,
  blob: Descriptor,
  from: string | undefined,
  options: UploadOptions,
): Promise<'present' | 'mounted' | UploadSession> {
  const { memory } = access.host;
  const isThere = (): Promise<boolean> => hasBlob(access, blob, { signal: options.signal, push: true });
  const looksFirst = from === undefined || memory.blobs.mountsRefused;
  if (looksFirst && (await isThere())) return 'present';
  const mount = from === undefined ? undefined : await tryMount(access, blob, from, options);
  if (mount === 'mounted') return 'mounted';
  if (from !== undefined) memory.blobs.noteRefusedMount();
  try {
    if (looksFirst || !(await isThere())) return mount ?? (await openSession(access, blob, options));
  } catch (error) {
    await mount?.cancel();
    throw error;
  }
  await mount?.cancel();
  return 'present';
}

async function sendBlob(
  access: RepositoryAccess,
  blob: Descriptor,
  source: BlobSource,
  opened: UploadSession,
  options: UploadOptions,
): Promise<void> {
  let session = opened;
  const form = access.host.quirks.upload;
  let way: UploadWay = blob.size > form.longestPut ? otherWay(form, blob) : 'put';
  for (let attempt = 1; ; attempt += 1) {
    const transfer = new BlobTransfer(blob, source, options);
    const failure = await upload(access, blob, transfer, session, way, options);
    if (failure === undefined) return;
    throwIfCancelled(options.signal);
    const other: UploadWay = way === 'put' && mayHelp(failure, attempt) ? otherWay(form, blob) : way;
    if (attempt === MAX_UPLOADS || !(failure.again || other !== way)) throw failure.error;
    way = other;
    if (failure.again) await options.clock.sleep(UPLOAD_DELAY_MS * 2 ** (attempt - 1), options.signal);
    // What a broken upload left at the registry is unknown, so that it is never gone on with.
    session = await openSession(access, blob, options);
  }
}

/** Why an upload was not taken, and whether making it anew may help. */
interface UploadFailure {
  readonly error: unknown;
  readonly again: boolean;
  /** What broke: the way to the registry, or something else. */
  readonly way: 'too-long' | 'broken' | 'fine';
}

/** How the bytes of a blob go to a registry. */
type UploadWay = 'put' | 'chunks' | 'patch';

/** How a blob goes that cannot go in one PUT; that way all the same, where there is no other. */
function otherWay({ otherwise, chunk }: UploadForm, { size }: Descriptor): UploadWay {
  if (otherwise === 'none' || (otherwise === 'chunks' && size <= chunk)) return 'put';
  return otherwise;
}

/** Whether a blob that did not get through in one PUT may do so in another way. */
function mayHelp({ way }: UploadFailure, attempt: number): boolean {
  return way === 'too-long' || (way === 'broken' && attempt >= MAX_WHOLE_UPLOADS);
}

async function upload(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  way: UploadWay,
  options: UploadOptions,
): Promise<UploadFailure | undefined> {
  let failure: UploadFailure;
  try {
    const send = SENDERS[way];
    const response = await send(access, blob, transfer, session, options);
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
  // It may be the answer alone that was lost.
  if (failure.again && transfer.isWhole && (await isStored(access, blob, options))) return undefined;
  transfer.startOver();
  await session.cancel();
  return failure;
}

async function isStored(
  access: RepositoryAccess,
  blob: Descriptor,
  { signal }: UploadOptions,
): Promise<boolean> {
  try {
    return await hasBlob(access, blob, { signal, push: true });
  } catch {
    return false;
  }
}

function sendWhole(
  access: RepositoryAccess,
  blob: Descriptor,
  transfer: BlobTransfer,
  session: UploadSession,
  { signal }: UploadOptions,
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

const SENDERS: Readonly<Record<UploadWay, typeof sendWhole>> = {
  put: sendWhole,
  chunks: sendInChunks,
  patch: sendInOnePatch,
};

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
