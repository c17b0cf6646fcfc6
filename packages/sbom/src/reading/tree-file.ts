import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { looksExecutable } from '../cataloguers/executable/executable.ts';
import { ContentMemory } from './content-memory.ts';
import { FileGatherer } from './file-gatherer.ts';
import { unite, type Wants } from './file-matcher.ts';
import { type Finding, readFile } from './finding.ts';
import type { ReadingTools } from './layer-reader.ts';
import { CHUNK_BYTES, EXECUTABLE_HEAD_BYTES } from './limits.ts';
import { withinSize } from './within-size.ts';

/** A file of a directory. */
export interface TreeFile {
  /** Where it lies on this machine. */
  readonly location: string;
  /** Its path in the tree. */
  readonly path: string;
  /** Who wants it by its path. */
  readonly wants: Wants;
}

/** A link or pipe that took the place of a file since it was listed is not followed, or waited for. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads files of a directory for those who want them. The calls are synchronous: most files are looked at for their
 * first bytes only, and a detour through the thread pool takes five times as long as that.
 */
export class TreeFileReader {
  readonly #tools: Pick<ReadingTools, 'cataloguers' | 'matcher'>;
  readonly #onBytes: ((count: number) => void) | undefined;
  readonly #gatherer = new FileGatherer(new ContentMemory());
  readonly #head = Buffer.alloc(EXECUTABLE_HEAD_BYTES);
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(
    tools: Pick<ReadingTools, 'cataloguers' | 'matcher'>,
    onBytes: ((count: number) => void) | undefined,
  ) {
    this.#tools = tools;
    this.#onBytes = onBytes;
  }

  /** @throws what the operating system refuses */
  read({ location, path, wants }: TreeFile): readonly Finding[] {
    const { matcher, cataloguers } = this.#tools;
    if (wants.length === 0 && matcher.executables.length === 0) return [];
    const file = openSync(location, OPEN_FLAGS);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) return [];
      let all = wants;
      if (matcher.executables.length > 0) {
        const length = readSync(file, this.#head, 0, EXECUTABLE_HEAD_BYTES, 0);
        if (looksExecutable(this.#head.subarray(0, length))) all = unite(wants, matcher.executables);
      }
      const { within, beyond } = withinSize(cataloguers, all, { path, size: stats.size, order: 0 });
      if (within.length === 0) return beyond;
      const bytes = this.#content(file, stats.size);
      return [...beyond, ...readFile(cataloguers, within, { path, bytes, order: 0 })];
    } finally {
      this.#gatherer.release();
      closeSync(file);
    }
  }

  /** As much as there is, up to the size that was checked: a file may change while it is read. */
  #content(file: number, size: number): Buffer {
    // Nobody else has a part of this memory: there is nothing to wait for.
    void this.#gatherer.begin(size);
    let at = 0;
    while (at < size) {
      const length = readSync(file, this.#chunk, 0, Math.min(size - at, CHUNK_BYTES), at);
      if (length === 0) break;
      this.#gatherer.take(this.#chunk.subarray(0, length));
      this.#onBytes?.(length);
      at += length;
    }
    return this.#gatherer.content().subarray(0, at);
  }
}
