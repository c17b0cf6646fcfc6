import { describe, expect, it } from '@jest/globals';
import { formatBytes, formatCount, formatElapsed } from '../../src/action/human.ts';

describe('formatBytes', () => {
  it.each([
    [-1, '0 B'],
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1049, '1.0 kB'],
    [99_940, '99.9 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3_400_000, '3.4 MB'],
    [120e9, '120 GB'],
    [5e18, '5000 PB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatElapsed', () => {
  it.each([
    [0, '0.0 s'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [185_000, '3 min 5 s'],
    [3_599_600, '1 h'],
    [7_800_000, '2 h 10 min'],
    [86_399_999, '1 d'],
    [356_400_000, '4 d 3 h'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text);
  });
});

describe('formatCount', () => {
  it.each([
    [0, 'blob', undefined, '0 blobs'],
    [1, 'blob', undefined, '1 blob'],
    [1204, 'entry', 'entries', '1,204 entries'],
  ])('writes %d %s', (count, singular, plural, text) => {
    expect(formatCount(count, singular, plural)).toBe(text);
  });
});
