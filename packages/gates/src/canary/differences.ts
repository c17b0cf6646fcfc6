import { sorted } from './statistics.ts';

/** All differences of two samples, which are too many to be written down: 10 000 points a side have 100 million. */
export interface Differences {
  readonly count: number;
  /** The one that so many (from 1 to `count`) are not above. */
  at(rank: number): number;
  /** The middle one, or the mean of the two in the middle: the estimate of Hodges and Lehmann (1963). */
  median(): number;
}

/** Doubles and 64-bit integers in the same order: positive ones by their bits, negative ones by their bits upside down. */
const DOUBLE = new Float64Array(1);
const BITS = new BigInt64Array(DOUBLE.buffer);
const SIGN = -(1n << 63n);

function keyOf(value: number): bigint {
  DOUBLE[0] = value;
  const bits = BITS[0] ?? 0n;
  return bits < 0n ? SIGN - bits - 1n : bits;
}

function doubleOf(key: bigint): number {
  BITS[0] = key < 0n ? SIGN - key - 1n : key;
  // Never -0.
  return (DOUBLE[0] ?? 0) + 0;
}

/** Equal values do not differ, also where both are infinite. */
function difference(x: number, y: number): number {
  return x === y ? 0 : x - y;
}

/**
 * Gives order statistics of the differences between two samples, the second one's values taken from the first one's.
 *
 * Each is found by halving the 64-bit numbers 64 times, and counting the differences up to the middle in one walk
 * through both samples: exact, of the same cost whatever the values are, and the same for samples of another scale.
 */
export function differencesOf(canary: readonly number[], baseline: readonly number[]): Differences {
  const x = sorted(canary);
  const y = sorted(baseline);
  const count = x.length * y.length;
  const countUpTo = (limit: number): number => {
    let found = 0;
    let from = 0;
    for (const value of x) {
      while (from < y.length && difference(value, y[from] ?? 0) > limit) from += 1;
      found += y.length - from;
    }
    return found;
  };
  const at = (rank: number): number => {
    let low = keyOf(difference(x[0] ?? 0, y[y.length - 1] ?? 0));
    let high = keyOf(difference(x[x.length - 1] ?? 0, y[0] ?? 0));
    while (low < high) {
      // Rounded down, also below 0: the shift of a bigint is.
      const middle = (low + high) >> 1n;
      if (countUpTo(doubleOf(middle)) >= rank) high = middle;
      else low = middle + 1n;
    }
    return doubleOf(low);
  };
  const median = (): number => {
    const lower = at(Math.ceil(count / 2));
    return count % 2 === 1 ? lower : middleOf(lower, at(count / 2 + 1));
  };
  return { count, at, median };
}

function middleOf(low: number, high: number): number {
  const sum = low + high;
  if (Number.isFinite(sum)) return sum / 2;
  // Too large to be added, or infinite; from minus to plus infinity the middle is 0.
  return low === -high ? 0 : low / 2 + high / 2;
}
