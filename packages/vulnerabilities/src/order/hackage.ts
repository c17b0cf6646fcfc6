import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { defineOrder } from './order.ts';

/** The order of Haskell's packages: lists of numbers, of which the longer comes behind its beginning (Data.Version). */
export const hackage = defineOrder(
  (text) => (/^\d+(?:\.\d+)*$/.test(text) ? text.split('.').map(withoutZeros) : undefined),
  compareNumbers,
);

/** Compares lists of numbers; where one ends, it comes first: 1.0 before 1.0.0. */
export function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const order = compareDigits(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
