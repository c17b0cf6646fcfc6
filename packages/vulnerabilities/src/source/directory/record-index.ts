import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { recordKey } from '../record-key.ts';
import type { RecordStore } from './record-store.ts';

/** So many records are read between two looks at what else there is to do: a millisecond or some. */
const RECORDS_AT_ONCE = 64;

/** Which records name a package, by numbers of places: compact, because there are hundreds of thousands. */
export interface RecordIndex {
  /** Numbers of places, by {@link recordKey}; a number alone where there is but one. */
  readonly byPackage: ReadonlyMap<string, number | readonly number[]>;
  /** Ecosystems of which there is a record, as they stand there: `Debian:12`. */
  readonly ecosystems: ReadonlySet<string>;
  readonly records: number;
  /** The newest `modified`, in milliseconds since 1970, that is not in the future; `undefined` without one. */
  readonly newest: number | undefined;
}

/**
 * Reads every record once and keeps which packages it names; the record itself is read again by who wants it.
 *
 * @param now what is dated later says nothing of a directory's age.
 * @throws SuiteError `CONTENT_INVALID` for a file that is no record, with its name
 */
export async function indexRecords(
  store: RecordStore,
  now: number,
  signal: AbortSignal,
): Promise<RecordIndex> {
  const byPackage = new Map<string, number | number[]>();
  const ecosystems = new Set<string>();
  let newest: number | undefined;
  for (let place = 0; place < store.size; place += 1) {
    if (place % RECORDS_AT_ONCE === 0) {
      throwIfCancelled(signal);
      await setImmediate();
    }
    const what = store.describe(place);
    const record = parseRecord(store.read(place), what);
    const modified = Date.parse(textOf(record, 'modified'));
    if (modified <= now && (newest === undefined || modified > newest)) newest = modified;
    for (const key of packagesOf(record, what, ecosystems)) {
      const known = byPackage.get(key);
      if (known === undefined) byPackage.set(key, place);
      else if (typeof known === 'number') byPackage.set(key, [known, place]);
      else known.push(place);
    }
  }
  return { byPackage, ecosystems, records: store.size, newest };
}

/**
 * The JSON of a record, as far as indexing needs it to be one. Nothing here goes down into what is nested, so depth is
 * no danger; who reads the record for what it says reads it strictly.
 */
export function parseRecord(bytes: Buffer, what: string): JsonObject {
  if (!isUtf8(bytes)) throw broken(what, 'is not UTF-8 text');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw broken(what, bytes.length === 0 ? 'is empty' : 'is not JSON', cause);
  }
  if (!isJsonObject(value)) throw broken(what, 'is no OSV record: it is not an object');
  if (textOf(value, 'id') === '') throw broken(what, 'is no OSV record: it has no id');
  if (!Number.isFinite(Date.parse(textOf(value, 'modified')))) {
    throw broken(what, 'is no OSV record: it has no date "modified"');
  }
  const affected = field(value, 'affected');
  if (affected !== undefined && !Array.isArray(affected)) {
    throw broken(what, 'is no OSV record: "affected" is not a list');
  }
  return value;
}

/** Notes the packages a record names; what has none is about commits. Strict, or a record would be missed in silence. */
function packagesOf(record: JsonObject, what: string, ecosystems: Set<string>): ReadonlySet<string> {
  const affected = field(record, 'affected');
  const keys = new Set<string>();
  for (const one of Array.isArray(affected) ? affected : []) {
    if (!isJsonObject(one)) throw broken(what, 'is no OSV record: an entry of "affected" is no object');
    const named = field(one, 'package');
    if (named === undefined) continue;
    const [ecosystem, name] = isJsonObject(named)
      ? [textOf(named, 'ecosystem'), textOf(named, 'name')]
      : ['', ''];
    if (ecosystem === '' || name === '') {
      throw broken(what, 'is no OSV record: a package in "affected" has no ecosystem or no name');
    }
    ecosystems.add(ecosystem);
    keys.add(recordKey(ecosystem, name));
  }
  return keys;
}

function textOf(object: JsonObject, key: string): string {
  const value = field(object, key);
  return typeof value === 'string' ? value : '';
}

function broken(what: string, fact: string, cause?: unknown): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${what} ${fact}.`, {
    remedy: 'Download it again, or take it out of the directory.',
    cause,
  });
}
