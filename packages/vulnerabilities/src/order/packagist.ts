import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { defineOrder } from './order.ts';

/** A number, or the place of a word. */
interface Part {
  readonly place: number;
  /** `undefined` where it is a word. */
  readonly digits: string | undefined;
}

/** PHP's special forms: a word is the first of them that it begins with, and any other word comes before all. */
const FORMS: readonly string[] = ['dev', 'a', 'b', 'rc', '#', 'p'];

/** Where a number stands among the words, and the end of a version. */
const RELEASE = FORMS.indexOf('#');

/** The order of Composer's packages: PHP's `version_compare`, without the `v` before a version that Composer drops. */
export const packagist = defineOrder(readPackagist, comparePackagist);

function readPackagist(text: string): readonly Part[] | undefined {
  const parts = text.replace(/^[vV]/, '').match(/\d+|[^\d.+_-]+/g);
  return parts === null ? undefined : parts.map(partOf);
}

function partOf(text: string): Part {
  if (/^\d/.test(text)) return { place: RELEASE, digits: withoutZeros(text) };
  const word = text.startsWith('RC') ? text.toLowerCase() : text;
  return { place: FORMS.findIndex((form) => word.startsWith(form)), digits: undefined };
}

function comparePackagist(a: readonly Part[], b: readonly Part[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    const order =
      left === undefined
        ? -compareToEnd(right)
        : right === undefined
          ? compareToEnd(left)
          : compareParts(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: Part, b: Part): number {
  if (a.digits !== undefined && b.digits !== undefined) return compareDigits(a.digits, b.digits);
  return a.place - b.place;
}

/** One number more is a later version (1.0 before 1.0.0); of words it is those behind the release. */
function compareToEnd(part: Part | undefined): number {
  if (part === undefined) return 0;
  return part.digits === undefined ? part.place - RELEASE : 1;
}
