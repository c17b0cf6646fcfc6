import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject } from '@artifact-lifecycle/registry';
import type { Epss } from './advisory-source.ts';

/** There are some 300,000 CVEs with a score (November 2026). */
const MAX_SCORES = 2_000_000;

const DATE = /^\d{4}-\d{2}-\d{2}/;

/**
 * Reads scores as JSON: FIRST's answer (`{ data: [...] }`), a list, or one entry by itself. Numbers may be texts.
 *
 * @param isWanted of which CVEs something is kept.
 * @param what begins the sentence that says what is wrong: `The answer of the EPSS API`.
 * @throws SuiteError `CONTENT_INVALID`
 */
export function readEpssDocument(
  document: unknown,
  isWanted: (cve: string) => boolean,
  what: string,
): ReadonlyMap<string, Epss> {
  const data = isJsonObject(document) && Object.hasOwn(document, 'data') ? document['data'] : document;
  const entries: readonly unknown[] = Array.isArray(data) ? data : [data];
  const found = new Map<string, Epss>();
  for (const entry of entries) {
    if (!isJsonObject(entry)) throw broken(what, 'has an entry that is no object');
    const cve = field(entry, 'cve');
    if (typeof cve !== 'string') throw broken(what, 'has an entry without a CVE');
    if (!isWanted(cve)) continue;
    found.set(cve, {
      score: readShare(field(entry, 'epss'), cve, what),
      percentile: readShare(field(entry, 'percentile'), cve, what),
      date: readDate(field(entry, 'date')),
    });
  }
  return found;
}

/**
 * Reads scores as FIRST publishes them whole: a comment with the date, a header, `CVE-2021-44228,0.97565,0.99996`.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readEpssTable(
  text: string,
  isWanted: (cve: string) => boolean,
  what: string,
): ReadonlyMap<string, Epss> {
  const lines = text.split('\n');
  if (lines.length > MAX_SCORES) {
    throw new SuiteError('LIMIT_EXCEEDED', `${what} has more than ${MAX_SCORES} lines.`);
  }
  const isComment = lines[0]?.startsWith('#') === true;
  const date = isComment ? readDate(/score_date:([^,\s]{1,40})/.exec(lines[0] ?? '')?.[1]) : undefined;
  const header = (lines[isComment ? 1 : 0] ?? '').trim().split(',');
  const [cveAt, scoreAt, percentileAt, dateAt] = ['cve', 'epss', 'percentile', 'date'].map((name) =>
    header.indexOf(name),
  );
  if (cveAt === -1 || scoreAt === -1 || percentileAt === -1) {
    throw broken(what, 'has no header "cve,epss,percentile"');
  }
  const found = new Map<string, Epss>();
  for (const line of lines.slice(isComment ? 2 : 1)) {
    if (line.trim() === '') continue;
    const cells = line.trim().split(',');
    const cell = (at: number | undefined): string | undefined => (at === undefined ? undefined : cells[at]);
    const cve = cell(cveAt) ?? '';
    if (!isWanted(cve)) continue;
    found.set(cve, {
      score: readShare(cell(scoreAt), cve, what),
      percentile: readShare(cell(percentileAt), cve, what),
      date: readDate(cell(dateAt)) ?? date,
    });
  }
  return found;
}

const NUMBER = /^\d(?:\.\d{1,30})?(?:[eE]-\d{1,3})?$/;

/** A number from 0 to 1, or its text. What is none is an error: taken for 0 it would let a finding pass. */
function readShare(value: unknown, cve: string, what: string): number {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  if (typeof number === 'number' && number >= 0 && number <= 1) return number;
  throw broken(what, `has no number from 0 to 1 for ${cve}`);
}

function readDate(value: unknown): string | undefined {
  return typeof value === 'string' && DATE.test(value) ? value.slice(0, '2026-11-25'.length) : undefined;
}

function broken(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${what} ${fact}.`, {
    remedy: 'Fetch it again from FIRST (first.org/epss).',
  });
}
