/**
 * Numbers of versions as their digits: they have no greatest one (`20110107104205` is a common one, and hostile
 * ones have thousands of digits), and comparing texts costs less than making numbers of them.
 */

/** Leaves out the zeros before a number, so that each number is one text; `000` is `0`. */
export function withoutZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === '0') start++;
  return start === 0 ? digits : digits.slice(start);
}

/** Compares two numbers of {@link withoutZeros}: negative where `a` is smaller. */
export function compareDigits(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
