import { isSuiteError, SuiteError, unlessCancelled } from '@artifact-lifecycle/core';
import {
  discard,
  type HttpBody,
  type HttpClient,
  type HttpHeaders,
  type HttpMethod,
  type HttpResponse,
  readBounded,
} from '@artifact-lifecycle/core/http';
import { type Authorization, RepositoryAuthorizer } from '../auth/authorizer.ts';
import type { CredentialOrigin } from '../auth/credentials.ts';
import type { Keychain } from '../auth/keychain.ts';
import type { Scopes } from '../auth/scope.ts';
import type { TokenCache } from '../auth/token-cache.ts';
import type { Repository } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import { HostMemory } from './host-memory.ts';
import type { HostKind } from './quirks/kind.ts';
import { QUIRKS, type Quirks } from './quirks/quirks.ts';
import { packagesRemedy } from './registry-error.ts';
import { readWarnings } from './warning.ts';

/** One request to a registry, before anybody is named in it. */
export interface RegistryRequest {
  readonly repository: Repository;
  readonly method: HttpMethod;
  /** A path below the registry's URL, `/v2/acme/app/tags/list`, or a URL the registry gave. */
  readonly target: string | URL;
  readonly scopes: Scopes;
  readonly headers?: HttpHeaders | undefined;
  readonly body?: HttpBody | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly redirect?: 'follow' | 'manual' | undefined;
  readonly retry?: boolean | undefined;
}

/** What all connections to one host share. */
export interface RegistryHostOptions {
  /** As it is named in references. */
  readonly host: string;
  /** What kind of registry it is. */
  readonly kind: HostKind;
  /** Where it is dialled. */
  readonly base: URL;
  readonly http: HttpClient;
  readonly keychain: Keychain;
  readonly tokens: TokenCache;
  /** Hears each warning of the registry once. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** An answer with its whole body. */
export interface RegistryAnswer {
  readonly response: HttpResponse;
  readonly bytes: Uint8Array;
}

/**
 * A connection that breaks in the middle of a small body is asked again this many times in all; the client
 * below repeats only what broke before the answer began.
 */
const BODY_ATTEMPTS = 3;

/** A registry that has more to say than this says it somewhere else. */
const MAX_WARNINGS = 50;

/** One registry: where it is dialled, and who asks. Shared by all of its repositories. */
export class RegistryHost {
  readonly base: URL;
  readonly host: string;
  readonly kind: HostKind;
  /** What this run learns of it. */
  readonly memory: HostMemory;
  readonly #options: RegistryHostOptions;
  readonly #authorizers = new Map<string, RepositoryAuthorizer>();
  readonly #introductions = new Map<string, Promise<void>>();
  readonly #warnings = new Set<string>();

  constructor(options: RegistryHostOptions) {
    this.#options = options;
    this.base = options.base;
    this.host = options.host;
    this.kind = options.kind;
    this.memory = new HostMemory(this.quirks);
  }

  /** What is known of it that the protocol does not tell. */
  get quirks(): Quirks {
    return QUIRKS[this.kind];
  }

  /** Where the credentials for a repository were found. */
  async originOf(repository: Repository): Promise<CredentialOrigin> {
    return (await this.#options.keychain.credentialsFor(repository)).origin;
  }

  /**
   * Sends a request as whoever may: with what is known of the registry's wishes, and once more when the
   * answer is a challenge that can be met. A URL of another host gets no authorization.
   */
  async send(request: RegistryRequest): Promise<HttpResponse> {
    const url = typeof request.target === 'string' ? this.#urlOf(request.target) : request.target;
    if (url.origin !== this.base.origin) return this.#dispatch(request, url, undefined);
    const authorizer = this.#authorizerOf(request.repository);
    const sent = await this.#permitted(request, () => authorizer.authorize(request.scopes));
    const response = await this.#dispatch(request, url, sent);
    // After a redirect it is another host that asks, and it has no right to this one's credentials.
    if (response.url.origin !== this.base.origin) return response;
    this.#warn(request, response);
    const next = await this.#permitted(request, () => this.#answer(request, response, authorizer, sent));
    if (next === undefined || next.header === sent?.header) return response;
    await discard(response);
    return this.#dispatch(request, url, next);
  }

  /**
   * Sends a request and reads the whole body of an answer, again when the connection breaks in the middle.
   *
   * @param limit in bytes, for successful answers; `what` names the body, for errors: `the manifest v1`.
   */
  async read(request: RegistryRequest, limit: number, what: string): Promise<RegistryAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.send(request);
      // Errors are read by who knows what they mean.
      if (response.status !== 200) return { response, bytes: new Uint8Array(0) };
      try {
        return { response, bytes: await readBounded(response, limit, what) };
      } catch (error) {
        if (attempt === BODY_ATTEMPTS || !isSuiteError(error, 'UNREACHABLE') || request.signal?.aborted)
          throw error;
      }
    }
  }

