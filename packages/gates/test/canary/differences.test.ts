import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { differencesOf } from '../../src/canary/differences.ts';

/** All differences, written down and sorted: what must not be done with many. */
function writtenDown(canary: readonly number[], baseline: readonly number[]): readonly number[] {
  const all = canary.flatMap((x) => baseline.map((y) => (x === y ? 0 : x - y)));
  return [...Float64Array.from(all).sort()].map((value) => value + 0);
}

const side = fc.array(
  fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE, -0, 5e-324),
  ),
  { minLength: 1, maxLength: 12 },
);

describe('differences', () => {
  it('are those of all pairs in order, whatever the values', () => {
    fc.assert(
      fc.property(side, side, (canary, baseline) => {
        const differences = differencesOf(canary, baseline);
        const expected = writtenDown(canary, baseline);
        expect(differences.count).toBe(expected.length);
        expect(expected.map((_, index) => differences.at(index + 1))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { name: 'one pair', canary: [3], baseline: [1], median: 2 },
    { name: 'an even count', canary: [1, 2], baseline: [0], median: 1.5 },
    { name: 'four and four', canary: [10, 20, 30, 40], baseline: [1, 2, 3, 4], median: 22.5 },
    {
      name: 'values that cannot be added',
      canary: [Number.MAX_VALUE, Number.MAX_VALUE],
      baseline: [0],
      median: Number.MAX_VALUE,
    },
    {
      name: 'infinity on one side',
      canary: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      baseline: [1],
      median: Number.POSITIVE_INFINITY,
    },
    {
      name: 'infinity on both sides',
      canary: [Number.POSITIVE_INFINITY],
      baseline: [Number.POSITIVE_INFINITY],
      median: 0,
    },
    {
      name: 'opposite infinities',
      canary: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      baseline: [0],
      median: 0,
    },
  ])('have their middle: $name', ({ canary, baseline, median }) => {
    expect(differencesOf(canary, baseline).median()).toBe(median);
  });

  it('of ten thousand points a side, a hundred million, are never written down', () => {
    const baseline = Array.from({ length: 10_000 }, (_, index) => index);
    const differences = differencesOf(
      baseline.map((value) => value + 7),
      baseline,
    );
    expect(differences.count).toBe(1e8);
    expect([differences.at(1), differences.median(), differences.at(1e8)]).toEqual([-9992, 7, 10_006]);
  });
});
