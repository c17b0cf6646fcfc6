import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { classifyExactly, type ExactOptions } from '../../src/canary/exact.ts';
import { classifyLikeKayenta, KAYENTA_DEFAULTS } from '../../src/canary/netflix.ts';
import { draw, normal, poisson, seeded } from '../support/random.ts';

const OPTIONS: ExactOptions = { direction: 'either', isCritical: false, tolerance: 0.25, minimumPoints: 5 };
const KAYENTA = { ...KAYENTA_DEFAULTS, ...OPTIONS, minimumPoints: 1 };
const INFINITY = Number.POSITIVE_INFINITY;

function repeat(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, () => value);
}

describe('the exact judge', () => {
  it.each([
    { name: 'the same', baseline: [1, 2, 3, 4, 5], canary: [5, 4, 3, 2, 1], is: 'pass' },
    { name: 'one constant', baseline: repeat(1, 5), canary: repeat(1, 9), is: 'pass' },
    { name: 'two constants, without noise', baseline: repeat(1, 5), canary: repeat(10, 5), is: 'high' },
    { name: 'all lower', baseline: [6, 7, 8, 9, 10], canary: [1, 2, 3, 4, 5], is: 'low' },
    { name: 'all higher', baseline: [1, 2, 3, 4, 5], canary: [16, 17, 18, 19, 20], is: 'high' },
    { name: 'four points, which cannot say it', baseline: [1, 2, 3, 4], canary: [6, 7, 8, 9], is: 'no-data' },
    { name: 'no points', baseline: [], canary: [1, 2, 3, 4, 5], is: 'no-data' },
    { name: 'points without value', baseline: repeat(Number.NaN, 9), canary: repeat(1, 9), is: 'no-data' },
    { name: 'an overflow', baseline: [1, 2, 3, 4, 5], canary: repeat(INFINITY, 5), is: 'high' },
    {
      name: 'an overflow on both sides',
      baseline: repeat(INFINITY, 5),
      canary: repeat(INFINITY, 5),
      is: 'pass',
    },
    { name: 'an overflow that is gone', baseline: repeat(INFINITY, 5), canary: repeat(1, 5), is: 'low' },
    {
      name: 'rare errors that are less rare',
      baseline: [...repeat(0, 95), ...repeat(1, 5)],
      canary: [...repeat(0, 70), ...repeat(1, 30)],
      is: 'high',
    },
    {
      name: 'rare errors that are as rare',
      baseline: [...repeat(0, 95), ...repeat(1, 5)],
      canary: [...repeat(0, 93), ...repeat(1, 7)],
      is: 'pass',
    },
  ])('calls $name: $is', ({ baseline, canary, is }) => {
    expect(classifyExactly({ baseline, canary }, OPTIONS).classification).toBe(is);
  });

  it('has nothing to say of fewer points than can say it, whatever the policy allows', () => {
    const finding = classifyExactly(
      { baseline: [1, 2], canary: [9, 10] },
      { ...OPTIONS, minimumPoints: 1, isCritical: true },
    );
    expect(finding).toEqual({
      classification: 'no-data',
      isCritical: true,
      words:
        'has too little data: 2 points in the baseline and 2 points in the canary, of 5 needed on each side',
      difference: null,
      effect: null,
    });
  });

  it('gives the interval of Hodges and Lehmann', () => {
    const { difference, effect, words } = classifyExactly(
      { baseline: [1, 2.2, 1.1, 2.5, 3], canary: [20, 22, 21, 25, 30] },
      OPTIONS,
    );
    expect(difference).toEqual({ basis: 'shift', estimate: 20, lower: 17.5, upper: 28.9, confidence: 0.98 });
    expect(effect).toEqual({ measure: 'cles', value: 1 });
    expect(words).toBe('is higher: it differs by 20 (98 % confidence: 17.5 to 28.9)');
  });

  it.each([
    { direction: 'increase', higher: 'high', lower: 'pass' },
    { direction: 'decrease', higher: 'pass', lower: 'low' },
    { direction: 'either', higher: 'high', lower: 'low' },
  ] as const)('minds the direction: $direction', ({ direction, higher, lower }) => {
    const one = [1, 2, 3, 4, 5];
    const other = [21, 22, 23, 24, 25];
    const options = { ...OPTIONS, direction };
    expect(classifyExactly({ baseline: one, canary: other }, options).classification).toBe(higher);
    expect(classifyExactly({ baseline: other, canary: one }, options).classification).toBe(lower);
  });
});

/** Values of a metric, with ties, so far apart that shifting or scaling them loses no digit. */
const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 1000 })), {
  minLength: 5,
  maxLength: 40,
});
const tolerance = fc.constantFrom(0, 0.1, 0.25, 0.5, 1);
const OPPOSITE = { high: 'low', low: 'high', pass: 'pass', 'no-data': 'no-data' } as const;

