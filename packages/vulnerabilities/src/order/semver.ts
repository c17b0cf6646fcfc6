import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { compareLists, compareTexts, defineOrder } from './order.ts';

/** A part between dots; one of digits only is a number, without zeros before it. */
export interface Identifier {
  readonly isNumber: boolean;
  readonly text: string;
}

/** A version in SemVer's form, with as many numbers as were written. */
export interface SemverLike {
  readonly numbers: readonly string[];
  /** Empty where it is a release. */
  readonly prerelease: readonly Identifier[];
  readonly build: readonly Identifier[];
}

/**
 * SemVer 2.0.0, and what npm's registry holds from before it: `=v1.2.3beta`. Every alternative begins with another
 * character, so that nothing is tried twice.
 */
const FORM =
  /^=?v?(?<numbers>\d+(?:\.\d+)*)(?:-(?<prerelease>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)|(?<loose>[A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z-]+)*))?(?:\+(?<build>[0-9A-Za-z.+-]*))?$/;

/**
 * The order of npm, crates.io, Hex and OSV's `SEMVER` ranges (SemVer 2.0.0, §11). Ours and not that of the library
 * `semver`, which takes neither numbers beyond 2⁵³ nor versions with fewer or more than three (Bitnami, Conan,
 * Swift); missing numbers are 0, and a fourth counts as the others do.
 */
export const semver = defineOrder(readSemverLike, compareSemverLike);

/** Reads a version in SemVer's form. */
export function readSemverLike(text: string): SemverLike | undefined {
  const groups = FORM.exec(text)?.groups;
  const numbers = groups?.['numbers'];
  if (numbers === undefined) return undefined;
  return {
    numbers: numbers.split('.').map(withoutZeros),
    prerelease: identifiersOf(groups?.['prerelease'] ?? groups?.['loose']),
    build: identifiersOf(groups?.['build']),
  };
}

function identifiersOf(text: string | undefined): readonly Identifier[] {
  if (text === undefined || text === '') return [];
  return text.split('.').map((part) => {
    const isNumber = /^\d+$/.test(part);
    return { isNumber, text: isNumber ? withoutZeros(part) : part };
  });
}

/** Compares by numbers, then what comes before the release; build metadata is no part of the order (§10). */
export function compareSemverLike(a: SemverLike, b: SemverLike): number {
  const order = compareLists(a.numbers, b.numbers, '0', compareDigits);
  if (order !== 0) return order;
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0);
  }
  return compareIdentifiers(a.prerelease, b.prerelease);
}

/** Numbers come before words, and where one list ends, it comes first (§11.4). */
export function compareIdentifiers(a: readonly Identifier[], b: readonly Identifier[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    if (left.isNumber !== right.isNumber) return left.isNumber ? -1 : 1;
    const order = left.isNumber ? compareDigits(left.text, right.text) : compareTexts(left.text, right.text);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
