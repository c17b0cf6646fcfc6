import { SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient, HttpHeaders } from '@artifact-lifecycle/core/http';
import { mapInParallel } from '@artifact-lifecycle/registry';
import type { Advisory } from '../advisory/advisory.ts';
import { ecosystemsOf } from '../advisory/ecosystem-package.ts';
import type { Component } from '../component/component.ts';
import type { AdvisorySource, Candidates, Gap } from './advisory-source.ts';
import { GITHUB_ECOSYSTEMS, parseGitHubAdvisory } from './github-advisory.ts';
import { recordKey } from './record-key.ts';
import { askService, strangeAnswer } from './service-request.ts';

/** The API takes no more packages in `affects` (GitHub REST API, "List global security advisories"). */
const MAX_PACKAGES = 1000;

/** Characters of `affects`: GitHub's servers take request lines of 8 KiB, the rest of it included. */
const MAX_AFFECTS = 6000;

const PAGE_SIZE = 100;

/** A page holds up to 100 advisories with their whole text: some megabytes. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/** Of one question about at most 1,000 packages: 50,000 advisories are more than GitHub has reviewed. */
const MAX_PAGES = 500;

const CONCURRENCY = 4;

/** What is malware is not among the reviewed ones, which the API gives when it is asked for no type. */
const TYPES = ['reviewed', 'malware'] as const;

const SERVICE = 'advisory API of GitHub';

/** Where the API is, and who asks. */
export interface GitHubApiOptions {
  readonly http: HttpClient;
  /** Without a slash at its end: `https://api.github.com`. */
  readonly url: string;
  /** Raises the rate limit from 60 to thousands of requests an hour; sent to `url` alone. */
  readonly token?: string | undefined;
}

/**
 * GitHub's global advisories as a source. It knows ecosystems of languages; of other components, distributions' above
 * all, the result says so.
 */
