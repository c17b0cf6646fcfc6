import { SuiteError } from '@artifact-lifecycle/core';
import { TAR_BLOCK_BYTES, type TarEntryDescription, tarPadding } from '@artifact-lifecycle/registry';
import { ChunkCursor } from './chunk-cursor.ts';
import { EntryHeaders } from './entry-headers.ts';
import { EXECUTABLE_HEAD_BYTES } from './limits.ts';
import { ContentMap, checkLayout, SparseContent } from './sparse.ts';

/** What becomes of the entries of a tar. */
export interface TarSink {
  /** Set while nothing more can be taken in: the walker stops until `resume`. */
  readonly waiting: Promise<void> | undefined;
  /**
   * Begins an entry.
   *
   * @param size bytes of its content, with the holes of a sparse file
   * @param head its first bytes, up to {@link EXECUTABLE_HEAD_BYTES}; valid during the call
   * @returns whether its content is wanted: then it comes by `take`, and `end` closes it
   */
  begin(entry: TarEntryDescription, size: number, head: Buffer): boolean;
  take(bytes: Buffer): void;
  end(): void;
}

type State =
  /** A header block, or a block of zeros, which has another one behind it. */
  | 'header'
  | 'ending'
  | 'ended'
  /** The content of an extended header, or a block of GNU's old sparse format. */
  | 'extension'
  | 'pieces'
  /** The map a sparse content begins with, the first bytes of a content, the content. */
  | 'map'
  | 'head'
  | 'content'
  /** What nobody wants, and what fills the last block. */
  | 'skip';

const NO_BYTES = Buffer.alloc(0);

/**
 * Goes through a tar that comes in chunks of any size: v7, ustar, GNU and pax, sparse files put together. It never
 * waits in between, for a layer may have a million entries; of what nobody wants only the header is looked at.
 *
 * `push`, `resume` and `finish` throw SuiteErrors: `CONTENT_INVALID`, `LIMIT_EXCEEDED`.
 */
export class TarWalker {
  readonly #what: string;
  readonly #sink: TarSink;
  readonly #headers: EntryHeaders;
  readonly #cursor = new ChunkCursor();
  #state: State = 'header';
  #entry: TarEntryDescription | undefined;
  #fileSize = 0;
  #map: ContentMap | undefined;
  #sparse: SparseContent | undefined;
  /** Bytes that are left of the content in the tar, and of what fills its last block. */
  #left = 0;
  #padding = 0;

  constructor(what: string, sink: TarSink) {
    this.#what = what;
    this.#sink = sink;
    this.#headers = new EntryHeaders(what);
  }

  /** Takes a chunk; where the sink waits then, `resume` goes on with what is left of it. */
  push(chunk: Buffer): void {
    this.#cursor.push(chunk);
    this.resume();
  }

  resume(): void {
    while (this.#sink.waiting === undefined && this.#step());
  }

  /** Says that no chunk follows. */
  finish(): void {
    if (this.#state === 'ended' || this.#state === 'ending') return;
    if (this.#state === 'header' && !this.#cursor.isAmidst && !this.#headers.isAmidst) return;
    // The last content need not be filled up to a whole block: Go's reader takes that, too.
    if (this.#state === 'skip' && this.#left === 0 && !this.#headers.isAmidst) return;
    throw this.#invalid('is cut off in the middle of an entry');
  }

  /** One step; `false` where it takes more bytes. */
  #step(): boolean {
    switch (this.#state) {
      case 'header':
        return this.#onPiece(TAR_BLOCK_BYTES, (block) => this.#readHeader(block));
      case 'ending':
        return this.#onPiece(TAR_BLOCK_BYTES, (block) => this.#readEnd(block));
      case 'extension':
        return this.#onPiece(this.#left, (bytes) => {
          this.#headers.readExtension(bytes);
          this.#left = 0;
          this.#state = 'skip';
        });
      case 'pieces':
        return this.#onPiece(TAR_BLOCK_BYTES, (block) => {
          if (!this.#headers.readPieces(block)) this.#describe();
        });
      case 'map':
        return this.#onPiece(TAR_BLOCK_BYTES, (block) => this.#readMap(block));
      case 'head':
        return this.#onHead();
      case 'content':
        return this.#onContent();
      case 'skip':
        return this.#onSkip();
      case 'ended':
        return false;
    }
  }

  #onPiece(length: number, read: (bytes: Buffer) => void): boolean {
    const bytes = this.#cursor.gather(length);
    if (bytes === undefined) return false;
    read(bytes);
    return true;
  }

  #readHeader(block: Buffer): void {
    const next = this.#headers.read(block);
    switch (next.kind) {
      case 'end':
        this.#state = 'ending';
        return;
      case 'extension':
        this.#left = next.size;
        this.#padding = tarPadding(next.size);
        this.#state = 'extension';
        return;
      case 'pieces':
        this.#state = 'pieces';
        return;
      case 'entry':
        this.#describe();
    }
  }

  /** Go's reader, and with it every container engine, refuses what follows a single block of zeros. */
  #readEnd(block: Buffer): void {
    if (block.some((byte) => byte !== 0)) throw this.#invalid('goes on behind a block of zeros');
    this.#state = 'ended';
  }

  #describe(): void {
    const { entry, layout, fileSize } = this.#headers.describe();
    this.#entry = entry;
    this.#fileSize = fileSize;
    this.#left = entry.size;
    this.#padding = tarPadding(entry.size);
    this.#map = layout === 'map' ? new ContentMap(this.#what) : undefined;
    this.#sparse = layout === 'map' || layout === undefined ? undefined : new SparseContent(layout);
    this.#state = layout === 'map' ? 'map' : 'head';
  }

  #readMap(block: Buffer): void {
    this.#left -= TAR_BLOCK_BYTES;
    if (this.#left < 0) throw this.#invalid('has a sparse file that ends in its map');
    const pieces = this.#map?.add(block);
    if (pieces === undefined) return;
    this.#sparse = new SparseContent(checkLayout({ size: this.#fileSize, pieces }, this.#left, this.#what));
    this.#state = 'head';
  }

  #onHead(): boolean {
    if (this.#entry === undefined) return false;
    const length = Math.min(this.#left, EXECUTABLE_HEAD_BYTES, this.#sparse?.dataNext ?? this.#left);
    const head = length === 0 ? NO_BYTES : this.#cursor.peek(length);
    if (head === undefined) return false;
    this.#state = this.#sink.begin(this.#entry, this.#fileSize, head) ? 'content' : 'skip';
    return true;
  }

  #onContent(): boolean {
    const zeros = this.#sparse?.takeZeros();
    if (zeros !== undefined) {
      this.#sink.take(zeros);
      return true;
    }
    if (this.#left === 0) {
      this.#sink.end();
      this.#state = 'skip';
      return true;
    }
    const bytes = this.#cursor.some(Math.min(this.#left, this.#sparse?.dataNext ?? this.#left));
    if (bytes.length === 0) return false;
    this.#sparse?.advance(bytes.length);
    this.#left -= bytes.length;
    this.#sink.take(bytes);
    return true;
  }

  #onSkip(): boolean {
    if (this.#left > 0) this.#left -= this.#cursor.skip(this.#left);
    if (this.#left > 0) return false;
    if (this.#padding > 0) this.#padding -= this.#cursor.skip(this.#padding);
    if (this.#padding > 0) return false;
    this.#state = 'header';
    return true;
  }

  #invalid(fact: string): SuiteError {
    return new SuiteError('CONTENT_INVALID', `The ${this.#what} ${fact}.`);
  }
}
