import {
  compareReleases,
  formatRelease,
  isPrerelease,
  numbersOf,
  type Release,
  readRelease,
} from './release.ts';

/** Where it is asked which versions there are already: the seam to a registry or a repository. */
export interface ExistingTags {
  /** Tags of a registry carry the prefix and suffix of their row, those of a repository its `tag-prefix`. */
  readonly kind: 'registry' | 'repository';
  /** All tags; what could not be read is an error, never an empty list. */
  list(): Promise<readonly string[]>;
}

/** Tags that exist, as they were listed. */
export interface ListedTags {
  readonly kind: ExistingTags['kind'];
  readonly tags: readonly string[];
}

/** What stands around a version in its tag. */
export interface Affixes {
  /** Of git tags. */
  readonly tagPrefix: string;
  /** Of tags in a registry. */
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * The highest version above this one, or `undefined` where this is the highest. Prereleases do not count, and
 * neither do tags that are no version.
 *
 * @param line how many leading numbers a version must share to count: 1 for `1`, 2 for `1.2`, 0 for all
 */
export function higherRelease(
  own: Release,
  listed: ListedTags,
  affixes: Affixes,
  line: 0 | 1 | 2,
): string | undefined {
  const ownNumbers = numbersOf(own);
  let highest: Release | undefined;
  for (const tag of listed.tags) {
    const text = withoutAffixes(tag, listed.kind, affixes);
    const other = text === undefined ? undefined : readRelease(text, own.scheme);
    if (other === undefined || isPrerelease(other) || isLoneNumber(other, own)) continue;
    const numbers = numbersOf(other);
    if (ownNumbers.slice(0, line).some((number, index) => number !== numbers[index])) continue;
    if (compareReleases(other, highest ?? own) > 0) highest = other;
  }
  return highest === undefined ? undefined : formatRelease(highest);
}

/** To PEP 440 the date 20200110, a run and a commit of digits are versions; they are not meant beside 1.2.3. */
function isLoneNumber(other: Release, own: Release): boolean {
  if (other.scheme !== 'pep440' || own.scheme !== 'pep440') return false;
  return other.version.release.length === 1 && own.version.release.length > 1;
}

function withoutAffixes(tag: string, kind: ListedTags['kind'], affixes: Affixes): string | undefined {
  const start = kind === 'repository' ? affixes.tagPrefix : affixes.prefix;
  const end = kind === 'repository' ? '' : affixes.suffix;
  if (!tag.startsWith(start) || !tag.endsWith(end) || tag.length <= start.length + end.length)
    return undefined;
  return tag.slice(start.length, tag.length - end.length);
}
