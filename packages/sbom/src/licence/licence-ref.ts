import { createHash } from 'node:crypto';

/** Long enough for names, short enough to read; a longer one ends in part of its hash. */
const MAX_SLUG_CHARS = 64;
const HASH_CHARS = 8;

const PREFIX = 'LicenseRef-';
const IDSTRING = /^LicenseRef-[A-Za-z0-9.-]{1,128}$/;

/** Makes a name of one's own for a licence that SPDX does not know (SPDX 2.3, Annex D, "idstring"). */
export function licenceRef(text: string): string {
  if (IDSTRING.test(text)) return text;
  // Only the first line of a text names it; the slice keeps a megabyte from being split into words.
  const name = text.trim().split('\n', 1)[0]?.slice(0, 1024) ?? '';
  const slug = name
    .replace(/^(?:DocumentRef-[^:]*:)?LicenseRef-/, '')
    .replace(/\+/g, '-plus')
    .split(/[^A-Za-z0-9.]+/)
    .filter((word) => word !== '')
    .join('-');
  const isWhole = slug !== '' && slug.length <= MAX_SLUG_CHARS && name.length === text.trim().length;
  if (isWhole) return PREFIX + slug;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS);
  const start = slug.slice(0, MAX_SLUG_CHARS - HASH_CHARS - 1).replace(/[-.]+$/, '');
  return `${PREFIX}${start === '' ? hash : `${start}-${hash}`}`;
}

/** The names of one's own in an expression, sorted, each once. */
export function findLicenceRefs(expression: string): readonly string[] {
  return [...new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [])].sort();
}

/** What a document says of a licence that SPDX does not list (SPDX 2.3, section 10). */
export interface ExtractedLicence {
  readonly ref: string;
  /** As the package names it, where the name can still be told. */
  readonly name: string;
  /** Word for word what was declared. */
  readonly text: string;
}

/** Finds what was declared under a name of one's own, among the licences of the package that has it. */
export function extractLicence(ref: string, declared: readonly string[]): ExtractedLicence {
  for (const text of declared) {
    if (licenceRef(text.trim()) === ref) return { ref, name: firstLine(text), text };
  }
  for (const text of declared) {
    // A part of an expression, or the end of a classifier.
    const parts = text.slice(0, MAX_SEARCHED_CHARS).split(/[()|&,;/\n]|::| (?:and|or) /i);
    for (const part of parts.flatMap((operand) => [operand, ...operand.split(/\s+/)])) {
      if (licenceRef(part.trim()) === ref) return { ref, name: firstLine(part), text: text.trim() };
    }
  }
  return { ref, name: ref.slice(PREFIX.length), text: declared.join('\n') || ref.slice(PREFIX.length) };
}

/** Where parts of an expression are looked for: expressions are short. */
const MAX_SEARCHED_CHARS = 4096;

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}

/** What is concluded of a licence: nothing, where nobody but its author knows its terms. */
export function concludedLicence(licence: string | undefined): string | undefined {
  return licence?.includes('LicenseRef-') === true ? undefined : licence;
}