  async #answer(
    request: RegistryRequest,
    response: HttpResponse,
    authorizer: RepositoryAuthorizer,
    sent: Authorization | undefined,
  ): Promise<Authorization | undefined> {
    const challenge = response.headers['www-authenticate'];
    if (response.status === 401 && challenge !== undefined)
      return authorizer.answer(challenge, request.scopes, sent);
    const hides = response.status === 401 || response.status === 403 || response.status === 404;
    if (!hides || sent !== undefined || !(await authorizer.hasMore())) return undefined;
    // Another request may have been introduced while this one was on its way as nobody.
    if (!authorizer.isIntroduced) await this.#introduce(request, authorizer);
    return authorizer.authorize(request.scopes);
  }

  /** Introduces us once a repository; requests that were sent as nobody meanwhile wait for it. */
  #introduce(request: RegistryRequest, authorizer: RepositoryAuthorizer): Promise<void> {
    const { name } = request.repository;
    const known = this.#introductions.get(name);
    if (known !== undefined) return known;
    const introduction = this.#askWhoMayCome(request, authorizer);
    this.#introductions.set(name, introduction);
    introduction.catch(() => this.#introductions.delete(name));
    return introduction;
  }

  /**
   * Asks the registry itself who may come in, where it showed a stranger nothing without asking (Nexus and
   * Artifactory with anonymous access do).
   */
  async #askWhoMayCome(request: RegistryRequest, authorizer: RepositoryAuthorizer): Promise<void> {
    const url = new URL('/v2/', this.base);
    const ping = await this.#options.http.send({ method: 'GET', url, signal: request.signal });
    const challenge = ping.headers['www-authenticate'];
    await discard(ping);
    if (ping.url.origin !== this.base.origin) return;
    if (ping.status === 401 && challenge !== undefined) {
      await authorizer.answer(challenge, request.scopes, undefined);
      return;
    }
    authorizer.useBasic();
  }

  #dispatch(
    request: RegistryRequest,
    url: URL,
    authorization: Authorization | undefined,
  ): Promise<HttpResponse> {
    const { method, headers, body, signal, redirect, retry } = request;
    return this.#options.http.send({
      method,
      url,
      headers: {
        ...headers,
        ...(authorization === undefined ? {} : { authorization: authorization.header }),
      },
      ...(body === undefined ? {} : { body }),
      ...(redirect === undefined ? {} : { redirect }),
      ...(retry === undefined ? {} : { retry }),
      signal,
    });
  }

  /** A path that begins with two slashes would lead to another host if it were resolved as a reference. */
  #urlOf(path: string): URL {
    return new URL(`${this.base.origin}${path}`);
  }

  #warn({ repository }: RegistryRequest, response: HttpResponse): void {
    for (const text of readWarnings(response.headers['warning'] ?? '')) {
      const warning = `${formatLocation(repository)}: ${text}`;
      if (this.#warnings.has(warning) || this.#warnings.size === MAX_WARNINGS) continue;
      this.#warnings.add(warning);
      this.#options.onWarning?.(warning);
    }
  }

  /** Tells the permission a workflow lacks where the token server of GitHub's registry refuses its token. */
  async #permitted<T>(request: RegistryRequest, ask: () => Promise<T>): Promise<T> {
    try {
      return await unlessCancelled(ask(), request.signal);
    } catch (error) {
      if (!isSuiteError(error, 'FORBIDDEN') || (await this.originOf(request.repository)) !== 'github-token')
        throw error;
      const writes = request.method !== 'GET' && request.method !== 'HEAD';
      throw new SuiteError('PERMISSION_MISSING', error.message, {
        remedy: packagesRemedy(writes),
        cause: error,
      });
    }
  }

  #authorizerOf(repository: Repository): RepositoryAuthorizer {
    const known = this.#authorizers.get(repository.name);
    if (known !== undefined) return known;
    const { keychain, tokens } = this.#options;
    const authorizer = new RepositoryAuthorizer(repository, { registry: this.base, keychain, tokens });
    this.#authorizers.set(repository.name, authorizer);
    return authorizer;
  }
}
