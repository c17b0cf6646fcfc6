import {
  cancellationOf,
  isSuiteError,
  onAbort,
  SuiteError,
  throwIfCancelled,
} from '@artifact-lifecycle/core';
import { discard, type HttpResponse, isPrivateHost } from '@artifact-lifecycle/core/http';
import { mergeScopes, type Scopes, scopeOf } from '../auth/scope.ts';
import { digestAlgorithm } from '../name/digest.ts';
import { formatLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { RequestOptions } from '../registry.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** Telling a registry that an upload is over must not hold up the end of a run. */
const CANCEL_TIMEOUT_MS = 5000;

/**
 * Who is cancelled while an upload is being opened waits so long for its answer, which alone says where the upload
 * can be cancelled; with the time above less than a run has for its end.
 */
const OPENING_GRACE_MS = 2000;

const EMPTY = new Uint8Array(0);

/** An upload that a registry has opened; where it goes on may change with each answer. */
export class UploadSession {
  readonly #access: RepositoryAccess;
  /** Every chunk but the last has at least so many bytes (`OCI-Chunk-Min-Length`). */
  readonly smallestChunk: number;
  #url: URL;

  /** @param opened the registry's 202. */
  constructor(access: RepositoryAccess, opened: HttpResponse) {
    this.#access = access;
    this.#url = locate(access, opened);
    const smallest = Number(opened.headers['oci-chunk-min-length'] ?? '0');
    this.smallestChunk = Number.isSafeInteger(smallest) && smallest > 0 ? smallest : 0;
  }

  /** Where the next bytes go. */
  get url(): URL {
    return this.#url;
  }

  /** Where the upload is finished: the URL as the registry gave it, its own query untouched, with the digest. */
  closingUrl(blob: Descriptor): URL {
    const href = this.#url.href.replace(/#.*$/, '');
    return new URL(`${href}${href.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`);
  }

  /** Goes on where an answer says. */
  advance(response: HttpResponse): void {
    if (response.headers['location'] !== undefined) this.#url = locate(this.#access, response);
  }

  /**
   * How many bytes the registry has (distribution-spec, "Pushing a blob in chunks": the upload's status), or
   * `undefined` where it does not say so: `0-0` is what one has that has nothing, and also one that has a byte.
   */
  async received(signal: AbortSignal | undefined): Promise<number | undefined> {
    const response = await this.#access.send({
      method: 'GET',
      target: this.#url,
      scopes: this.#access.scopes('pull', 'push'),
      signal,
    });
    await discard(response);
    if (response.status !== 204 && response.status !== 202 && response.status !== 200) return undefined;
    this.advance(response);
    const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(response.headers['range'] ?? '')?.[1];
    return last === undefined || last === '0' ? undefined : Number(last) + 1;
  }

  /** Tells the registry that nothing more will come (distribution-spec, end-14); it may not know how. */
  async cancel(): Promise<void> {
    try {
      const response = await this.#access.send({
        method: 'DELETE',
        target: this.#url,
        scopes: this.#access.scopes('pull', 'push'),
        // The run's own signal may be what ended the upload.
        signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS),
        retry: false,
      });
      await discard(response);
    } catch {
      // An upload that nobody finishes is removed by the registry in time.
    }
  }
}

/** Opens an upload (distribution-spec, "POST then PUT"). */
export async function openSession(
  access: RepositoryAccess,
  blob: Descriptor,
  options: RequestOptions,
): Promise<UploadSession> {
  const response = await post(access, algorithmQuery(blob), access.scopes('pull', 'push'), options);
  if (response.status !== 202) throw await access.refusal(response, `upload the blob ${blob.digest}`, true);
  await discard(response);
  return new UploadSession(access, response);
}

/**
 * Mounts a blob of another repository (distribution-spec, "Mounting a blob from another repository"), or gives
 * the upload that the registry opened in its place, or `undefined` where it would do neither.
 */
export async function tryMount(
  access: RepositoryAccess,
  blob: Descriptor,
  from: string,
  options: RequestOptions,
): Promise<UploadSession | 'mounted' | undefined> {
  // Without the scope on the other repository, registries answer 401, or forget about the mount.
  const scopes = mergeScopes(access.scopes('pull', 'push'), scopeOf(from, 'pull'));
  const query = [`mount=${encodeURIComponent(blob.digest)}`, `from=${encodeURIComponent(from)}`];
  let response: HttpResponse;
  try {
    response = await post(access, [...query, ...algorithmQuery(blob)], scopes, options);
  } catch (error) {
    // A token server may refuse the two scopes together; the push alone may still be permitted.
    if (isSuiteError(error, 'UNAUTHORIZED', 'FORBIDDEN', 'PERMISSION_MISSING')) return undefined;
    throw error;
  }
  await discard(response);
  if (response.status === 201) return 'mounted';
  return response.status === 202 ? new UploadSession(access, response) : undefined;
}

/** @throws SuiteError `CANCELLED`, when what was opened meanwhile is closed again */
async function post(
  access: RepositoryAccess,
  query: readonly string[],
  scopes: Scopes,
  { signal }: RequestOptions,
): Promise<HttpResponse> {
  throwIfCancelled(signal);
  const grace = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = onAbort(signal, () => {
    timer = setTimeout(() => grace.abort(signal?.reason), OPENING_GRACE_MS);
  });
  try {
    const response = await access.send({
      method: 'POST',
      target: access.path(`blobs/uploads/${query.length === 0 ? '' : `?${query.join('&')}`}`),
      scopes,
      body: EMPTY,
      signal: grace.signal,
      // An upload that was opened twice by a lost answer costs the registry nothing but its clean-up.
      retry: true,
    });
    if (signal?.aborted !== true) return response;
    await discard(response);
    if (response.status === 202) await new UploadSession(access, response).cancel();
    throw cancellationOf(signal);
  } finally {
    stop();
    clearTimeout(timer);
  }
}

/** Registries that know other algorithms than sha256 are told before the first byte (distribution-spec, end-4c). */
function algorithmQuery(blob: Descriptor): readonly string[] {
  const algorithm = digestAlgorithm(blob.digest);
  return algorithm === 'sha256' ? [] : [`digest-algorithm=${algorithm}`];
}

/**
 * Where an upload goes on: relative or absolute, at this host or at another.
 *
 * @throws SuiteError `PROTOCOL_INVALID` where the registry names no place, one in the clear, or a private address
 *   though it has none itself (a server could else have this machine write to its own neighbours)
 */
function locate(access: RepositoryAccess, response: HttpResponse): URL {
  const location = response.headers['location'] ?? '';
  const place = formatLocation(access.repository);
  if (location === '' || !URL.canParse(location, response.url.href)) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${response.url.host} opened an upload to ${place} without a Location.`,
    );
  }
  const url = new URL(location, response.url);
  const fromPrivate = response.fromPrivateAddress === true || isPrivateHost(response.url.hostname);
  if (!fromPrivate && isPrivateHost(url.hostname)) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `${response.url.host} sends an upload to ${place} on to ${url.host}, a private address that a public server has no business to name.`,
      { remedy: 'Check that the host is the registry you mean; if it is, let it name its public address.' },
    );
  }
  const clear = url.protocol === 'http:' && access.host.base.protocol === 'http:';
  if (url.protocol === 'https:' || clear) return url;
  throw new SuiteError(
    'PROTOCOL_INVALID',
    `${response.url.host} sends an upload to ${place} on to ${url.protocol}//${url.host}, in the clear.`,
    { remedy: 'Tell the registry its external URL, or let its proxy send X-Forwarded-Proto.' },
  );
}
