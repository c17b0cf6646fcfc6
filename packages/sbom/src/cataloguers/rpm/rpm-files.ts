import type { FileSelection, FoundFile, Report } from '../cataloguer.ts';
import { isBerkeleyHash, readBerkeleyHash } from './berkeley-db.ts';
import { readManifest } from './manifest.ts';
import { isNdb, readNdb } from './ndb.ts';
import { type PackagesTable, readPackagesTable } from './packages-table.ts';
import { type RpmPackage, readHeaders } from './rpm-package.ts';
import { type LogPages, readLog } from './sqlite-log.ts';

/** What one file of an rpm system says. */
export type RpmFacts =
  | {
      readonly kind: 'database';
      readonly format: RpmFormat;
      readonly packages: readonly RpmPackage[];
      readonly table?: PackagesTable | undefined;
    }
  | { readonly kind: 'log'; readonly log: LogPages };

/** Formats in the order in which rpm came to them, the newest first. */
export const FORMATS = ['sqlite', 'ndb', 'bdb', 'manifest'] as const;
export type RpmFormat = (typeof FORMATS)[number];

/** `usr/lib/sysimage` is where SUSE and Fedora moved it, `usr/share` where rpm-ostree has it. */
const PLACE =
  /^(|.*?\/)(?:(?:var\/lib|usr\/share|usr\/lib\/sysimage)\/rpm\/(Packages|Packages\.db|rpmdb\.sqlite|rpmdb\.sqlite-wal)|var\/lib\/rpmmanifest\/(container-manifest-2))$/;

/** A workstation's database has some 200 MB; an image's seldom a tenth. */
const MAX_BYTES = 256 * 1024 * 1024;

export const RPM_SELECTION: FileSelection = {
  names: ['Packages', 'Packages.db', 'rpmdb.sqlite', 'rpmdb.sqlite-wal', 'container-manifest-2'],
  accepts: (path) => PLACE.test(path),
  maxBytes: MAX_BYTES,
};

/** Where the file system of a database begins: `''`, or `rootfs/`. */
export function rootOf(path: string): string {
  return PLACE.exec(path)?.[1] ?? '';
}

/** Reads a file of an rpm system, by its name and then by its first bytes. */
export function readRpmFile(file: FoundFile, report: Report): RpmFacts | undefined {
  const [, root = '', name, manifest] = PLACE.exec(file.path) ?? [];
  if (manifest !== undefined) {
    return { kind: 'database', format: 'manifest', packages: readManifest(file.text(), report) };
  }
  if (name === 'rpmdb.sqlite-wal') {
    const log = readLog(file.bytes);
    return log === undefined ? undefined : { kind: 'log', log };
  }
  // A database of which everything is in its log still.
  if (file.bytes.length === 0) return { kind: 'database', format: 'sqlite', packages: [] };
  const read = readDatabase(file.bytes, root);
  if (read === undefined) {
    report('It is no rpm database of a known format.');
    return undefined;
  }
  const { format, packages, table, broken, isCut } = read;
  if (broken > 0) report(`${broken} of its records could not be read.`);
  if (isCut) report('It has more paths than are read.');
  return { kind: 'database', format, packages, table };
}

interface ReadDatabase {
  readonly format: RpmFormat;
  readonly packages: readonly RpmPackage[];
  readonly table?: PackagesTable | undefined;
  readonly broken: number;
  readonly isCut: boolean;
}

function readDatabase(bytes: Buffer, root: string): ReadDatabase | undefined {
  const isNdbFile = isNdb(bytes);
  if (!isNdbFile && !isBerkeleyHash(bytes)) {
    const read = readPackagesTable(bytes, root);
    return read === undefined ? undefined : { format: 'sqlite', ...read };
  }
  let lost = 0;
  const countLost = () => {
    lost++;
  };
  const blobs = isNdbFile ? readNdb(bytes, countLost) : readBerkeleyHash(bytes, countLost);
  const { packages, broken, isCut } = readHeaders(blobs, root);
  const format = isNdbFile ? 'ndb' : 'bdb';
  return { format, packages: packages.filter((each) => each !== undefined), broken: broken + lost, isCut };
}
