import { SuiteError } from '@artifact-lifecycle/core';
import type { HttpResponse } from '@artifact-lifecycle/core/http';

/** Quay's pages hold 50 entries; half a million of them are more than any repository has. */
const MAX_PAGES = 10_000;

/** Links of one header; a real one has one. */
const MAX_LINKS = 16;

/** Where the next page of a listing is, and the guard against a listing without end. */
export class Pages {
  readonly #seen = new Set<string>();
  readonly #what: string;

  /** @param what names the listing, for errors: `tags of ghcr.io/acme/app`. */
  constructor(what: string) {
    this.#what = what;
  }

  /**
   * Notes that a page is about to be asked for.
   *
   * @throws SuiteError `PROTOCOL_INVALID` where it was asked for before, `LIMIT_EXCEEDED` past the limit
   */
  enter(target: string): void {
    if (this.#seen.has(target)) {
      throw new SuiteError(
        'PROTOCOL_INVALID',
        `The list of ${this.#what} goes round in a circle after ${this.#seen.size} pages.`,
      );
    }
    this.#seen.add(target);
    if (this.#seen.size > MAX_PAGES) {
      throw new SuiteError('LIMIT_EXCEEDED', `The list of ${this.#what} has more than ${MAX_PAGES} pages.`);
    }
  }
}

/**
 * The path and query of the next page (RFC 8288; distribution-spec, "Listing Tags"), or `undefined` at the end.
 * Whatever host the link names, the same registry is asked: one behind a proxy often does not know its name.
 */
export function nextPage(response: HttpResponse): string | undefined {
  const header = response.headers['link'] ?? '';
  const link = /<([^<>]{0,4096})>([^<]*)/g;
  for (let count = 0; count < MAX_LINKS; count += 1) {
    const match = link.exec(header);
    if (match === null) return undefined;
    const [, target = '', parameters = ''] = match;
    if (!/;\s*rel\s*=\s*(?:next|"(?:[^"]*\s)?next(?:\s[^"]*)?")(?:\s*[;,]|\s*$)/i.test(parameters)) continue;
    if (!URL.canParse(target, response.url.href)) return undefined;
    const url = new URL(target, response.url);
    return `${url.pathname}${url.search}`;
  }
  return undefined;
}
