import { SuiteError } from '@artifact-lifecycle/core';
import { mapInParallel } from '@artifact-lifecycle/registry';
import type { PackagesAnswer } from './exchange.ts';
import { unexpected } from './package-version.ts';
import type { PackagesClient } from './packages-client.ts';
import { packagesError } from './packages-error.ts';

/** The largest size of a page. */
export const PAGE_SIZE = 100;

/** 500,000 entries: three times the largest package that is known of. */
const MAX_PAGES = 5000;

/** GitHub allows 100 requests at a time; its lists get slower from some ten on. */
const CONCURRENCY = 8;

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[];
  /** How many pages there are, as this page says. */
  readonly last: number;
}

/** A list in pages. */
export interface Listing {
  readonly client: PackagesClient;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>> | undefined;
  /** An infinitive with its object: `list the versions of ghcr.io/acme/app`. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
}

/** Reads one page. @throws SuiteError what GitHub refuses it with */
export async function readPage(listing: Listing, page: number): Promise<Page> {
  const { client, path, query, doing, signal } = listing;
  const answer = await client.ask({
    method: 'GET',
    path,
    query: { ...query, per_page: PAGE_SIZE, ...(page > 1 && { page }) },
    signal,
  });
  if (answer.status !== 200) throw packagesError(answer, doing, client.clock.now());
  if (!Array.isArray(answer.data)) throw unexpected('list');
  const items: readonly unknown[] = answer.data;
  return { items, last: Math.max(page, linkedPage(answer, 'last') ?? linkedPage(answer, 'next') ?? page) };
}

/** Reads all pages of a list that nobody changes meanwhile; those after the first in parallel. */
export async function readAllPages(listing: Listing): Promise<readonly unknown[]> {
  const first = await readPage(listing, 1);
  const pages = [first, ...(await readPages(listing, 2, first.last))];
  // A list that grew, or that tells of the next page only.
  for (let last = pages.at(-1)?.last ?? 1; pages.length < last; last = pages.at(-1)?.last ?? last) {
    pages.push(await readPage(listing, pages.length + 1));
    refuseTooMany(listing, pages.length);
  }
  return pages.flatMap(({ items }) => items);
}

/** Reads some pages in parallel. */
export function readPages(listing: Listing, from: number, to: number): Promise<readonly Page[]> {
  refuseTooMany(listing, to);
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  return mapInParallel(numbers, CONCURRENCY, listing.signal, (page, signal) =>
    readPage({ ...listing, signal }, page),
  );
}

function refuseTooMany({ doing }: Listing, pages: number): void {
  if (pages <= MAX_PAGES) return;
  throw new SuiteError('LIMIT_EXCEEDED', `To ${doing} takes more than ${MAX_PAGES} pages.`, {
    remedy: 'Delete versions in another way first, or the whole package.',
  });
}

/** The page that `Link` names in a relation. GitHub's links are well-formed; others name none. */
function linkedPage({ headers }: PackagesAnswer, relation: string): number | undefined {
  for (const part of (headers['link'] ?? '').slice(0, 8192).split(',')) {
    const [target = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (!parameters.includes(`rel="${relation}"`)) continue;
    const url = target.slice(1, -1);
    const page = URL.canParse(url) ? Number(new URL(url).searchParams.get('page')) : Number.NaN;
    return Number.isSafeInteger(page) && page > 0 ? page : undefined;
  }
  return undefined;
}
