import { type OwnedPaths, ownPaths } from '../../inventory/owned-paths.ts';

/**
 * A package of apk's database. Fields by their letter (apk-tools, "apk-v2(5)"): `P` name, `V` version, `A`
 * architecture, `T` description, `U` URL, `L` licence, `o` origin, `m` maintainer, `c` commit of aports, `D`
 * dependencies, `p` provides, `C` checksum.
 */
export type ApkRecord = ReadonlyMap<string, string>;

/** The database, small: fields as text, for each layer has a copy of it. */
export interface InstalledDb {
  /** Records of packages with name and version, as they stand in the database, without files. */
  readonly records: Buffer;
  /** What each of them owns, in the same order. */
  readonly owned: readonly OwnedPaths[];
  /** How many have no name or no version. */
  readonly broken: number;
}

const KEPT = new Set([...'PVATULomcDpC']);

/** Reads lib/apk/db/installed. `root` is where its file system begins: `''`, or `rootfs/`. */
export function readInstalledDb(text: string, root: string): InstalledDb {
  const records: string[] = [];
  const owned: OwnedPaths[] = [];
  let broken = 0;
  let fields: string[] = [];
  let paths: string[] = [];
  let folder = root;
  const endRecord = () => {
    const isWhole = ['P:', 'V:'].every((name) =>
      fields.some((line) => line.startsWith(name) && line.length > 2),
    );
    if (isWhole) {
      records.push(fields.join('\n'));
      owned.push(ownPaths(paths));
    } else if (fields.length > 0 || paths.length > 0) broken++;
    fields = [];
    paths = [];
    folder = root;
  };
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const letter = text[at] ?? '';
    if (end === at || (letter === '\r' && end === at + 1)) endRecord();
    else if (text[at + 1] === ':') {
      const value = text.slice(at + 2, text[end - 1] === '\r' ? end - 1 : end);
      if (letter === 'R') paths.push(folder + value);
      else if (letter === 'F') folder = value === '' ? root : `${root}${value}/`;
      else if (KEPT.has(letter) && value !== '') fields.push(`${letter}:${value}`);
    }
    at = end + 1;
  }
  endRecord();
  return { records: Buffer.from(records.join('\n\n')), owned, broken };
}

/** Reads the records again, each with its place among what is owned. */
export function* readRecords(records: Buffer): Generator<ApkRecord> {
  if (records.length === 0) return;
  for (const record of records.toString('utf8').split('\n\n')) {
    yield new Map(record.split('\n').map((line) => [line.slice(0, 1), line.slice(2)]));
  }
}

/** Names of `D` and `p`, of etc/apk/world: `so:libc.musl-x86_64.so.1=1` without its version; conflicts are none. */
export function* readNames(field: string | undefined): Generator<string> {
  if (field === undefined) return;
  for (const token of field.split(/\s+/)) {
    const name = /^[^<>=~@]+/.exec(token)?.[0];
    if (name !== undefined && !name.startsWith('!')) yield name;
  }
}
