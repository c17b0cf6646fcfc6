import type { TarEntryDescription } from '@artifact-lifecycle/registry';
import type { Cataloguer } from '../cataloguers/cataloguer.ts';
import { looksExecutable } from '../cataloguers/executable/executable.ts';
import { PathSet } from '../inventory/path-set.ts';
import type { ContentMemory } from './content-memory.ts';
import { baseOf, joinPath, normalizePath, parentOf } from './entry-path.ts';
import { FileGatherer } from './file-gatherer.ts';
import { type FileMatcher, UNWANTED, unite, type Wants } from './file-matcher.ts';
import { type Finding, oneLine, readFile } from './finding.ts';
import { type HardLink, type PassedOver, readKey } from './layer-contents.ts';
import { LayerTree, type TreeAllowance } from './layer-tree.ts';
import { MAX_PATH_LENGTH, MAX_UNKNOWNS } from './limits.ts';
import type { TarSink } from './tar-walker.ts';
import { withinSize } from './within-size.ts';

/** What all layers of an image are read with. */
export interface ReadingTools {
  readonly cataloguers: readonly Cataloguer<unknown>[];
  readonly matcher: FileMatcher;
  readonly memory: ContentMemory;
  readonly allowance: TreeAllowance;
}

/** image-spec, layer.md, "Whiteouts"; what begins with the second is aufs' own. */
const WHITEOUT = '.wh.';
const WHITEOUT_META = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';

/** Takes the entries of one layer: gives wanted files to cataloguers, and remembers what the layer does to others. */
export class LayerReader implements TarSink {
  readonly tree: LayerTree;
  readonly findings = new Map<string, readonly Finding[]>();
  readonly hardLinks = new Map<string, HardLink>();
  readonly read = new PathSet();
  readonly passedOver: PassedOver[] = [];
  readonly #tools: ReadingTools;
  readonly #gatherer: FileGatherer;
  #passedOverCount = 0;
  #files = 0;
  #order = 0;
  #path = '';
  #wants: Wants = UNWANTED;
  #waiting: Promise<void> | undefined;

  constructor(isBase: boolean, tools: ReadingTools) {
    this.#tools = tools;
    this.tree = new LayerTree(isBase, tools.allowance);
    this.#gatherer = new FileGatherer(tools.memory);
  }

  get waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  /** Regular files so far. */
  get files(): number {
    return this.#files;
  }

  begin(entry: TarEntryDescription, size: number, head: Buffer): boolean {
    this.#order++;
    this.#tools.allowance.takeEntry();
    if (entry.type === 'other') return false;
    const path = normalizePath(entry.name);
    if (path === undefined) return this.#passOver(entry.name, 'Its name has ".." or a zero byte in it.');
    if (path.length > MAX_PATH_LENGTH) {
      return this.#passOver(path, `Its path is longer than ${MAX_PATH_LENGTH} characters.`);
    }
    // The root itself.
    if (path === '') return false;
    const base = baseOf(path);
    if (base.startsWith(WHITEOUT) || path.startsWith(WHITEOUT_META)) return this.#onWhiteout(path, base);
    // Of two entries of one path the later one counts.
    if (this.findings.size > 0) this.findings.delete(path);
    if (this.hardLinks.size > 0) this.hardLinks.delete(path);
    switch (entry.type) {
      case 'directory':
        this.tree.addDirectory(path);
        return false;
      case 'symlink':
        this.tree.addSymlink(path, entry.linkName);
        return false;
      case 'hardlink':
        this.tree.addFile(path);
        return this.#onHardLink(path, entry.linkName);
      case 'file':
      case 'sparse':
        this.#files++;
        this.tree.addFile(path);
        return this.#onFile(path, size, head);
      default:
        this.tree.addFile(path);
        return false;
    }
  }

  take(bytes: Buffer): void {
    this.#gatherer.take(bytes);
  }

  end(): void {
    const file = { path: this.#path, bytes: this.#gatherer.content(), order: this.#order };
    this.#keep(this.#path, readFile(this.#tools.cataloguers, this.#wants, file));
    for (const by of this.#wants) this.read.add(readKey(by, this.#path));
    this.#gatherer.release();
  }

  /** Gives back what it holds, also where a layer broke off. */
  close(): void {
    this.#gatherer.release();
    const more = this.#passedOverCount - this.passedOver.length;
    if (more > 0) this.passedOver.push({ path: '', reason: `${more} more entries were passed over.` });
  }

  #onFile(path: string, size: number, head: Buffer): boolean {
    const { matcher, cataloguers } = this.#tools;
    let wants = matcher.match(path);
    if (matcher.executables.length > 0 && looksExecutable(head)) {
      wants = unite(wants, matcher.executables);
    }
    if (wants.length === 0) return false;
    const { within, beyond } = withinSize(cataloguers, wants, { path, size, order: this.#order });
    this.#keep(path, beyond);
    if (within.length === 0) return false;
    this.#path = path;
    this.#wants = within;
    this.#waiting = this.#gatherer.begin(size)?.then(() => {
      this.#waiting = undefined;
    });
    return true;
  }

  #onHardLink(path: string, linkName: string): boolean {
    const target = normalizePath(linkName);
    if (target === undefined) return this.#passOver(path, 'It is a hard link to a name with ".." in it.');
    const wants = new Set(this.#tools.matcher.match(path));
    // Executables are told by content: a link to one that was read is one.
    for (const { by, facts } of this.findings.get(target) ?? []) {
      if (facts !== undefined && this.#tools.matcher.executables.includes(by)) wants.add(by);
    }
    if (wants.size === 0 || target === path) return false;
    const sorted = [...wants].sort((one, other) => one - other);
    this.hardLinks.set(path, { path, target, wants: sorted, order: this.#order });
    return false;
  }

  #onWhiteout(path: string, base: string): boolean {
    if (base === OPAQUE) this.tree.addOpaque(parentOf(path));
    if (base.startsWith(WHITEOUT_META) || path.startsWith(WHITEOUT_META)) return false;
    const name = base.slice(WHITEOUT.length);
    if (name === '' || name === '.' || name === '..') {
      return this.#passOver(path, 'It removes something without a name.');
    }
    this.tree.addWhiteout(joinPath(parentOf(path), name));
    return false;
  }

  #keep(path: string, findings: readonly Finding[]): void {
    this.#tools.allowance.takeFindings(findings.length);
    if (findings.length > 0) this.findings.set(path, [...(this.findings.get(path) ?? []), ...findings]);
  }

  #passOver(path: string, reason: string): false {
    this.#passedOverCount++;
    if (this.passedOver.length < MAX_UNKNOWNS) this.passedOver.push({ path: oneLine(path), reason });
    return false;
  }
}
