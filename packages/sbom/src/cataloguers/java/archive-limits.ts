import { SuiteError } from '@artifact-lifecycle/core';

/** Ends of names of archives that hold Java's classes or other such archives. */
export const ARCHIVE_EXTENSIONS: readonly string[] = [
  ...[
    '.jar',
    '.war',
    '.ear',
    '.par',
    '.sar',
    '.nar',
    '.jpi',
    '.hpi',
    '.kar',
    '.far',
    '.lpkg',
    '.rar',
    '.zap',
  ],
];

export function isArchiveName(name: string): boolean {
  return ARCHIVE_EXTENSIONS.some(
    (extension) => name.endsWith(extension) || name.toLowerCase().endsWith(extension),
  );
}

/** Larger ones are listed as unknown: a file is in memory as a whole. */
export const LARGEST_ARCHIVE = 512 * 1024 * 1024;

/** Enterprise archives nest three or four deep. */
export const DEEPEST_NESTING = 16;

/** POMs, manifests and SBOMs; the largest seen has some MB. */
export const LARGEST_DESCRIPTION = 16 * 1024 * 1024;

/** What is inflated at once, of an archive within an archive and so on: memory is bounded by it. */
const MOST_INFLATED_AT_ONCE = 256 * 1024 * 1024;

/** What is read in all of one file's contents, inflated and hashed: time is bounded by it. */
const MOST_UNPACKED = 2 * 1024 * 1024 * 1024;

/** Packages of one file; the largest distributions have some thousand. */
const MOST_PACKAGES = 50_000;

/** Keeps account of what reading one file costs. */
export interface Account {
  /** Takes note of bytes that are about to be read, and of those then held in memory beside the file. */
  unpack(bytes: number, held: number): void;
  /** Takes note of a package. */
  addPackage(): void;
}

/** @throws SuiteError `LIMIT_EXCEEDED` from its methods, once a bound is passed */
export function openAccount(): Account {
  let unpacked = 0;
  let packages = 0;
  return {
    unpack(bytes, held) {
      // What is refused is not read, and costs nothing.
      if (unpacked + bytes > MOST_UNPACKED) {
        throw new SuiteError('LIMIT_EXCEEDED', `It unpacks to more than ${MOST_UNPACKED} bytes.`);
      }
      if (held > MOST_INFLATED_AT_ONCE) {
        throw new SuiteError('LIMIT_EXCEEDED', `${held} bytes of it would be inflated at once.`);
      }
      unpacked += bytes;
    },
    addPackage() {
      if (++packages > MOST_PACKAGES) {
        throw new SuiteError('LIMIT_EXCEEDED', `It holds more than ${MOST_PACKAGES} packages.`);
      }
    },
  };
}
