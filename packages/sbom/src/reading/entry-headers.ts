import { SuiteError } from '@artifact-lifecycle/core';
import {
  DEFAULT_TAR_LIMITS,
  describeTarEntry,
  mergePax,
  NO_EXTENSIONS,
  NO_PAX_RECORDS,
  type PaxRecords,
  parsePax,
  parseTarHeader,
  paxNumber,
  type TarEntryDescription,
  type TarHeader,
  tarText,
} from '@artifact-lifecycle/registry';
import { GnuSparse, hasMapInContent, layoutOfPax, type SparseLayout } from './sparse.ts';

/** More headers before one entry than any writer needs: a long name, a long link, pax records. */
const MAX_HEADERS_PER_ENTRY = 16;

/** What follows a header: its own content, blocks of GNU's old sparse format, the entry itself, or nothing. */
export type AfterHeader =
  | { readonly kind: 'extension'; readonly size: number }
  | { readonly kind: 'pieces' | 'entry' | 'end' };

/** An entry with all that its headers say. */
export interface DescribedEntry {
  readonly entry: TarEntryDescription;
  /** Where the pieces of a sparse file lie; `map` where its content begins with them. */
  readonly layout: SparseLayout | 'map' | undefined;
  /** Bytes of the file with its holes. */
  readonly fileSize: number;
}

const PIECES: AfterHeader = { kind: 'pieces' };
const ENTRY: AfterHeader = { kind: 'entry' };
const END: AfterHeader = { kind: 'end' };

/** Gathers the headers that come before the content of an entry. */
export class EntryHeaders {
  readonly #what: string;
  #global = NO_PAX_RECORDS;
  #own = NO_EXTENSIONS;
  #header: TarHeader | undefined;
  #gnu: GnuSparse | undefined;
  #count = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** Whether an entry has begun that is not yet described. */
  get isAmidst(): boolean {
    return this.#count > 0;
  }

  /** @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED` */
  read(block: Buffer): AfterHeader {
    const header = parseTarHeader(block, this.#what);
    if (header === undefined) {
      if (this.isAmidst) {
        throw new SuiteError('CONTENT_INVALID', `The ${this.#what} ends between the headers of an entry.`);
      }
      return END;
    }
    if (++this.#count > MAX_HEADERS_PER_ENTRY) {
      throw this.#tooMuch('headers before one entry', MAX_HEADERS_PER_ENTRY);
    }
    this.#header = header;
    const { flag, size } = header;
    if (flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K') {
      const { maxHeaderBytes } = DEFAULT_TAR_LIMITS;
      if (size > maxHeaderBytes) throw this.#tooMuch('bytes in one extended header', maxHeaderBytes);
      return { kind: 'extension', size };
    }
    this.#gnu = flag === 'S' ? new GnuSparse(block, this.#what) : undefined;
    return header.isExtended ? PIECES : ENTRY;
  }

  /** Reads the content of an extended header. */
  readExtension(bytes: Buffer): void {
    const own = this.#own;
    switch (this.#header?.flag) {
      case 'g':
        this.#global = this.#bounded(mergePax(this.#global, parsePax(bytes, this.#what)));
        break;
      case 'x':
        this.#own = { ...own, pax: mergePax(own.pax, parsePax(bytes, this.#what)) };
        break;
      case 'L':
        this.#own = { ...own, longName: tarText(bytes) };
        break;
      default:
        this.#own = { ...own, longLink: tarText(bytes) };
    }
  }

  /** Reads a block of GNU's old sparse format; returns whether another one follows. */
  readPieces(block: Buffer): boolean {
    return this.#gnu?.add(block) === true;
  }

  /** Says what the entry is, and begins anew. */
  describe(): DescribedEntry {
    if (this.#header === undefined) throw new SuiteError('INTERNAL', 'An entry without a header.');
    const pax = mergePax(this.#global, this.#own.pax);
    const entry = describeTarEntry(this.#header, { ...this.#own, pax }, this.#what);
    this.#own = NO_EXTENSIONS;
    this.#count = 0;
    const { size } = entry;
    if (entry.type !== 'sparse') return { entry, layout: undefined, fileSize: size };
    if (hasMapInContent(pax)) {
      const fileSize = paxNumber(pax, 'GNU.sparse.realsize', size, this.#what);
      return { entry, layout: 'map', fileSize };
    }
    const layout = this.#gnu?.layout(size) ?? layoutOfPax(pax, size, this.#what);
    return { entry, layout, fileSize: layout?.size ?? size };
  }

  /** Records of the whole archive are merged again and again: a bomb would take quadratic time. */
  #bounded(records: PaxRecords): PaxRecords {
    if (records.size > MAX_GLOBAL_RECORDS) throw this.#tooMuch('global pax records', MAX_GLOBAL_RECORDS);
    return records;
  }

  #tooMuch(of: string, limit: number): SuiteError {
    return new SuiteError('LIMIT_EXCEEDED', `The ${this.#what} has more than ${limit} ${of}.`);
  }
}

/** Writers use them for a comment or a time. */
const MAX_GLOBAL_RECORDS = 1000;
