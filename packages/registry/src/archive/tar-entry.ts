import { SuiteError } from '@artifact-lifecycle/core';
import { NO_PAX_RECORDS, type PaxRecords } from './pax.ts';
import { TAR_BLOCK_BYTES, type TarHeader } from './tar-header.ts';

/** What an entry of a tar is. */
export type TarEntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'device'
  | 'pipe'
  /** A file with holes, whose content lies in the tar without them. */
  | 'sparse'
  | 'other';

/** What headers before an entry say about it. */
export interface TarExtensions {
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
  readonly pax: PaxRecords;
}

/** An entry, once long names and pax records are applied to its header. */
export interface TarEntryDescription {
  /** As it is written: may be absolute, hold `..`, and differ from names that mean the same. */
  readonly name: string;
  readonly linkName: string;
  readonly type: TarEntryType;
  /** Bytes of content in the tar; 0 for what has none. */
  readonly size: number;
}

/** Of an entry with nothing before it. */
export const NO_EXTENSIONS: TarExtensions = {
  longName: undefined,
  longLink: undefined,
  pax: NO_PAX_RECORDS,
};

/**
 * Applies what came before an entry to its header.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function describeTarEntry(
  header: TarHeader,
  { longName, longLink, pax }: TarExtensions,
  what: string,
): TarEntryDescription {
  return {
    name: pax.get('GNU.sparse.name') ?? pax.get('path') ?? longName ?? header.name,
    linkName: pax.get('linkpath') ?? longLink ?? header.linkName,
    type: typeOf(header, pax),
    size: hasContent(header.flag) ? paxNumber(pax, 'size', header.size, what) : 0,
  };
}

/** A number of a pax record, or what stands in for it; @throws SuiteError `CONTENT_INVALID` */
export function paxNumber(pax: PaxRecords, key: string, otherwise: number, what: string): number {
  const text = pax.get(key);
  if (text === undefined) return otherwise;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new SuiteError('CONTENT_INVALID', `The ${what} has a pax header whose ${key} is no number.`);
}

/** Bytes between the end of a content and the next block. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK_BYTES - (size % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

/** The text of a GNU long name. */
export function tarText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function typeOf({ flag, name }: TarHeader, pax: PaxRecords): TarEntryType {
  switch (flag) {
    case '0':
    case '7':
      if (pax.has('GNU.sparse.major') || pax.has('GNU.sparse.map')) return 'sparse';
      // Before ustar, a directory was a file whose name ends in a slash.
      return name.endsWith('/') ? 'directory' : 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '3':
    case '4':
      return 'device';
    case '5':
      return 'directory';
    case '6':
      return 'pipe';
    case 'S':
      return 'sparse';
    default:
      return 'other';
  }
}

/** Links, devices, directories and pipes have none, whatever their size field says (as GNU tar and Go read it). */
function hasContent(flag: string): boolean {
  return !['1', '2', '3', '4', '5', '6'].includes(flag);
}