describe('properties of the exact judge', () => {
  it('is symmetric: sides exchanged, high is low and the interval is mirrored', () => {
    fc.assert(
      fc.property(values, values, tolerance, (one, other, part) => {
        const options = { ...OPTIONS, tolerance: part };
        const there = classifyExactly({ baseline: one, canary: other }, options);
        const back = classifyExactly({ baseline: other, canary: one }, options);
        expect(back.classification).toBe(OPPOSITE[there.classification]);
        expect(back.difference?.lower).toBeCloseTo(-(there.difference?.upper ?? Number.NaN), 12);
        expect(back.difference?.estimate).toBeCloseTo(-(there.difference?.estimate ?? Number.NaN), 12);
      }),
    );
  });

  it('is the same at any scale, to the last bit where scaling is exact', () => {
    const exponent = fc.integer({ min: -900, max: 900 });
    fc.assert(
      fc.property(values, values, tolerance, exponent, (baseline, canary, part, power) => {
        const options = { ...OPTIONS, tolerance: part };
        const scale = 2 ** power;
        const plain = classifyExactly({ baseline, canary }, options);
        const scaled = classifyExactly(
          { baseline: baseline.map((value) => value * scale), canary: canary.map((value) => value * scale) },
          options,
        );
        const by = plain.difference?.basis === 'shift' ? scale : 1;
        expect(scaled.classification).toBe(plain.classification);
        expect(scaled.difference?.estimate).toBe((plain.difference?.estimate ?? Number.NaN) * by);
        expect(scaled.difference?.lower).toBe((plain.difference?.lower ?? Number.NaN) * by);
      }),
    );
  });

  it('is monotone: what is high stays high when the canary gets worse', () => {
    fc.assert(
      fc.property(
        values,
        values,
        tolerance,
        fc.integer({ min: 0, max: 500 }),
        (baseline, canary, part, more) => {
          const options = { ...OPTIONS, tolerance: part };
          const { classification } = classifyExactly({ baseline, canary }, options);
          const worse = classifyExactly({ baseline, canary: canary.map((value) => value + more) }, options);
          const order = ['low', 'pass', 'high'];
          expect(order.indexOf(worse.classification)).toBeGreaterThanOrEqual(order.indexOf(classification));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not mind the order of points, nor points without a value', () => {
    fc.assert(
      fc.property(values, values, (baseline, canary) => {
        const mixed = { baseline: [...baseline].reverse(), canary: [Number.NaN, ...canary].reverse() };
        expect(classifyExactly(mixed, OPTIONS)).toEqual(classifyExactly({ baseline, canary }, OPTIONS));
      }),
    );
  });
});

describe('how often the judges are right', () => {
  it('finds all of 500 doubled error ratios of 0.00001, of which netflix misses 479', () => {
    const random = seeded(9);
    let found = 0;
    let missedByNetflix = 0;
    let foundByNetflixLarger = 0;
    for (let run = 0; run < 500; run += 1) {
      const baseline = draw(30, () => 1e-5 * (1 + 0.2 * normal(random)));
      const canary = draw(30, () => 2e-5 * (1 + 0.2 * normal(random)));
      if (classifyExactly({ baseline, canary }, OPTIONS).classification === 'high') found += 1;
      if (classifyLikeKayenta({ baseline, canary }, KAYENTA).classification !== 'high') missedByNetflix += 1;
      const larger = { baseline: baseline.map((v) => v * 1e5), canary: canary.map((v) => v * 1e5) };
      if (classifyLikeKayenta(larger, KAYENTA).classification === 'high') foundByNetflixLarger += 1;
    }
    expect({ found, missedByNetflix, foundByNetflixLarger }).toEqual({
      found: 500,
      missedByNetflix: 479,
      foundByNetflixLarger: 500,
    });
  });

  // With tolerance 0 the judge is the test alone, which may be wrong in 2 of 100. Of 1000 true hypotheses it then
  // rejects 20, and more than 36 with a probability below 1 in 1000 only.
  it.each([
    { name: 'normal, 30 points', points: 30, one: (random: () => number) => normal(random) },
    { name: 'normal, 60 points', points: 60, one: (random: () => number) => normal(random) },
    { name: 'normal, 5 points', points: 5, one: (random: () => number) => normal(random) },
    { name: 'skewed latencies', points: 60, one: (random: () => number) => Math.exp(2 * normal(random)) },
    { name: 'rare errors', points: 60, one: (random: () => number) => poisson(random, 0.1) },
    { name: 'counts', points: 20, one: (random: () => number) => poisson(random, 1) },
    { name: 'few counts', points: 6, one: (random: () => number) => poisson(random, 0.7) },
  ])('sees a difference where there is none in no more than 2 of 100: $name', ({ points, one }) => {
    const random = seeded(points);
    const strict = { ...OPTIONS, tolerance: 0 };
    let wrong = 0;
    for (let run = 0; run < 1000; run += 1) {
      const sides = { baseline: draw(points, () => one(random)), canary: draw(points, () => one(random)) };
      if (classifyExactly(sides, strict).classification !== 'pass') wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(36);
  });
});
