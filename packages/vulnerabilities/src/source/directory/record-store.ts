import { join } from 'node:path';
import { isSuiteError, readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import { listZipEntries, readZipEntry, type ZipEntry } from '@artifact-lifecycle/sbom';
import { BoundedReads } from './bounded-reads.ts';
import type { RecordFiles } from './record-files.ts';

/** The largest records, of the Linux kernel with all versions enumerated, have some megabytes. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** The archive of all npm packages has some 150 MB; it is in memory while its entries are listed. */
const MAX_ARCHIVE_BYTES = 256 * 1024 * 1024;

/** Of the head that an archive has before each entry: its size, and where the lengths of name and extra stand. */
const LOCAL_HEAD = { size: 30, nameLength: 26, extraLength: 28 } as const;

/** A record of its own file, or one of an archive. */
type Place = string | { readonly archive: string; readonly entry: ZipEntry };

/** All records of a directory by number, wherever they lie. */
export class RecordStore {
  readonly #root: string;
  readonly #reads = new BoundedReads(MAX_RECORD_BYTES);
  readonly #places: readonly Place[];

  private constructor(root: string, places: readonly Place[]) {
    this.#root = root;
    this.#places = places;
  }

  /** @throws SuiteError `CONTENT_INVALID` for an archive that is none, `LIMIT_EXCEEDED` for one that is too large */
  static async open(root: string, { records, archives }: RecordFiles): Promise<RecordStore> {
    const places: Place[] = [...records];
    for (const archive of archives) {
      const what = `The archive ${JSON.stringify(archive)} of advisories`;
      const bytes = await readBoundedFile(join(root, archive), MAX_ARCHIVE_BYTES, what, {
        large: 'Unpack it in the directory.',
      });
      for (const entry of listRecords(bytes, what)) places.push({ archive, entry });
    }
    return new RecordStore(root, places);
  }

  get size(): number {
    return this.#places.length;
  }

  /** Begins a sentence: `The advisory "npm/GHSA-1.json"`. */
  describe(place: number): string {
    const found = this.#at(place);
    const name = typeof found === 'string' ? found : `${found.archive}!${found.entry.name}`;
    return `The advisory ${JSON.stringify(name.slice(0, 500))}`;
  }

  /** The bytes of a record, good until the next one is read. */
  read(place: number): Buffer {
    const found = this.#at(place);
    const what = this.describe(place);
    if (typeof found === 'string') return this.#reads.read(join(this.#root, found), what);
    const { archive, entry } = found;
    const part = this.#reads.readPart(
      join(this.#root, archive),
      entry.offset,
      LOCAL_HEAD.size,
      what,
      (head) =>
        LOCAL_HEAD.size +
        head.readUInt16LE(LOCAL_HEAD.nameLength) +
        head.readUInt16LE(LOCAL_HEAD.extraLength) +
        entry.compressedSize,
    );
    return named(what, () => readZipEntry(part, { ...entry, offset: 0 }, MAX_RECORD_BYTES));
  }

  #at(place: number): Place {
    const found = this.#places[place];
    if (found === undefined) throw new RangeError(`There is no record ${place}.`);
    return found;
  }
}

function listRecords(bytes: Buffer, what: string): readonly ZipEntry[] {
  return named(what, () => listZipEntries(bytes, (name) => name.endsWith('.json')));
}

/** Says of what is wrong with an archive, or an entry, which one it is. */
function named<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSuiteError(error)) throw error;
    const { code, message, remedy } = error;
    throw new SuiteError(code, `${what} cannot be read: ${message}`, { remedy, cause: error });
  }
}
