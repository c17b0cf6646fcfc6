import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/policy/index.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['90d', 7_776_000_000],
    ['2w', 1_209_600_000],
    ['2y', 63_072_000_000],
    ['1000y', 31_536_000_000_000],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    'd',
    '90',
    '90 d',
    ' 90d',
    '90D',
    '1.5h',
    '-1h',
    '+1h',
    '1h30m',
    '90days',
    '1001y',
    '9999999999s',
    '٣d',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads as it was, when it is written', () => {
    const text = fc
      .tuple(fc.nat(1000), fc.constantFrom('s', 'm', 'h', 'd', 'w', 'y'))
      .map(([n, unit]) => `${n}${unit}`);
    fc.assert(
      fc.property(text, (written) => {
        const duration = parseDuration(written);
        expect(duration).toBeDefined();
        if (duration !== undefined) expect(parseDuration(formatDuration(duration))).toBe(duration);
      }),
    );
  });

  it.each([
    ['24h', '1d'],
    ['90d', '90d'],
    ['365d', '1y'],
    ['90m', '90m'],
    ['0d', '0s'],
  ])('%s is written %s', (text, written) => {
    const duration = parseDuration(text);
    expect(duration === undefined ? undefined : formatDuration(duration)).toBe(written);
  });
});
