import { isSuiteError, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { createHttpClient, describeTrace, type HttpClient } from '@artifact-lifecycle/core/http';
import {
  type Digest,
  isAboutContent,
  mapInParallel,
  type RequestOptions,
} from '@artifact-lifecycle/registry';
import type {
  AttestationStore,
  BrokenEntry,
  BundleOrigin,
  SignedStatement,
  StoredBundle,
} from '@artifact-lifecycle/trust';
import { statusOf } from '../api-error.ts';
import type { GitHubApiOptions, Octokit, OctokitAnswer } from '../octokit-seam.ts';
import { isObject, type JsonObject, objectsAt, textAt } from '../payload.ts';
import { asAttestationError, saysUnavailable } from './attestation-error.ts';
import { fetchBundle, MAX_BUNDLE_BYTES } from './bundle-location.ts';

/** Attestations of one subject that are read; an artifact built in many runs has as many as those. */
const MAX_ATTESTATIONS = 1000;

/** Small enough for thirty bundles to fit into one answer. */
const PAGE_SIZE = 30;

/** Pages may be short; so many short ones are no honest server's. */
const MAX_PAGES = 100;

/** Bundles together, which are held at a time. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Bundles that are fetched at a time. */
const CONCURRENCY = 8;

/** How GitHub is asked. */
export interface GitHubStoreOptions extends GitHubApiOptions {
  /** `https://github.com`, for the pages of attestations. */
  readonly serverUrl: string;
  /** Whether a fork's pull request started the run, for what is said of a missing permission. */
  readonly isFork: boolean;
  /** In place of a connection of its own. */
  readonly octokit?: Octokit | undefined;
  readonly http?: HttpClient | undefined;
}

const COLLECTION = 'POST /repos/{owner}/{repo}/attestations';
const OF_SUBJECT = 'GET /repos/{owner}/{repo}/attestations/{subject_digest}';
const REPOSITORY = 'GET /repos/{owner}/{repo}';

/** The attestations that GitHub keeps of a repository's artifacts (GitHub REST API, "Attestations"). */
export class GitHubStore implements AttestationStore {
  readonly #options: GitHubStoreOptions;
  readonly #owner: string;
  readonly #repo: string;
  #octokit: Promise<Octokit> | undefined;
  #http: HttpClient | undefined;
  #isVisible = false;

  constructor(options: GitHubStoreOptions) {
    this.#options = options;
    const [owner = '', repo = ''] = options.repository.split('/');
    this.#owner = owner;
    this.#repo = repo;
  }

  /**
   * Asks whether attestations can be stored, before anything is signed, and stores nothing: a request without a bundle
   * is refused as incomplete only to who may make it.
   *
   * @throws SuiteError `PERMISSION_MISSING` with the lines to add, `UNSUPPORTED` where the repository has no
   *   attestations, and those of asking GitHub
   */
  async preflight(options: RequestOptions = {}): Promise<void> {
    try {
      await this.#request(COLLECTION, {}, options);
    } catch (error) {
      if (statusOf(error) === 422 || statusOf(error) === 400) return;
      throw this.#explain(error, COLLECTION, options);
    }
    throw new SuiteError('PROTOCOL_INVALID', "GitHub's API took an attestation that holds nothing.", {
      remedy: 'Check that GITHUB_API_URL leads to GitHub.',
    });
  }

  /** In GitHub's order, the newest first. */
  async list(
    subject: Digest,
    options: RequestOptions = {},
  ): Promise<readonly (StoredBundle | BrokenEntry)[]> {
    const found = await this.#askAll(subject, options);
    let bytes = 0;
    return mapInParallel(found, CONCURRENCY, this.#signalOf(options), async (attestation, signal) => {
      const entry = await this.#readBundle(attestation, signal);
      if (entry.kind === 'bundle') bytes += entry.bytes.length;
      if (bytes > MAX_BYTES) throw tooMuch(subject, `more than ${MAX_BYTES} bytes of`);
      return entry;
    });
  }

  /**
   * Stores a bundle. GitHub says under which number it keeps it, which is all that can be read back at once: its list
   * lags behind. It files the bundle by the subjects of its statement.
   */
  async put(
    _subject: Digest,
    { bytes }: SignedStatement,
    options: RequestOptions = {},
  ): Promise<BundleOrigin> {
    const bundle: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    let answer: OctokitAnswer;
    try {
      answer = await this.#request(COLLECTION, { bundle }, options);
    } catch (error) {
      throw this.#explain(error, COLLECTION, options);
    }
    const id = isObject(answer.data) ? answer.data['id'] : undefined;
    if ((typeof id !== 'number' || !Number.isSafeInteger(id)) && typeof id !== 'string') {
      throw unexpected('number of an attestation');
    }
    const { serverUrl, repository } = this.#options;
    return { kind: 'github', id: `${id}`, url: `${serverUrl}/${repository}/attestations/${id}` };
  }

  /** All pages of what GitHub has about a digest. */
  async #askAll(subject: Digest, options: RequestOptions): Promise<readonly JsonObject[]> {
    const found: JsonObject[] = [];
    let after: string | undefined;
    for (let page = 1; page <= MAX_PAGES; page++) {
      const parameters = { subject_digest: subject, per_page: PAGE_SIZE, ...(after && { after }) };
      const answer = await this.#ask(parameters, options);
      if (answer === undefined && page === 1) return [];
      if (answer === undefined) throw unexpected('further page of a list that it began');
      if (!isObject(answer.data) || !Array.isArray(answer.data['attestations'])) {
        throw unexpected('list of attestations');
      }
      found.push(...objectsAt(answer.data, 'attestations'));
      if (found.length > MAX_ATTESTATIONS) break;
      after = cursorOf(answer);
      if (after === undefined) return found;
    }
    throw tooMuch(subject, `more than ${MAX_ATTESTATIONS}`);
  }

  /** GitHub says 404 where there are none, and where this token may not see them: the repository tells which. */
  async #ask(parameters: JsonObject, options: RequestOptions): Promise<OctokitAnswer | undefined> {
    try {
      return await this.#request(OF_SUBJECT, parameters, options);
    } catch (error) {
      if (saysUnavailable(error)) return undefined;
      if (statusOf(error) !== 404) throw this.#explain(error, OF_SUBJECT, options);
    }
    if (this.#isVisible) return undefined;
    try {
      await this.#request(REPOSITORY, {}, options);
    } catch (error) {
      throw this.#explain(error, REPOSITORY, options);
    }
    this.#isVisible = true;
    return undefined;
  }

  async #readBundle(attestation: JsonObject, signal: AbortSignal): Promise<StoredBundle | BrokenEntry> {
    const origin: BundleOrigin = { kind: 'github', id: undefined };
    try {
      return { kind: 'bundle', origin, bytes: await this.#bundleBytes(attestation, signal) };
    } catch (error) {
      if (!isAboutContent(error)) throw error;
      return { kind: 'broken', origin, code: error.code, problem: error.message };
    }
  }

  async #bundleBytes(attestation: JsonObject, signal: AbortSignal): Promise<Buffer> {
    const { bundle } = attestation;
    if (isObject(bundle)) {
      const bytes = Buffer.from(JSON.stringify(bundle));
      if (bytes.length <= MAX_BUNDLE_BYTES) return bytes;
      throw new SuiteError('LIMIT_EXCEEDED', `A bundle that GitHub keeps has ${bytes.length} bytes.`);
    }
    const location = textAt(attestation, 'bundle_url');
    if (location === undefined) {
      throw new SuiteError('CONTENT_INVALID', 'An attestation that GitHub lists has no bundle.');
    }
    const { userAgent, onTrace, apiUrl } = this.#options;
    this.#http ??=
      this.#options.http ?? createHttpClient({ userAgent, trace: (event) => onTrace(describeTrace(event)) });
    return fetchBundle(location, { http: this.#http, apiUrl, signal });
  }

  async #request(route: string, parameters: JsonObject, options: RequestOptions): Promise<OctokitAnswer> {
    const { octokit, onTrace, repository } = this.#options;
    if (this.#owner === '' || this.#repo === '') {
      throw new SuiteError('INPUT_INVALID', `${JSON.stringify(repository)} is no repository: owner/name.`);
    }
    throwIfCancelled(options.signal);
    this.#octokit ??= octokit === undefined ? this.#connect() : Promise.resolve(octokit);
    const answer = await (await this.#octokit).request(route, {
      owner: this.#owner,
      repo: this.#repo,
      ...parameters,
    });
    onTrace(`${route}: ${answer.status}`);
    return answer;
  }

  async #connect(): Promise<Octokit> {
    // Eager: in the bundle's one file, but not run before the first question.
    const { createOctokit } = await import(/* webpackMode: "eager" */ '../octokit.ts');
    return createOctokit(this.#options);
  }

  #signalOf({ signal }: RequestOptions): AbortSignal {
    return signal === undefined ? this.#options.signal : AbortSignal.any([signal, this.#options.signal]);
  }

  #explain(error: unknown, route: string, options: RequestOptions): unknown {
    if (isSuiteError(error)) return error;
    const { repository, isFork } = this.#options;
    const what = route.replace('{owner}/{repo}', repository).replace('/{subject_digest}', '');
    const signal = this.#signalOf(options);
    return asAttestationError(error, { what, repository, writes: route === COLLECTION, isFork, signal });
  }
}

/** The cursor of the next page: GitHub's pages are asked for by where they begin. */
function cursorOf({ headers }: OctokitAnswer): string | undefined {
  const link = headers?.['link'];
  if (typeof link !== 'string') return undefined;
  const next = link.split(',').find((part) => /;\s*rel="?next"?/.test(part));
  const target = /<([^>]+)>/.exec(next ?? '')?.[1];
  if (target === undefined || !URL.canParse(target)) return undefined;
  return new URL(target).searchParams.get('after') ?? undefined;
}

function tooMuch(subject: Digest, what: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `GitHub keeps ${what} attestations of ${subject}.`, {
    remedy: 'Verify with "bundle", or delete attestations that nobody needs.',
  });
}

function unexpected(what: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `GitHub's API answered something that is no ${what}.`, {
    remedy: 'Check that GITHUB_API_URL leads to GitHub, and no proxy answers in its place.',
  });
}