export function createGitHubApi(options: GitHubApiOptions): AdvisorySource {
  const find = async (
    components: readonly Component[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<readonly Candidates[]> => {
    const wanted = components.map(packagesOf);
    const questions = TYPES.flatMap((type) => questionsOf(wanted.flat()).map((one) => ({ ...one, type })));
    const answers = await mapInParallel(questions, CONCURRENCY, signal, (question, abort) =>
      readPages(options, question, abort),
    );
    const byPackage = indexByPackage(answers.flat());
    return components.map((component, at) => {
      const own = wanted[at] ?? [];
      const found = new Set(own.flatMap(({ key }) => [...(byPackage.get(key) ?? [])]));
      const advisories = [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
      const gap = own.length === 0 ? gapOf(component) : undefined;
      return { component, advisories, gap };
    });
  };
  return { title: `GitHub advisories (${options.url})`, find };
}

interface GitHubPackage {
  readonly ecosystem: string;
  /** As `affects` takes it. */
  readonly affects: string;
  readonly key: string;
}

/**
 * A name without a version: our own rules judge the ranges, and each advisory comes whole in any case. Names with a
 * scope go with their version, because a reader that splits at the last `@` would find no name in `@babel/core`.
 */
function packagesOf(component: Component): readonly GitHubPackage[] {
  return ecosystemsOf(component).flatMap(({ ecosystems: [ecosystem = ''], name, version }) => {
    const known = GITHUB_ECOSYSTEMS.get(ecosystem);
    if (known === undefined || isGoItself(component)) return [];
    const affects = name.startsWith('@') ? `${name}@${version}` : name;
    return [{ ecosystem: known, affects, key: recordKey(ecosystem, name) }];
  });
}

/** The standard library of Go is no module, and has no advisory at GitHub. */
function isGoItself({ type, namespace, name }: Component): boolean {
  return type === 'golang' && namespace === undefined && (name === 'stdlib' || name === 'toolchain');
}

/** Where nobody could be asked about a component, matching says why; here, what only this source lacks. */
function gapOf(component: Component): Gap | undefined {
  const known = ecosystemsOf(component)[0]?.ecosystems[0];
  if (known === undefined) return undefined;
  const ecosystem = isGoItself(component) ? `Go ${component.name}` : known;
  return { ecosystem, reason: `GitHub has no advisories for ${ecosystem}` };
}

interface Question {
  readonly ecosystem: string;
  readonly affects: string;
}

/** Packages by ecosystem, in lists that fit into an address. */
function questionsOf(packages: readonly GitHubPackage[]): readonly Question[] {
  const byEcosystem = new Map<string, Set<string>>();
  for (const { ecosystem, affects } of packages) {
    const list = byEcosystem.get(ecosystem) ?? new Set();
    byEcosystem.set(ecosystem, list.add(encodeURIComponent(affects)));
  }
  return [...byEcosystem].sort().flatMap(([ecosystem, names]) => {
    const questions: Question[] = [];
    let list: string[] = [];
    let length = 0;
    for (const name of [...names].sort()) {
      if (list.length === MAX_PACKAGES || (length + name.length > MAX_AFFECTS && list.length > 0)) {
        questions.push({ ecosystem, affects: list.join('%2C') });
        [list, length] = [[], 0];
      }
      list.push(name);
      length += name.length + '%2C'.length;
    }
    return [...questions, { ecosystem, affects: list.join('%2C') }];
  });
}

async function readPages(
  { http, url, token }: GitHubApiOptions,
  { ecosystem, affects, type }: Question & { readonly type: string },
  signal: AbortSignal,
): Promise<readonly Advisory[]> {
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const query = `type=${type}&ecosystem=${ecosystem}&per_page=${PAGE_SIZE}&affects=${affects}`;
  const first = new URL(`${url}/advisories?${query}`);
  const seen = new Set<string>();
  const found: Advisory[] = [];
  for (let page: URL | undefined = first; page !== undefined; ) {
    if (seen.has(page.href)) throw strangeAnswer(SERVICE, 'with the same page again');
    seen.add(page.href);
    if (seen.size > MAX_PAGES) {
      throw new SuiteError('LIMIT_EXCEEDED', `The ${SERVICE} gives more than ${MAX_PAGES} pages.`);
    }
    const request = { service: SERVICE, url: page, headers, limit: MAX_PAGE_BYTES, signal };
    const answer = await askService(http, request);
    if (!Array.isArray(answer.document)) throw strangeAnswer(SERVICE, 'with something else than a list');
    found.push(...answer.document.map(parseGitHubAdvisory));
    page = nextPage(answer.headers, page);
  }
  return found;
}

/** Where `Link` leads on (RFC 8288). The token goes with it, so it leads nowhere else. */
function nextPage(headers: HttpHeaders, page: URL): URL | undefined {
  for (const part of (headers['link'] ?? '').split(/,(?=\s*<)/)) {
    const [, target = '', parameters = ''] = /^\s*<([^>]*)>(.*)$/.exec(part) ?? [];
    if (!/;\s*rel="?next"?\s*(?:;|$)/.test(parameters)) continue;
    const next = URL.canParse(target, page.href) ? new URL(target, page) : undefined;
    if (next?.origin === page.origin && next.pathname === page.pathname) return next;
    throw strangeAnswer(SERVICE, 'with a next page that is elsewhere');
  }
  return undefined;
}

function indexByPackage(advisories: readonly Advisory[]): ReadonlyMap<string, ReadonlySet<Advisory>> {
  // Lists of two questions can hold the same advisory.
  const once = new Map(advisories.map((advisory) => [advisory.id, advisory]));
  const index = new Map<string, Set<Advisory>>();
  for (const advisory of once.values()) {
    for (const { ecosystem, name } of advisory.affected) {
      const key = recordKey(ecosystem, name);
      index.set(key, (index.get(key) ?? new Set()).add(advisory));
    }
  }
  return index;
}
