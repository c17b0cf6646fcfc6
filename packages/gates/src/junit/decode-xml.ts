import { SuiteError } from '@artifact-lifecycle/core';

/** Where a document may name its encoding (XML 1.0, "EncodingDecl"). */
const MAX_DECLARATION_BYTES = 200;

/** What test runners write. Of all of them `<` is the byte 0x3c and nothing else is. */
const ENCODINGS: ReadonlySet<string> = new Set([
  'utf-8',
  'us-ascii',
  'iso-8859-1',
  'iso-8859-15',
  'windows-1252',
]);

/**
 * Makes text of an XML document's bytes: UTF-8, or what its first line names. Bytes that are none in that encoding are
 * replaced: they are what a test printed, and cannot become a tag.
 *
 * @throws SuiteError `UNSUPPORTED` for another encoding
 */
export function decodeXml(bytes: Uint8Array, what: string): string {
  const bom = [bytes[0], bytes[1]].join();
  if (bom === '255,254') return new TextDecoder('utf-16le').decode(bytes);
  if (bom === '254,255') return new TextDecoder('utf-16be').decode(bytes);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_DECLARATION_BYTES));
  const declared = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]{0,100}\bencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    start,
  )?.[1];
  const encoding = declared?.toLowerCase() ?? 'utf-8';
  if (ENCODINGS.has(encoding)) return new TextDecoder(encoding).decode(bytes);
  throw new SuiteError('UNSUPPORTED', `The ${what} is in ${JSON.stringify(declared)}, which is not read.`, {
    remedy: 'Write it in UTF-8.',
  });
}
