import { type OwnedPaths, ownPaths } from '../../inventory/owned-paths.ts';
import { type Header, openHeader, TAG } from './header.ts';

/** What a header says of its package. Lists of names are kept, for nobody else knows who depends on whom. */
export interface RpmPackage {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch: number | undefined;
  readonly arch: string | undefined;
  /** `bash-5.1.8-1.cm2.src.rpm`. */
  readonly sourceRpm: string | undefined;
  readonly licence: string | undefined;
  readonly vendor: string | undefined;
  readonly summary: string | undefined;
  readonly url: string | undefined;
  /** `nodejs:18:8070020221207152747:bd1311ed`. */
  readonly modularityLabel: string | undefined;
  readonly digests: RpmDigests;
  /** Names, without versions, each once. */
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  /** Those of its files that a package of the database requires by path. */
  readonly requiredFiles: readonly string[];
  readonly owned: OwnedPaths | undefined;
}

/** Hashes that a header has, in hexadecimal digits. None is of the .rpm file as a whole. */
export interface RpmDigests {
  /** MD5 of header and payload. */
  readonly sigMd5: string | undefined;
  readonly sha1Header: string | undefined;
  readonly sha256Header: string | undefined;
  /** Of the compressed archive of files. */
  readonly sha256Payload: string | undefined;
}

/** Characters of all paths of one database: a million files have some 80 million. Hostile ones are endless. */
const MAX_PATH_CHARACTERS = 100_000_000;

/** Longer than any file system's paths. */
const MAX_PATH_LENGTH = 4096;

/** A kernel provides some 5,000 names. */
const MAX_NAMES = 50_000;

const IS_DIRECTORY = 0o040000;
const FILE_TYPE = 0o170000;
const SHA256 = 8;

/** Names a package among those of a database. */
export function nevra({ name, epoch, version, release, arch }: RpmPackage): string {
  return `${name}-${epoch ?? 0}:${version}-${release}.${arch ?? ''}`;
}

/** What headers say, and how many could not be read. */
export interface ReadHeaders {
  /** One for each blob; `undefined` where it is broken, or no package. */
  readonly packages: readonly (RpmPackage | undefined)[];
  readonly broken: number;
  /** Whether there was more of paths than is read. */
  readonly isCut: boolean;
}

/** Reads headers of one database; keys of gpg are stored like packages and are none. */
export function readHeaders(
  blobs: Iterable<Buffer>,
  root: string,
  maxPathCharacters = MAX_PATH_CHARACTERS,
): ReadHeaders {
  let broken = 0;
  const headers = Array.from(blobs, (blob) => {
    const header = openHeader(blob);
    const name = header?.string(TAG.name);
    if (name === undefined || header?.string(TAG.version) === undefined) broken++;
    else if (name !== 'gpg-pubkey') return header;
    return undefined;
  });
  const names = new Map<string, string>();
  const requires = headers.map((header) =>
    header === undefined ? [] : namesOf(header, TAG.requires, names),
  );
  const wanted = new Set(requires.flat().filter((name) => name.startsWith('/')));
  const budget = { characters: maxPathCharacters };
  const packages = headers.map((header, at) => {
    if (header === undefined) return undefined;
    const requiredFiles: string[] = [];
    const owned = ownPaths(filesOf(header, root, wanted, requiredFiles, budget));
    const provides = namesOf(header, TAG.provides, names);
    return { ...describe(header), provides, requires: requires[at] ?? [], requiredFiles, owned };
  });
  return { packages, broken, isCut: budget.characters < 0 };
}

/** Names of a list, each once. Many packages name the same ones: `known` has each string one time. */
function namesOf(header: Header, tag: typeof TAG.provides | typeof TAG.requires, known: Map<string, string>) {
  const found = new Set<string>();
  for (const name of header.strings(tag)) {
    // What rpm itself must be able to do.
    if (name.startsWith('rpmlib(') || found.size >= MAX_NAMES) continue;
    const same = known.get(name);
    if (same === undefined) known.set(name, name);
    found.add(same ?? name);
  }
  return [...found];
}

function* filesOf(
  header: Header,
  root: string,
  wanted: ReadonlySet<string>,
  requiredFiles: string[],
  budget: { characters: number },
): Generator<string> {
  const directories = header.strings(TAG.dirNames);
  const indexes = header.numbers(TAG.dirIndexes);
  const modes = header.numbers(TAG.fileModes);
  const names = header.strings(TAG.baseNames);
  const isOld = names.length === 0;
  let at = 0;
  for (const name of isOld ? header.strings(TAG.oldFilenames) : names) {
    const directory = isOld ? '' : (directories[indexes[at] ?? -1] ?? '');
    const isDirectory = ((modes[at++] ?? 0) & FILE_TYPE) === IS_DIRECTORY;
    if (directory.length + name.length > MAX_PATH_LENGTH) continue;
    const path = directory + name;
    if (wanted.has(path)) requiredFiles.push(path);
    if (isDirectory) continue;
    budget.characters -= path.length;
    if (budget.characters < 0) return;
    yield root === '' ? path : root + path.replace(/^\//, '');
  }
}

function describe(header: Header) {
  const string = header.string;
  const isSha256 = header.number(TAG.payloadDigestAlgorithm) === SHA256;
  return {
    name: string(TAG.name) ?? '',
    version: string(TAG.version) ?? '',
    release: string(TAG.release) ?? '',
    epoch: header.number(TAG.epoch),
    arch: string(TAG.arch),
    sourceRpm: string(TAG.sourceRpm),
    licence: string(TAG.licence),
    vendor: string(TAG.vendor),
    summary: string(TAG.summary),
    url: string(TAG.url),
    modularityLabel: string(TAG.modularityLabel),
    digests: {
      sigMd5: digest(header.hex(TAG.sigMd5), 32),
      sha1Header: digest(string(TAG.sha1Header), 40),
      sha256Header: digest(string(TAG.sha256Header), 64),
      sha256Payload: isSha256 ? digest(string(TAG.payloadDigest), 64) : undefined,
    },
  };
}

function digest(text: string | undefined, length: number): string | undefined {
  return text?.length === length && /^[0-9a-f]+$/.test(text) ? text : undefined;
}
