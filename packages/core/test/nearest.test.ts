import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../src/nearest.ts';

const INPUTS = [
  'source',
  'destination',
  'tags',
  'to',
  'from',
  'dry-run',
  'promote-from',
  'certificate-identity',
];

describe('nearest', () => {
  it.each([
    ['a letter too few', 'sorce', 'source'],
    ['a letter too many', 'tagss', 'tags'],
    ['another letter', 'souroe', 'source'],
    ['neighbours swapped', 'tgas', 'tags'],
    ['another case', 'DESTINATION', 'destination'],
    ['camel case', 'dryRun', 'dry-run'],
    ['an underscore', 'promote_from', 'promote-from'],
    ['three letters off in a long word', 'certifcateidentty', 'certificate-identity'],
    ['a short word in another case', 'TO', 'to'],
  ])('finds the word with %s', (_name, word, expected) => {
    expect(nearest(word, INPUTS)).toBe(expected);
  });

  it.each([
    ['a short word', 'xo'],
    ['a word two letters off four', 'tgxs'],
    ['another word', 'registry'],
    ['nothing', ''],
    ['a very long word', `${'a'.repeat(1_000_000)}`],
  ])('suggests nothing for %s', (_name, word) => {
    expect(nearest(word, INPUTS)).toBeUndefined();
  });

  it('takes the nearer of two, and the first of two that are as near', () => {
    expect(nearest('check', ['chucks', 'checks'])).toBe('checks');
    expect(nearest('cart', ['card', 'care'])).toBe('card');
  });

  it('finds a word from which one letter is missing, wherever', () => {
    const word = fc.stringMatching(/^[a-z]{5,20}$/);
    fc.assert(
      fc.property(word, fc.nat(), (full, at) => {
        const index = at % full.length;
        expect(nearest(full.slice(0, index) + full.slice(index + 1), [full])).toBe(full);
      }),
    );
  });

  it('suggests only what is near, by a distance counted otherwise', () => {
    const word = fc.stringMatching(/^[ab]{3,6}$/);
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 6 }), (typed, candidates) => {
        const allowed = typed.length < 5 ? 1 : 2;
        const distances = candidates.map((candidate) => distance(typed, candidate));
        const least = Math.min(...distances);
        const expected = least <= allowed ? candidates[distances.indexOf(least)] : undefined;
        expect(nearest(typed, candidates)).toBe(expected);
      }),
    );
  });
});

/** The definition of the distance, without regard to time. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return Math.max(a.length, b.length);
  const options = [
    distance(a.slice(1), b) + 1,
    distance(a, b.slice(1)) + 1,
    distance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  ];
  if (a.length > 1 && a[0] === b[1] && a[1] === b[0]) options.push(distance(a.slice(2), b.slice(2)) + 1);
  return Math.min(...options);
}
