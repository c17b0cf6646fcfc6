import { Readable } from 'node:stream';
import { type Clock, isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { discard, type HttpHeaders, type HttpResponse } from '@artifact-lifecycle/core/http';
import { formatLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { RequestOptions } from '../registry.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** A connection that keeps breaking without bringing a byte is given up after so many tries. */
const MAX_BARREN_TRIES = 4;

/** One that brings something each time may break more often: a blob of many GB over a bad line. */
const MAX_TRIES = 64;

/** The wait before a broken download goes on; it doubles with each try that brought nothing. */
const RESUME_DELAY_MS = 500;

/** Whether a blob is here. A registry that names another size than the descriptor's does not have all of it. */
export async function hasBlob(
  access: RepositoryAccess,
  blob: Descriptor,
  options: RequestOptions & { readonly push?: boolean },
): Promise<boolean> {
  const response = await access.send({
    method: 'HEAD',
    target: access.path(`blobs/${blob.digest}`),
    // Who pushes asks with the token the push will need, and so with one token in all.
    scopes: options.push === true ? access.scopes('pull', 'push') : access.scopes('pull'),
    signal: options.signal,
  });
  await discard(response);
  if (response.status === 404) return false;
  if (response.status === 200) {
    const length = response.headers['content-length'];
    // Some registries send 0, or nothing, to HEAD.
    return length === undefined || length === '0' || Number(length) === blob.size;
  }
  // An answer to HEAD has no body: where the push that follows is refused too, its answer says why.
  if (options.push === true && [401, 403, 405].includes(response.status)) return false;
  throw await access.refusal(response, `look for the blob ${blob.digest}`);
}

/**
 * Opens a blob from an offset on. A connection that breaks is taken up again where it broke, by `Range`
 * (distribution-spec, "Pulling blobs"); where the registry does not know ranges, from the start, passing over
 * what is known. Resolves when the first bytes may be read.
 *
 * @throws SuiteError `NOT_FOUND`; the stream fails with `UNREACHABLE`, or with `DIGEST_MISMATCH` where the
 *   registry has more or fewer bytes than the descriptor says
 */
export async function openBlob(
  access: RepositoryAccess,
  blob: Descriptor,
  offset: number,
  options: RequestOptions & { readonly clock: Clock },
): Promise<Readable> {
  if (offset >= blob.size && blob.size > 0) return Readable.from([]);
  const download = { continuation: await requestFrom(access, blob, offset, options), isOver: false };
  const stream = Readable.from(readResuming(access, blob, offset, download, options), { objectMode: false });
  // A generator that nobody has asked yet, or that waits for bytes, does not hear that its stream was destroyed.
  stream.once('close', () => {
    download.isOver = true;
    download.continuation.response.body.destroy();
  });
  return stream;
}

/** An answer whose body goes on at an offset, after so many bytes that are known already. */
interface Continuation {
  readonly response: HttpResponse;
  readonly skip: number;
}

/** A blob on its way: the answer it comes from now, and whether nobody wants it any more. */
interface Download {
  continuation: Continuation;
  isOver: boolean;
}

async function* readResuming(
  access: RepositoryAccess,
  blob: Descriptor,
  offset: number,
  download: Download,
  options: RequestOptions & { readonly clock: Clock },
): AsyncGenerator<Uint8Array> {
  let at = offset;
  let barren = 0;
  for (let tries = 1; ; tries += 1) {
    const before = at;
    let broken: unknown;
    try {
      let { skip } = download.continuation;
      for await (const chunk of download.continuation.response.body) {
        const bytes: Buffer = chunk;
        // The same object where all of it is fresh: its memory can then be given back.
        const fresh = skip === 0 ? bytes : bytes.subarray(Math.min(skip, bytes.length));
        skip -= bytes.length - fresh.length;
        if (fresh.length === 0) continue;
        at += fresh.length;
        if (at > blob.size) throw wrongSize(access, blob, `sends more than ${blob.size}`);
        yield fresh;
      }
      if (at === blob.size) return;
    } catch (error) {
      if (isSuiteError(error, 'DIGEST_MISMATCH', 'LIMIT_EXCEEDED', 'CANCELLED')) throw error;
      broken = error;
    }
    if (download.isOver) return;
    throwIfCancelled(options.signal);
    barren = at > before ? 0 : barren + 1;
    if (barren >= MAX_BARREN_TRIES || tries >= MAX_TRIES) throw cut(access, blob, at, broken);
    await options.clock.sleep(RESUME_DELAY_MS * 2 ** barren, options.signal);
    download.continuation = await requestFrom(access, blob, at, options);
    if (download.isOver) download.continuation.response.body.destroy();
  }
}

async function requestFrom(
  access: RepositoryAccess,
  blob: Descriptor,
  offset: number,
  options: RequestOptions,
): Promise<Continuation> {
  const response = await requestBlob(
    access,
    blob,
    offset === 0 ? {} : { range: `bytes=${offset}-` },
    options,
  );
  if (response.status === 200) {
    const length = response.headers['content-length'];
    const encoding = response.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      response.body.destroy();
      throw wrongSize(access, blob, `is sent in the encoding ${encoding}, which nobody asked for`);
    }
    if (length !== undefined && Number(length) !== blob.size) {
      response.body.destroy();
      throw wrongSize(access, blob, `has ${length} bytes there`);
    }
    return { response, skip: offset };
  }
  if (response.status === 206 && rangeStart(response, blob.size) === offset) return { response, skip: 0 };
  if (offset > 0 && (response.status === 206 || response.status === 416)) {
    // A range that cannot be trusted is not used: the whole blob is asked for, and its start passed over.
    response.body.destroy();
    const whole = await requestBlob(access, blob, {}, options);
    if (whole.status === 200) return { response: whole, skip: offset };
    throw await access.refusal(whole, `read the blob ${blob.digest}`);
  }
  throw await access.refusal(response, `read the blob ${blob.digest}`);
}

function requestBlob(
  access: RepositoryAccess,
  blob: Descriptor,
  headers: HttpHeaders,
  options: RequestOptions,
): Promise<HttpResponse> {
  return access.send({
    method: 'GET',
    target: access.path(`blobs/${blob.digest}`),
    scopes: access.scopes('pull'),
    headers,
    signal: options.signal,
  });
}

/** Where the bytes of a 206 start, if it says so and speaks of the same blob (RFC 9110, section 14.4). */
function rangeStart(response: HttpResponse, size: number): number | undefined {
  const match = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/.exec(response.headers['content-range'] ?? '');
  if (match === null) return undefined;
  const [, start, , total] = match;
  return total === '*' || Number(total) === size ? Number(start) : undefined;
}

function wrongSize(access: RepositoryAccess, blob: Descriptor, fact: string): SuiteError {
  return new SuiteError(
    'DIGEST_MISMATCH',
    `The blob ${blob.digest} of ${formatLocation(access.repository)} should have ${blob.size} bytes, and ${fact}.`,
    { remedy: 'Try again; if it stays so, the registry or a proxy in between serves wrong content.' },
  );
}

function cut(access: RepositoryAccess, blob: Descriptor, at: number, cause: unknown): SuiteError {
  return new SuiteError(
    cause === undefined ? 'DIGEST_MISMATCH' : 'UNREACHABLE',
    `The blob ${blob.digest} of ${formatLocation(access.repository)} breaks off after ${at} of ${blob.size} bytes, again and again.`,
    { cause, remedy: 'Try again later.' },
  );
}
