import type { OsRelease } from '../inventory/os-release.ts';
import type { FoundPackage } from '../inventory/package.ts';

/** Which files a cataloguer wants, decided by path and first bytes: nothing else of an image is kept. */
export interface FileSelection {
  /** Base names, exact: `package.json`. */
  readonly names?: readonly string[];
  /** Ends of base names, in lower case, compared without case: `.jar`. */
  readonly extensions?: readonly string[];
  /** Ends of paths, at a slash: `lib/dpkg/status` is `var/lib/dpkg/status`, and not `mylib/dpkg/status`. */
  readonly suffixes?: readonly string[];
  /** Every file that lies directly in such a folder, at any depth: `lib/dpkg/status.d`. */
  readonly folders?: readonly string[];
  /** Every ELF, PE and Mach-O file, by its first bytes. */
  readonly executables?: boolean;
  /** Asked last, of what one of the above wants: `false` passes it over. Not asked of executables. */
  accepts?(path: string): boolean;
  /** A larger file is not read, and listed as unknown. */
  readonly maxBytes: number;
}

/** A wanted file, whole. */
export interface FoundFile {
  /** From the root, without a leading slash, without `.` and `..`. */
  readonly path: string;
  /** Its content. Valid during the call only: facts must not keep a part of it. */
  readonly bytes: Buffer;
  /** Content as UTF-8 text, without a byte order mark; what is no UTF-8 becomes U+FFFD. */
  text(): string;
}

/** Says that something in a file could not be read; the rest goes on. One sentence with the fact. */
export type Report = (reason: string) => void;

/** What a cataloguer read of one file that is there in the end. */
export interface Evidence<Facts> {
  readonly path: string;
  /** Digest of the layer it lies in; `undefined` outside of images. */
  readonly layer: string | undefined;
  readonly facts: Facts;
  /**
   * What lower layers had at the same path, from the base up, for cataloguers that ask for it by `keepsEarlier`: the
   * first that has a package brought it.
   */
  readonly earlier: readonly { readonly layer: string | undefined; readonly facts: Facts }[];
}

/** What is known of the whole while packages are assembled. */
export interface Scene {
  /** In an image what is installed counts, in a directory lock files do, too. */
  readonly origin: 'image' | 'directory';
  readonly os: OsRelease | undefined;
  /** `amd64`, `arm64`: of the image's config; `undefined` for directories. */
  readonly architecture: string | undefined;
  /** Follows symbolic links in a path, as far as they lead; the path itself where there are none. */
  resolve(path: string): string;
  /** Lists something as unknown. */
  report(path: string, reason: string): void;
}

/**
 * Knows one kind of package. To add one, write such an object in a file of its own and enter it in
 * `cataloguers.ts`.
 *
 * `read` sees each wanted file once, in no order, while layers stream by, and keeps little of it. A hard link to a
 * file that was read has its facts, without being read again, where it has the same base name or is an executable:
 * what depends on the directory belongs into `assemble`. `assemble` sees
 * what was read of the files that are there in the end, sorted by path, and makes packages of it. Both are pure; an
 * exception in `read` lists the file as unknown, and nothing else is lost.
 */
export interface Cataloguer<Facts> {
  /** `dpkg`; the documents say it of each package. */
  readonly name: string;
  readonly origins: readonly Scene['origin'][];
  readonly selects: FileSelection;
  /** Whether evidence comes with what lower layers had at the same path. */
  readonly keepsEarlier?: boolean;
  /** Facts of a file; `undefined` where it is not what its name promised. */
  read(file: FoundFile, report: Report): Facts | undefined;
  assemble(evidence: readonly Evidence<Facts>[], scene: Scene): readonly FoundPackage[];
}

/** The first layer at whose time something held, by the history of one path; its own where none before. */
export function firstLayerWith<Facts>(
  evidence: Evidence<Facts>,
  holds: (facts: Facts) => boolean,
): string | undefined {
  return evidence.earlier.find(({ facts }) => holds(facts))?.layer ?? evidence.layer;
}

/**
 * The layer that brought each of many things in one file, by the names `namesIn` gives them: what `firstLayerWith`
 * says of one, in one walk through the history.
 */
export function firstLayers<Facts>(
  evidence: Evidence<Facts>,
  namesIn: (facts: Facts) => Iterable<string>,
): ReadonlyMap<string, string | undefined> {
  const layers = new Map<string, string | undefined>();
  for (const { layer, facts } of [...evidence.earlier, evidence]) {
    for (const name of namesIn(facts)) if (!layers.has(name)) layers.set(name, layer);
  }
  return layers;
}
