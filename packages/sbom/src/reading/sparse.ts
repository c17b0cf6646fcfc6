import { SuiteError } from '@artifact-lifecycle/core';
import { type PaxRecords, paxNumber, readTarNumber, TAR_BLOCK_BYTES } from '@artifact-lifecycle/registry';

/** Pieces of a file that are in the tar, in order; what lies between them is zeros. */
export interface SparseLayout {
  /** Bytes of the file with its holes. */
  readonly size: number;
  readonly pieces: readonly SparsePiece[];
}

/** Where a piece lies in the file, in bytes. */
export type SparsePiece = readonly [offset: number, length: number];

/** Sparse files have some hundred holes; a database of many GB has some thousands. */
const MAX_PIECES = 100_000;

const NEWLINE = 0x0a;

/** Offset and length of a piece in GNU's old headers, 12 bytes each. */
const GNU_PIECE_BYTES = 24;

/** Where GNU's old headers have their pieces: in the first block, and in those that follow it. */
const GNU_FIRST = { start: 386, count: 4 };
const GNU_FURTHER = { start: 0, count: 21 };

/** Gathers the pieces of a file of GNU's old format (GNU tar manual, "Storing Sparse Files"). */
export class GnuSparse {
  readonly #what: string;
  readonly #size: number;
  readonly #pieces: SparsePiece[] = [];

  constructor(header: Buffer, what: string) {
    this.#what = what;
    this.#size = readTarNumber(header, 483, 12, 'real size', what);
    this.#read(header, GNU_FIRST);
  }

  /** Reads a further block; returns whether another one follows. */
  add(block: Buffer): boolean {
    this.#read(block, GNU_FURTHER);
    return block[504] !== 0;
  }

  layout(size: number): SparseLayout {
    return checkLayout({ size: this.#size, pieces: this.#pieces }, size, this.#what);
  }

  #read(block: Buffer, { start, count }: { readonly start: number; readonly count: number }): void {
    for (let index = 0; index < count; index++) {
      const at = start + index * GNU_PIECE_BYTES;
      // A piece that begins with a zero byte is none, and none follows.
      if (block[at] === 0) return;
      const offset = readTarNumber(block, at, 12, 'sparse offset', this.#what);
      const length = readTarNumber(block, at + 12, 12, 'sparse length', this.#what);
      if (this.#pieces.length >= MAX_PIECES) throw tooMany(this.#what);
      this.#pieces.push([offset, length]);
    }
  }
}

/** The layout that pax records of the formats 0.0 and 0.1 give; `undefined` where they give none. */
export function layoutOfPax(pax: PaxRecords, size: number, what: string): SparseLayout | undefined {
  const map = pax.get('GNU.sparse.map');
  if (map === undefined || hasMapInContent(pax)) return undefined;
  const real = paxNumber(pax, 'GNU.sparse.size', size, what);
  const numbers = map === '' ? [] : map.split(',', MAX_PIECES * 2 + 1);
  return checkLayout({ size: real, pieces: piecesOf(numbers, what) }, size, what);
}

/** Whether the content begins with its own map: format 1.0. */
export function hasMapInContent(pax: PaxRecords): boolean {
  return pax.get('GNU.sparse.major') === '1' && pax.get('GNU.sparse.minor') === '0';
}

/**
 * The map at the beginning of a content (format 1.0): the number of pieces, then offset and length of each, all as
 * decimal lines, filled up to whole blocks.
 */
export class ContentMap {
  readonly #what: string;
  readonly #blocks: Buffer[] = [];
  #lines = 0;
  #wantedLines: number | undefined;

  constructor(what: string) {
    this.#what = what;
  }

  /** Bytes of the map so far. */
  get size(): number {
    return this.#blocks.length * TAR_BLOCK_BYTES;
  }

  /** Takes the next block; the pieces, once it is the last. */
  add(block: Buffer): readonly SparsePiece[] | undefined {
    const isFirst = this.#blocks.push(Buffer.from(block)) === 1;
    if (isFirst) {
      const count = decimal(block.toString('latin1', 0, Math.max(block.indexOf(NEWLINE), 0)), this.#what);
      if (count > MAX_PIECES) throw tooMany(this.#what);
      this.#wantedLines = 1 + count * 2;
    }
    for (const byte of block) if (byte === NEWLINE) this.#lines++;
    // A number has at most 16 digits: a map without its lines by then is none.
    if (this.size > MAX_PIECES * 2 * 17 + TAR_BLOCK_BYTES) throw invalid(this.#what);
    if (this.#wantedLines === undefined || this.#lines < this.#wantedLines) return undefined;
    const lines = Buffer.concat(this.#blocks).toString('latin1').split('\n', this.#wantedLines);
    return piecesOf(lines.slice(1), this.#what);
  }
}

/** @param size bytes of content in the tar, which are those of all pieces; @throws SuiteError `CONTENT_INVALID` */
export function checkLayout(layout: SparseLayout, size: number, what: string): SparseLayout {
  let end = 0;
  let total = 0;
  for (const [offset, length] of layout.pieces) {
    if (offset < end || offset + length > layout.size) throw invalid(what);
    end = offset + length;
    total += length;
  }
  if (total !== size) throw invalid(what);
  return layout;
}

function piecesOf(numbers: readonly string[], what: string): readonly SparsePiece[] {
  if (numbers.length > MAX_PIECES * 2) throw tooMany(what);
  if (numbers.length % 2 !== 0) throw invalid(what);
  const pieces: SparsePiece[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    pieces.push([decimal(numbers[index], what), decimal(numbers[index + 1], what)]);
  }
  return pieces;
}

function decimal(text: string | undefined, what: string): number {
  const value = text !== undefined && /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalid(what);
  return value;
}

function invalid(what: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} has a sparse file whose map cannot be right.`);
}

function tooMany(what: string): SuiteError {
  return new SuiteError('LIMIT_EXCEEDED', `The ${what} has a sparse file of more than ${MAX_PIECES} pieces.`);
}

const ZEROS = Buffer.alloc(64 * 1024);

/** The place in a sparse file that is put together. */
export class SparseContent {
  readonly #layout: SparseLayout;
  #index = 0;
  #position = 0;

  constructor({ size, pieces }: SparseLayout) {
    // GNU tar marks the end of a file that ends in a hole by a piece without bytes.
    this.#layout = { size, pieces: pieces.filter(([, length]) => length > 0) };
  }

  /** Bytes that come from the tar next; 0 in front of a hole. */
  get dataNext(): number {
    const piece = this.#layout.pieces[this.#index];
    if (piece === undefined) return 0;
    const [offset, length] = piece;
    return this.#position < offset ? 0 : offset + length - this.#position;
  }

  /** Some zeros of the hole that comes next, `undefined` where none comes. */
  takeZeros(): Buffer | undefined {
    const [next = this.#layout.size] = this.#layout.pieces[this.#index] ?? [];
    const hole = Math.min(next - this.#position, ZEROS.length);
    if (hole <= 0) return undefined;
    this.#position += hole;
    return ZEROS.subarray(0, hole);
  }

  advance(bytes: number): void {
    this.#position += bytes;
    const [offset = 0, length = 0] = this.#layout.pieces[this.#index] ?? [];
    if (this.#position >= offset + length) this.#index++;
  }
}
