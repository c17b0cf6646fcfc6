import { SuiteError } from '@artifact-lifecycle/core';

/** RFC 8878 §3.1.1 and §3.1.2, as little-endian numbers. */
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8];
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** What the bytes are that come next; numbers are read, everything else is passed over. */
type Part =
  | 'magic'
  | 'skippable-size'
  | 'skippable'
  | 'descriptor'
  | 'header'
  | 'block-header'
  | 'block'
  | 'checksum';

const NUMBERS: ReadonlySet<Part> = new Set<Part>([
  'magic',
  'skippable-size',
  'descriptor',
  'header',
  'block-header',
]);

/** As much of what it gave out a decompressor has to remember; zstd's own takes no more unasked (`--long=27`). */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

/** Whether bytes begin a zstd frame, or a skippable one, as pzstd writes first. */
export function isZstd(magic: number): boolean {
  return magic === FRAME_MAGIC || isSkippable(magic);
}

/**
 * Finds where zstd frames end, without decompressing them.
 *
 * Node's decompressor ends, silently, at the first frame that has something behind it in the same write; given pieces
 * that end where frames end, it goes on with the next. zstd:chunked has a frame for each file, pzstd one for each
 * block.
 */
export class ZstdFrames {
  readonly #what: string;
  #part: Part = 'magic';
  /** Bytes that are left of this part, and how many came. */
  #left = 4;
  #came = 0;
  /** The part as a little-endian number, as far as it came. */
  #number = 0;
  #isLastBlock = false;
  #descriptor = 0;
  #hasChecksum = false;

  constructor(what: string) {
    this.#what = what;
  }

  /** Whether what came so far ends where a frame ends. */
  get isBetweenFrames(): boolean {
    return this.#part === 'magic' && this.#came === 0;
  }

  /**
   * The pieces of a chunk, each of which ends where a frame or the chunk ends.
   *
   * @throws SuiteError `CONTENT_INVALID` for what is no frame
   */
  *split(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      at = this.#advance(chunk, at);
      while (this.#left === 0 && this.#part !== 'magic') this.#next();
      if (this.#left === 0) this.#next();
      if (!this.isBetweenFrames) continue;
      yield chunk.subarray(start, at);
      start = at;
    }
    if (start < at) yield chunk.subarray(start, at);
  }

  #advance(chunk: Buffer, at: number): number {
    const length = Math.min(this.#left, chunk.length - at);
    if (NUMBERS.has(this.#part)) {
      for (let index = 0; index < length; index++) {
        this.#number += (chunk[at + index] ?? 0) * 2 ** (8 * (this.#came + index));
      }
    }
    this.#left -= length;
    this.#came += length;
    return at + length;
  }

  /** Goes on to what follows the part that is whole now. */
  #next(): void {
    const [part, length] = this.#following(this.#number);
    this.#part = part;
    this.#left = length;
    this.#came = 0;
    this.#number = 0;
  }

  #following(number: number): readonly [part: Part, length: number] {
    switch (this.#part) {
      case 'magic':
        if (isSkippable(number)) return ['skippable-size', 4];
        if (number === FRAME_MAGIC) return ['descriptor', 1];
        throw this.#invalid();
      case 'skippable-size':
        return ['skippable', number];
      case 'descriptor':
        this.#hasChecksum = (number & 0x04) !== 0;
        this.#descriptor = number;
        return ['header', headerBytes(number)];
      case 'header':
        this.#checkWindow(windowOf(this.#descriptor, number));
        return ['block-header', 3];
      case 'block-header':
        this.#isLastBlock = (number & 1) !== 0;
        return ['block', this.#blockBytes(number)];
      case 'block':
        if (!this.#isLastBlock) return ['block-header', 3];
        return ['checksum', this.#hasChecksum ? CHECKSUM_BYTES : 0];
      case 'skippable':
      case 'checksum':
        return ['magic', 4];
    }
  }

  #blockBytes(header: number): number {
    const type = (header >> 1) & 3;
    if (type === RESERVED_BLOCK) throw this.#invalid();
    return type === RLE_BLOCK ? 1 : header >> 3;
  }

  #checkWindow(bytes: number): void {
    if (bytes <= MAX_WINDOW_BYTES) return;
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${this.#what} has a zstd frame with a window of ${bytes} bytes; the limit is ${MAX_WINDOW_BYTES}.`,
      { remedy: 'Compress it anew without --ultra or --long.' },
    );
  }

  #invalid(): SuiteError {
    return new SuiteError('CONTENT_INVALID', `The ${this.#what} has something in it that is no zstd frame.`);
  }
}

/** Bytes of a frame header behind its descriptor (RFC 8878 §3.1.1.1). */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
  const dictionaryId = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  return (isSingleSegment ? Math.max(contentSize, 1) : 1 + contentSize) + dictionaryId;
}

/** Bytes of a frame's window (§3.1.1.1.2); of a single segment, its whole content (§3.1.1.1.4). */
function windowOf(descriptor: number, header: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const base = 2 ** (10 + ((header % 256) >> 3));
    return base + (base / 8) * (header & 7);
  }
  const dictionaryId = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  // Beyond 2^53 it is not exact, and far too much.
  return Math.floor(header / 2 ** (8 * dictionaryId));
}

function isSkippable(magic: number): boolean {
  return magic >= SKIPPABLE_MAGIC && magic < SKIPPABLE_MAGIC + 16;
}
