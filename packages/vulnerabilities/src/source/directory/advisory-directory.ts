import { type Clock, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { Advisory } from '../../advisory/advisory.ts';
import { type EcosystemPackage, ecosystemsOf } from '../../advisory/ecosystem-package.ts';
import { newestRecords } from '../../advisory/newest-records.ts';
import { splitEcosystem } from '../../advisory/package-name.ts';
import { parseAdvisory } from '../../advisory/parse-advisory.ts';
import type { Component } from '../../component/component.ts';
import type { AdvisorySource, Candidates, Gap } from '../advisory-source.ts';
import { isExploitationFile } from '../exploitation-files.ts';
import { recordKey } from '../record-key.ts';
import { findRecordFiles } from './record-files.ts';
import { indexRecords, parseRecord, type RecordIndex } from './record-index.ts';
import { RecordStore } from './record-store.ts';

const DAY = 86_400_000;

/** What a directory is opened with. */
export interface AdvisoryDirectoryOptions {
  readonly directory: string;
  readonly clock: Clock;
  /**
   * Milliseconds that the newest `modified` of all records may be in the past. Times of files say when they were copied;
   * a database that changes every hour and has nothing of the last days was not fetched in them.
   */
  readonly maxAge?: number | undefined;
}

/** A source that can tell what it holds, once it was asked. */
export interface AdvisoryDirectory extends AdvisorySource {
  /** Reads the directory, where that was not done yet. @throws SuiteError as `find` does */
  index(options: { readonly signal: AbortSignal }): Promise<RecordIndex>;
}

/**
 * A directory of OSV records as a source: `*.json`, and `*.zip` as OSV publishes ecosystems, however deep. It is read
 * once in the life of the source; what is kept of it is which file names which package.
 *
 * Beside what every source throws: `NOT_FOUND` where the directory is missing or has no record, `CONTENT_INVALID` with
 * the name of a file that is none, `LIMIT_EXCEEDED` where it is older than allowed.
 */
export function openAdvisoryDirectory({
  directory,
  clock,
  maxAge,
}: AdvisoryDirectoryOptions): AdvisoryDirectory {
  let opened: Promise<Opened> | undefined;

  const open = async (signal: AbortSignal): Promise<Opened> => {
    const files = await findRecordFiles(directory, isExploitationFile, signal);
    const store = await RecordStore.open(directory, files);
    if (store.size === 0) {
      throw new SuiteError('NOT_FOUND', `The directory of advisories ${directory} has no OSV record.`, {
        remedy: 'Fill it with records of OSV (osv-vulnerabilities.storage.googleapis.com/ECOSYSTEM/all.zip).',
      });
    }
    const index = await indexRecords(store, clock.now() + DAY, signal);
    if (maxAge !== undefined) refuseOld(directory, index, clock.now(), maxAge);
    return { store, index };
  };

  /** A failure is not kept: who was cancelled may come again. */
  const openOnce = (signal: AbortSignal): Promise<Opened> => {
    opened ??= open(signal).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  const find = async (
    components: readonly Component[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<readonly Candidates[]> => {
    const { store, index } = await openOnce(signal);
    const read = new Map<number, Advisory>();
    const advisoryAt = (place: number): Advisory => {
      const known = read.get(place);
      if (known !== undefined) return known;
      const advisory = readAdvisory(store, place);
      read.set(place, advisory);
      return advisory;
    };
    // A thousand packages are of few ecosystems, and a directory of OSV has a thousand of these.
    const gaps = new Map<string, Gap | undefined>();
    const gapFor = (names: readonly EcosystemPackage[]): Gap | undefined => {
      const key = names.flatMap(({ ecosystems, suffixes }) => [...ecosystems, suffixes]).join('\n');
      if (!gaps.has(key)) gaps.set(key, gapOf(names, index.ecosystems, directory));
      return gaps.get(key);
    };
    return components.map((component) => {
      const names = ecosystemsOf(component);
      const places = new Set(names.flatMap((one) => placesOf(index, one)));
      return {
        component,
        advisories: newestRecords([...places].map(advisoryAt)),
        gap: gapFor(names),
      };
    });
  };

  return {
    title: `directory ${directory}`,
    find,
    index: async ({ signal }) => (await openOnce(signal)).index,
  };
}

interface Opened {
  readonly store: RecordStore;
  readonly index: RecordIndex;
}

/** @throws SuiteError with the file's name before what is wrong with the record */
function readAdvisory(store: RecordStore, place: number): Advisory {
  const what = store.describe(place);
  const record = parseRecord(store.read(place), what);
  try {
    return parseAdvisory(record);
  } catch (error) {
    if (!isSuiteError(error)) throw error;
    const { code, message, remedy } = error;
    throw new SuiteError(code, `${what} cannot be read: ${message}`, { remedy, cause: error });
  }
}

function placesOf({ byPackage }: RecordIndex, { ecosystems, name }: EcosystemPackage): readonly number[] {
  const keys = new Set(ecosystems.map((ecosystem) => recordKey(ecosystem, name)));
  return [...keys].flatMap((key) => byPackage.get(key) ?? []);
}

/**
 * Where nobody could be asked about a component, matching says why; here, what only this directory lacks: all records of
 * an ecosystem, or of a release of a distribution.
 */
function gapOf(
  packages: readonly EcosystemPackage[],
  known: ReadonlySet<string>,
  directory: string,
): Gap | undefined {
  const [first] = packages.flatMap(({ ecosystems }) => ecosystems);
  if (first === undefined || packages.some((one) => speaksOf(one, known))) return undefined;
  return { ecosystem: first, reason: `the directory ${directory} has no records of ${first}` };
}

function speaksOf({ ecosystems, suffixes }: EcosystemPackage, known: ReadonlySet<string>): boolean {
  const bases = ecosystems.map((one) => splitEcosystem(one).base);
  return [...known].some((one) => {
    const { base, suffix } = splitEcosystem(one);
    if (!bases.includes(base)) return false;
    if (suffix === undefined || suffixes?.test(suffix) === true) return true;
    return ecosystems.some((asked) => splitEcosystem(asked).suffix === suffix);
  });
}

function refuseOld(directory: string, { newest }: RecordIndex, now: number, maxAge: number): void {
  if (newest !== undefined && now - newest <= maxAge) return;
  const days = (milliseconds: number): string => `${Math.floor(milliseconds / DAY)} days`;
  const fact =
    newest === undefined
      ? 'has no record with a date'
      : `is ${days(now - newest)} old: its newest record was modified ${new Date(newest).toISOString()}`;
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `The directory of advisories ${directory} ${fact}, and max-advisory-age allows ${days(maxAge)}.`,
    { remedy: 'Fetch the advisories again, or raise max-advisory-age.' },
  );
}
