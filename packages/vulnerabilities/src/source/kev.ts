import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { isCve } from '../advisory/cve.ts';
import type { KnownExploited } from './advisory-source.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads CISA's catalogue of known exploited vulnerabilities: whole (`{ vulnerabilities: [...] }`), its list, or one entry
 * by itself.
 *
 * @param what begins the sentence that says what is wrong: `The catalogue "kev.json"`.
 * @throws SuiteError `CONTENT_INVALID`: an entry that cannot be read could be the one that counts.
 */
export function readKevCatalogue(document: unknown, what: string): ReadonlyMap<string, KnownExploited> {
  const isCatalogue = isJsonObject(document) && Object.hasOwn(document, 'vulnerabilities');
  const list = isCatalogue ? document['vulnerabilities'] : document;
  const entries: readonly unknown[] = Array.isArray(list) ? list : [list];
  const count = isCatalogue ? field(document, 'count') : undefined;
  // A catalogue that was cut off is JSON all the same where somebody cut it well.
  if (typeof count === 'number' && count !== entries.length) {
    throw broken(what, `has ${entries.length} entries and says ${count}`);
  }
  return new Map(entries.map((entry) => readEntry(entry, what)));
}

function readEntry(entry: unknown, what: string): readonly [string, KnownExploited] {
  const cve = isJsonObject(entry) ? field(entry, 'cveID') : undefined;
  if (!isJsonObject(entry) || typeof cve !== 'string' || !isCve(cve)) {
    throw broken(what, 'has an entry without a CVE');
  }
  const dateAdded = dateField(entry, 'dateAdded');
  if (dateAdded === undefined) throw broken(what, `does not say since when ${cve} is in it`);
  const ransomware = field(entry, 'knownRansomwareCampaignUse') === 'Known';
  return [cve, { dateAdded, dueDate: dateField(entry, 'dueDate'), ransomware }];
}

function dateField(entry: JsonObject, key: string): string | undefined {
  const value = field(entry, key);
  return typeof value === 'string' && DATE.test(value) ? value : undefined;
}

function broken(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${what} ${fact}.`, {
    remedy: 'Fetch it again from CISA (cisa.gov/known-exploited-vulnerabilities-catalog).',
  });
}
