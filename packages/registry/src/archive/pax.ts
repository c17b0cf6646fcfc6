import { SuiteError } from '@artifact-lifecycle/core';

/** What pax records say, by keyword. */
export type PaxRecords = ReadonlyMap<string, string>;

export const NO_PAX_RECORDS: PaxRecords = new Map();

/**
 * Reads pax records: `LENGTH KEYWORD=VALUE\n`, LENGTH counting the whole record in bytes (POSIX pax, "pax
 * Extended Header"). The holes of a sparse file of GNU's format 0.0, which come one record each, are gathered
 * under `GNU.sparse.map`, as format 0.1 writes them.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parsePax(bytes: Uint8Array, what: string): PaxRecords {
  const records = new Map<string, string>();
  const holes: string[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < buffer.length) {
    const space = buffer.indexOf(0x20, at);
    const digits = space === -1 || space - at > 9 ? '' : buffer.toString('latin1', at, space);
    const length = /^[1-9][0-9]*$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = buffer.indexOf(0x3d, space);
    if (length === 0 || end > buffer.length || buffer[end - 1] !== 0x0a || equals === -1 || equals >= end) {
      throw new SuiteError('CONTENT_INVALID', `The ${what} has a pax header that cannot be read.`);
    }
    const key = buffer.toString('utf8', space + 1, equals);
    const value = buffer.toString('utf8', equals + 1, end - 1);
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') holes.push(value);
    else records.set(key, value);
    at = end;
  }
  if (holes.length > 0) records.set('GNU.sparse.map', holes.join(','));
  return records;
}

/** Records of the whole archive, and above them those of one entry. */
export function mergePax(below: PaxRecords, above: PaxRecords): PaxRecords {
  if (below.size === 0) return above;
  return above.size === 0 ? below : new Map([...below, ...above]);
}
