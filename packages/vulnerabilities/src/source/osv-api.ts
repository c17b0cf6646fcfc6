import { SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { field, isJsonObject, mapInParallel } from '@artifact-lifecycle/registry';
import type { Advisory } from '../advisory/advisory.ts';
import { parseAdvisory } from '../advisory/parse-advisory.ts';
import type { Component } from '../component/component.ts';
import type { AdvisorySource, Candidates } from './advisory-source.ts';
import { type OsvQuery, osvQueriesOf } from './osv-query.ts';
import { askService, strangeAnswer } from './service-request.ts';

/** The API limits batches to so many (osv.dev, "POST /v1/querybatch"). */
const MAX_BATCH = 1000;

/** The API sends no larger answers by HTTP/1.1 (osv.dev, "Are there any response size limits?"). */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Batches, and then records, that are asked for at a time: the API states no limit, and gets slower from here on. */
const BATCH_CONCURRENCY = 4;
const RECORD_CONCURRENCY = 16;

/** A package with more pages of 1,000 records is nobody's. */
const MAX_PAGES = 100;

/** Each record is a request: what names more of them asks for hours. A large image of Debian meets some 5,000. */
const MAX_RECORDS = 50_000;

/** An id goes into an address. The longest known have 60 characters. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;

const SERVICE = 'OSV API';

/** Where the API is, and who asks. */
export interface OsvApiOptions {
  readonly http: HttpClient;
  /** Without a slash at its end: `https://api.osv.dev`. */
  readonly url: string;
}

/**
 * OSV's API as a source: ids by `POST /v1/querybatch`, page by page, then each record once in the life of the source by
 * `GET /v1/vulns/{id}`.
 */
export function createOsvApi({ http, url }: OsvApiOptions): AdvisorySource {
  const records = new Map<string, Promise<Advisory>>();

  const record = (id: string, signal: AbortSignal): Promise<Advisory> => {
    const known = records.get(id);
    if (known !== undefined) return known;
    const asked = fetchRecord(id, signal);
    records.set(id, asked);
    // What failed is asked for again by who asks again.
    asked.catch(() => records.delete(id));
    return asked;
  };

  const fetchRecord = async (id: string, signal: AbortSignal): Promise<Advisory> => {
    const { document } = await askService(http, {
      service: SERVICE,
      url: new URL(`${url}/v1/vulns/${encodeURIComponent(id)}`),
      limit: MAX_ANSWER_BYTES,
      signal,
    });
    return parseAdvisory(document);
  };

  const find = async (
    components: readonly Component[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<readonly Candidates[]> => {
    const wanted = components.map(osvQueriesOf);
    const queries = new Map(wanted.flatMap((list) => list.map((query) => [keyOf(query), query] as const)));
    const ids = await findIds(http, url, queries, signal);
    const all = [...new Set([...ids.values()].flatMap((found) => [...found]))].sort();
    if (all.length > MAX_RECORDS) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The ${SERVICE} has ${all.length} records of these packages, more than the ${MAX_RECORDS} that are read.`,
        { remedy: 'Use a directory of advisories: it is read without a request for each record.' },
      );
    }
    const read = await mapInParallel(all, RECORD_CONCURRENCY, signal, record);
    const byId = new Map(all.map((id, at) => [id, read[at]]));
    return components.map((component, at) => {
      const own = wanted[at] ?? [];
      const found = new Set(own.flatMap((query) => [...(ids.get(keyOf(query)) ?? [])]));
      return { component, advisories: [...found].sort().flatMap((id) => byId.get(id) ?? []) };
    });
  };

  return { title: `OSV (${url})`, find };
}

function keyOf({ ecosystem, name, version = '' }: OsvQuery): string {
  return JSON.stringify([ecosystem, name, version]);
}

/** Asks for the ids of all queries, and for their further pages until none has one. */
async function findIds(
  http: HttpClient,
  url: string,
  queries: ReadonlyMap<string, OsvQuery>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map([...queries.keys()].map((key) => [key, new Set<string>()]));
  let open: readonly OpenQuery[] = [...queries].map(([key, query]) => ({ key, query, token: undefined }));
  for (let page = 1; open.length > 0; page += 1) {
    if (page > MAX_PAGES) {
      const name = open[0]?.query.name;
      throw new SuiteError('LIMIT_EXCEEDED', `The ${SERVICE} lists ${name} on more than ${MAX_PAGES} pages.`);
    }
    const batches = Array.from({ length: Math.ceil(open.length / MAX_BATCH) }, (_, at) =>
      open.slice(at * MAX_BATCH, (at + 1) * MAX_BATCH),
    );
    const answers = await mapInParallel(batches, BATCH_CONCURRENCY, signal, async (batch, abort) => {
      const document = { queries: batch.map(writeQuery) };
      const endpoint = new URL(`${url}/v1/querybatch`);
      const request = { service: SERVICE, url: endpoint, document, limit: MAX_ANSWER_BYTES, signal: abort };
      return readResults((await askService(http, request)).document, batch);
    });
    const pages = answers.flat();
    for (const { key, ids } of pages) for (const id of ids) found.get(key)?.add(id);
    open = pages.flatMap(({ key, query, next, token }) => {
      if (next === token && next !== undefined) {
        throw strangeAnswer(SERVICE, `with the same page of ${query.name} again`);
      }
      return next === undefined ? [] : [{ key, query, token: next }];
    });
  }
  return found;
}

interface OpenQuery {
  readonly key: string;
  readonly query: OsvQuery;
  readonly token: string | undefined;
}

interface Page extends OpenQuery {
  readonly ids: readonly string[];
  readonly next: string | undefined;
}

/** Name and ecosystem, never a purl: one with a version beside `version` is refused. */
function writeQuery({ query: { ecosystem, name, version }, token }: OpenQuery) {
  return {
    package: { ecosystem, name },
    ...(version === undefined ? {} : { version }),
    ...(token === undefined ? {} : { page_token: token }),
  };
}

/** Results are in the order of the queries: a list of another length tells nothing of anybody. */
function readResults(document: unknown, batch: readonly OpenQuery[]): readonly Page[] {
  const results = isJsonObject(document) ? field(document, 'results') : undefined;
  if (!Array.isArray(results) || results.length !== batch.length) {
    const count = Array.isArray(results) ? `${results.length} results` : 'no results';
    throw strangeAnswer(SERVICE, `${count} to ${batch.length} queries`);
  }
  return batch.map((open, at) => {
    const result: unknown = results[at];
    // An empty result is `{}`, or `null` where a proxy of somebody rewrites it.
    const object = isJsonObject(result) ? result : {};
    const vulns = field(object, 'vulns') ?? [];
    const next = field(object, 'next_page_token');
    if ((!isJsonObject(result) && result !== null) || !Array.isArray(vulns)) {
      throw strangeAnswer(SERVICE, `with something else than vulnerabilities of ${open.query.name}`);
    }
    return {
      ...open,
      ids: vulns.map((one: unknown) => readId(one, open.query)),
      next: typeof next === 'string' && next !== '' ? next : undefined,
    };
  });
}

function readId(vulnerability: unknown, { name }: OsvQuery): string {
  const id = isJsonObject(vulnerability) ? field(vulnerability, 'id') : undefined;
  if (typeof id === 'string' && ID.test(id)) return id;
  throw strangeAnswer(SERVICE, `with a vulnerability of ${name} that has no usable id`);
}
