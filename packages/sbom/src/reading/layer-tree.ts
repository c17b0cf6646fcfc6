import { SuiteError } from '@artifact-lifecycle/core';
import { PathSet } from '../inventory/path-set.ts';
import { parentOf } from './entry-path.ts';
import { MAX_DIRECTORIES, MAX_ENTRIES, MAX_FINDINGS, MAX_PATH_LENGTH, MAX_SYMLINKS } from './limits.ts';

/** How many things all layers of an image may still have. */
export class TreeAllowance {
  #entries = MAX_ENTRIES;
  #directories = MAX_DIRECTORIES;
  #symlinks = MAX_SYMLINKS;
  #findings = MAX_FINDINGS;

  /** @throws SuiteError `LIMIT_EXCEEDED` */
  takeEntry(): void {
    if (--this.#entries < 0) throw tooMany(MAX_ENTRIES, 'files');
  }

  /** @throws SuiteError `LIMIT_EXCEEDED` */
  takeDirectory(): void {
    if (--this.#directories < 0) throw tooMany(MAX_DIRECTORIES, 'directories');
  }

  /** @throws SuiteError `LIMIT_EXCEEDED` */
  takeFindings(count: number): void {
    this.#findings -= count;
    if (this.#findings < 0) throw tooMany(MAX_FINDINGS, 'files that say something of packages');
  }

  /** Whether one more is kept. */
  takeSymlink(): boolean {
    return this.#symlinks-- > 0;
  }

  /** Whether there are more symbolic links than are kept: then none is followed, whatever order they came in. */
  get hasTooManySymlinks(): boolean {
    return this.#symlinks < 0;
  }
}

/** Whether a set has a path; a set that is never filled takes no memory. */
export type PathLookup = Pick<PathSet, 'has' | 'size'>;

/**
 * What a layer does to the tree below it, without the tree: some bytes a path. The lowest layer has nothing below it,
 * so that of it only symbolic links and the parents of its entries are kept.
 */
export class LayerTree {
  readonly #isBase: boolean;
  readonly #allowance: TreeAllowance;
  readonly #entries = new PathSet();
  readonly #nonDirectories = new PathSet();
  readonly #parents = new PathSet();
  readonly #whiteouts = new PathSet();
  readonly #opaque = new PathSet();
  readonly #symlinks = new Map<string, string>();
  /** Entries of one directory follow each other: its path is looked up once. */
  #lastParent = '';

  constructor(isBase: boolean, allowance: TreeAllowance) {
    this.#isBase = isBase;
    this.#allowance = allowance;
  }

  /** Every path it has an entry for; empty for the lowest layer. */
  get entries(): PathLookup {
    return this.#entries;
  }

  /** Those of them that are no directories. */
  get nonDirectories(): PathLookup {
    return this.#nonDirectories;
  }

  /** Directories that something lies in, whether they have entries or not. */
  get parents(): PathLookup {
    return this.#parents;
  }

  /** Paths it removes from the layers below. */
  get whiteouts(): PathLookup {
    return this.#whiteouts;
  }

  /** Directories it empties. */
  get opaque(): PathLookup {
    return this.#opaque;
  }

  /** Targets of symbolic links, as they are written. */
  get symlinks(): ReadonlyMap<string, string> {
    return this.#symlinks;
  }

  addDirectory(path: string): void {
    this.#addEntry(path);
    this.#symlinks.delete(path);
  }

  addFile(path: string): void {
    this.#addEntry(path);
    if (this.#symlinks.size > 0) this.#symlinks.delete(path);
    if (!this.#isBase) this.#nonDirectories.add(path);
  }

  addSymlink(path: string, target: string): void {
    this.addFile(path);
    // A longer target cannot be created, and following it would take long.
    if (target.length > MAX_PATH_LENGTH) return;
    if (this.#allowance.takeSymlink()) this.#symlinks.set(path, target);
    else this.#symlinks.clear();
  }

  /** Drops all links, where an image has too many to keep. */
  forgetSymlinks(): void {
    this.#symlinks.clear();
  }

  addWhiteout(path: string): void {
    this.#addParents(path);
    this.#whiteouts.add(path);
  }

  addOpaque(directory: string): void {
    if (directory !== '') this.#addParents(`${directory}/`);
    this.#opaque.add(directory);
  }

  #addEntry(path: string): void {
    this.#addParents(path);
    if (!this.#isBase) this.#entries.add(path);
  }

  #addParents(path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return;
    const { length } = this.#lastParent;
    if (length === slash && path.startsWith(this.#lastParent)) return;
    const parent = path.slice(0, slash);
    this.#lastParent = parent;
    for (let each = parent; each !== '' && !this.#parents.has(each); each = parentOf(each)) {
      this.#allowance.takeDirectory();
      this.#parents.add(each);
    }
  }
}

function tooMany(limit: number, of: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `There are more than ${limit} ${of}.`);
}
