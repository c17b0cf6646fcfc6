import { pipeline } from 'node:stream';
import { type Clock, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { discard, type HttpResponse } from '@artifact-lifecycle/core/http';
import { mergeScopes, type Scopes, scopeOf } from '../auth/scope.ts';
import { digestAlgorithm, tryParseDigest } from '../name/digest.ts';
import { formatLocation, type Repository } from '../name/reference.ts';
import { throwIfCancelled } from '../oci/cancellation.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { VerifiedStream } from '../oci/verified-stream.ts';
import type { BlobOutcome, BlobSource, PushBlobOptions } from '../registry.ts';
import { hasBlob } from './blobs.ts';
import { readErrorAnswer } from './error-body.ts';
import { errorOf } from './registry-error.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** An upload that breaks is made anew this many times in all; the whole blob is sent each time. */
const MAX_UPLOADS = 4;

/** The wait before a broken upload is made anew; it doubles each time. */
const UPLOAD_DELAY_MS = 1000;

/** Telling a registry that an upload is over must not hold up the end of a run. */
const CANCEL_TIMEOUT_MS = 5000;

const EMPTY = new Uint8Array(0);

/** What an upload works with. */
export interface UploadOptions extends PushBlobOptions {
  readonly clock: Clock;
}

/**
 * Brings a blob into a repository: nothing where a HEAD finds it, else one POST that mounts it or opens an
 * upload, and one PUT with all bytes (distribution-spec, "Pushing blobs", "Mounting a blob").
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
  for (let attempt = 1; ; attempt += 1) {
    const failure = await upload(access, blob, source, session, options);
    if (failure === undefined) return 'uploaded';
    throwIfCancelled(options.signal);
    if (!failure.again || attempt === MAX_UPLOADS) throw failure.error;
    await options.clock.sleep(UPLOAD_DELAY_MS * 2 ** (attempt - 1), options.signal);
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

/** Mounts, or gives the upload the registry opened in its place, or `undefined` where it would do neither. */
async function tryMount(
  access: RepositoryAccess,
  blob: Descriptor,
  from: Repository,
  options: UploadOptions,
): Promise<URL | 'mounted' | undefined> {
  // Without the scope on the other repository, registries answer 401, or forget about the mount.
  const scopes = mergeScopes(access.scopes('pull', 'push'), scopeOf(from.name, 'pull'));
  const query = `mount=${encodeURIComponent(blob.digest)}&from=${encodeURIComponent(from.name)}`;
  let response: HttpResponse;
  try {
    response = await post(access, `${query}${algorithmQuery(blob, '&')}`, scopes, options);
  } catch (error) {
    // A token server may refuse the two scopes together; the push alone may still be permitted.
    if (isSuiteError(error, 'UNAUTHORIZED', 'FORBIDDEN', 'PERMISSION_MISSING')) return undefined;
    throw error;
  }
  await discard(response);
  if (response.status === 201) return 'mounted';
  return response.status === 202 ? sessionOf(access, response) : undefined;
}

async function openSession(access: RepositoryAccess, blob: Descriptor, options: UploadOptions): Promise<URL> {
  const response = await post(access, algorithmQuery(blob, ''), access.scopes('pull', 'push'), options);
  if (response.status !== 202) throw await access.refusal(response, `upload the blob ${blob.digest}`, true);
  await discard(response);
  return sessionOf(access, response);
}

function post(
  access: RepositoryAccess,
  query: string,
  scopes: Scopes,
  options: UploadOptions,
): Promise<HttpResponse> {
  return access.send({
    method: 'POST',
    target: access.path(`blobs/uploads/${query === '' ? '' : `?${query}`}`),
    scopes,
    body: EMPTY,
    signal: options.signal,
    // An upload that was opened twice by a lost answer costs the registry nothing but its clean-up.
    retry: true,
  });
}

/** distribution-spec, "POST then PUT": registries that know it are told an algorithm that is not sha256. */
function algorithmQuery(blob: Descriptor, separator: string): string {
  const algorithm = digestAlgorithm(blob.digest);
  return algorithm === 'sha256' ? '' : `${separator}digest-algorithm=${algorithm}`;
}

/**
 * Where an upload goes on: relative or absolute, at this host or at another.
 *
 * @throws SuiteError `PROTOCOL_INVALID` where the registry names no place, or one in the clear
 */
function sessionOf(access: RepositoryAccess, response: HttpResponse): URL {
  const location = response.headers['location'] ?? '';
  if (location === '' || !URL.canParse(location, response.url.href)) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${response.url.host} opened an upload to ${formatLocation(access.repository)} without a Location.`,
    );
  }
  const url = new URL(location, response.url);
  const clear = url.protocol === 'http:' && access.host.base.protocol === 'http:';
  if (url.protocol !== 'https:' && !clear) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${response.url.host} sends an upload to ${formatLocation(access.repository)} on to ${url.protocol}//${url.host}, in the clear.`,
      { remedy: 'Tell the registry its external URL, or let its proxy send X-Forwarded-Proto.' },
    );
  }
  return url;
}

