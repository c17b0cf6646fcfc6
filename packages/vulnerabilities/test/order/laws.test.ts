import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions, VERSION_ORDERS, type VersionOrder } from '../../src/index.ts';

const NUMBERS = ['0', '00', '1', '01', '2', '10', '99999999999999999991', '99999999999999999992'];
const WORDS = [
  'a',
  'b',
  'B',
  'z',
  'alpha',
  'beta',
  'rc',
  'RC',
  'pre',
  'dev',
  'p',
  'r',
  'post',
  'final',
  'sp',
];
const SIGNS = ['.', '.', '.', '-', '-', '_', '+', '~', '^', ':', '!', '-r', '_p', '_rc', 'é'];

/** What stands between the pieces, where an order knows of less than all signs and would answer nothing. */
const PIECES: Readonly<Partial<Record<VersionOrder, readonly string[]>>> = {
  cran: [...NUMBERS, '.', '-'],
  dpkg: [...NUMBERS, ...WORDS, '.', '-', '~', '+', ':'],
  go: [...NUMBERS, 'rc', '.', '.', '.', '-', '+'],
  hackage: [...NUMBERS, '.'],
  // Qualifiers behind dots and behind hyphens go in circles in Maven: 1.0-1 < 1.0.rc < 1.0 < 1.0-1.
  maven: [...NUMBERS, '.', '.', '-', '-alpha', '-sp', '-x', '-snapshot', '-ga'],
  nuget: [...NUMBERS, 'a', 'B', '.', '.', '.', '-', '+'],
  pub: [...NUMBERS, 'a', 'B', '.', '.', '.', '-', '+'],
  rubygems: [...NUMBERS, 'a', 'B', 'rc', '.', '.', '.', '-'],
  semver: [...NUMBERS, 'a', 'B', '.', '.', '.', '-', '+'],
};

function versionsOf(order: VersionOrder): fc.Arbitrary<string> {
  const pieces = PIECES[order] ?? [...NUMBERS, ...WORDS, ...SIGNS];
  return fc
    .tuple(fc.constantFrom(...NUMBERS), fc.array(fc.constantFrom(...pieces), { maxLength: 6 }))
    .map(([first, rest]) => [first, ...rest].join(''))
    .filter((text) => compareVersions(order, text, text) !== undefined);
}

function signOf(order: VersionOrder, a: string, b: string): number {
  const sign = compareVersions(order, a, b);
  if (sign === undefined || Number.isNaN(sign)) throw new Error(`${a} and ${b} have no order`);
  return Math.sign(sign);
}

describe.each(VERSION_ORDERS)('the order %s', (order) => {
  const version = versionsOf(order);

  it('takes a version for itself, and gives the opposite the other way round', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(signOf(order, a, a)).toBe(0);
        expect(signOf(order, a, b) + signOf(order, b, a)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('does not go in circles', () => {
    fc.assert(
      fc.property(version, version, version, (...versions) => {
        const [a, b, c] = versions.sort((x, y) => signOf(order, x, y));
        if (a === undefined || b === undefined || c === undefined) throw new Error('there are three');
        const [ab, bc, ac] = [signOf(order, a, b), signOf(order, b, c), signOf(order, a, c)];
        // Sorted, nothing goes back, and what is equal has the same neighbours.
        expect([ab, bc, ac].every((sign) => sign <= 0)).toBe(true);
        expect(ac).toBe(Math.min(ab, bc));
      }),
      { numRuns: 2000 },
    );
  });

  it('answers for any text, or says that it has no answer', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), version);
    fc.assert(
      fc.property(text, text, (a, b) => {
        const sign = compareVersions(order, a, b);
        expect(sign === undefined || Number.isInteger(sign)).toBe(true);
        expect(compareVersions(order, b, a) === undefined).toBe(sign === undefined);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['1', '1.', '1-', '.1', 'a', 'a1', '1_p', '~', '-', '0.', '1.a-', '1!', '+'])(
    'has an end with %s as often as 64 KiB hold it, and as often as a version holds it',
    (piece) => {
      const long = piece.repeat(65_536 / piece.length);
      expect(compareVersions(order, long, long)).toBeUndefined();
      const short = `1${piece.repeat(254 / piece.length)}`;
      // No piece makes anything worse than linear: a hundred of them are nothing.
      for (let i = 0; i < 100; i++) compareVersions(order, `${short}!`, `${short}?`);
      expect([0, undefined]).toContain(compareVersions(order, short, short));
    },
  );
});