/** Why an upload was not taken, and whether making it anew may help. */
interface UploadFailure {
  readonly error: unknown;
  readonly again: boolean;
}

async function upload(
  access: RepositoryAccess,
  blob: Descriptor,
  source: BlobSource,
  session: URL,
  options: UploadOptions,
): Promise<UploadFailure | undefined> {
  const transfer = new Transfer(blob, source, options);
  let failure: UploadFailure;
  try {
    const response = await access.send({
      method: 'PUT',
      target: withDigest(session, blob),
      scopes: access.scopes('pull', 'push'),
      headers: { 'content-type': 'application/octet-stream' },
      body: blob.size === 0 ? EMPTY : { length: blob.size, open: () => transfer.open() },
      signal: options.signal,
      // After a broken PUT the registry may hold a part of the blob: the upload is made anew, not repeated.
      retry: false,
    });
    if (response.status >= 200 && response.status <= 299) {
      await discard(response);
      checkStored(access, blob, response);
      return undefined;
    }
    const body = await readErrorAnswer(response);
    const purpose = await access.purpose(`upload the blob ${blob.digest}`, true);
    failure = {
      error: errorOf(response.status, body, purpose, response.url.host),
      again: maySucceedLater(response.status),
    };
  } catch (error) {
    // What broke the source says more than what its end did to the connection.
    const cause = transfer.failure ?? error;
    failure = { error: cause, again: isSuiteError(cause, 'UNREACHABLE') };
  }
  transfer.startOver();
  await cancelSession(access, session);
  return failure;
}

/** 404: the upload is gone. 416: bytes of an earlier try were counted. */
function maySucceedLater(status: number): boolean {
  return status === 404 || status === 408 || status === 416 || status === 429 || status >= 500;
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

/** The session's URL as the registry gave it, its own query untouched, with the digest. */
function withDigest(session: URL, blob: Descriptor): URL {
  const href = session.href.replace(/#.*$/, '');
  return new URL(`${href}${href.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`);
}

/** Tells the registry that an upload will not be finished (distribution-spec, end-14); it may not know how. */
async function cancelSession(access: RepositoryAccess, session: URL): Promise<void> {
  try {
    const response = await access.send({
      method: 'DELETE',
      target: session,
      scopes: access.scopes('pull', 'push'),
      // The run's own signal may be what ended the upload.
      signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS),
      retry: false,
    });
    await discard(response);
  } catch {
    // An upload that nobody finishes is removed by the registry in time.
  }
}

/** The bytes of one upload on their way: verified, counted, and counted back when they go again. */
class Transfer {
  readonly #blob: Descriptor;
  readonly #source: BlobSource;
  readonly #options: UploadOptions;
  #sent = 0;
  /** The error that broke the source, or the verification of its bytes. */
  failure: SuiteError | undefined;

  constructor(blob: Descriptor, source: BlobSource, options: UploadOptions) {
    this.#blob = blob;
    this.#source = source;
    this.#options = options;
  }

  async open(): Promise<VerifiedStream> {
    this.startOver();
    try {
      const bytes = await this.#source(0, this.#options.signal);
      const verified = new VerifiedStream(this.#blob, { onBytes: (count) => this.#count(count) });
      return pipeline(bytes, verified, (error) => this.#note(error));
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  /** The first error with a meaning; the others are echoes of a connection that ended. */
  #note(error: unknown): void {
    if (isSuiteError(error)) this.failure ??= error;
  }

  /** Takes back what was counted, because all bytes will go again or none was of use. */
  startOver(): void {
    if (this.#sent !== 0) this.#options.onBytes?.(-this.#sent);
    this.#sent = 0;
  }

  #count(bytes: number): void {
    this.#sent += bytes;
    this.#options.onBytes?.(bytes);
  }
}
