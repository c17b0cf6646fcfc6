import { describe, expect, it } from '@jest/globals';
import { parsePath } from '../../src/policy/gates/conditions.ts';
import { parseFreeze, parseWindow } from '../../src/policy/window.ts';

describe('a window', () => {
  it.each([
    ['Mon-Fri 09:00-16:00 Europe/Berlin', [1, 2, 3, 4, 5], 540, 960, 'Europe/Berlin'],
    ['Sat-Mon 00:00-24:00 UTC', [1, 6, 7], 0, 1440, 'UTC'],
    ['Wed,Mon,Mon 22:00-02:00 America/New_York', [1, 3], 1320, 120, 'America/New_York'],
    ['Sun 10:00-11:00 Asia/Kolkata', [7], 600, 660, 'Asia/Kolkata'],
    ['Sun 10:00-11:00 Asia/Calcutta', [7], 600, 660, 'Asia/Calcutta'],
    ['Mon-Sun 00:00-00:01 Etc/GMT+2', [1, 2, 3, 4, 5, 6, 7], 0, 1, 'Etc/GMT+2'],
  ])('%s is read', (text, days, fromMinute, toMinute, timeZone) => {
    expect(parseWindow(text)).toEqual({ value: { days, fromMinute, toMinute, timeZone } });
  });

  it.each([
    'Mon-Fri 09:00-16:00',
    'Mon - Fri 09:00-16:00 UTC',
    'mon 09:00-16:00 UTC',
    'Mon 9:00-16:00 UTC',
    'Mon 24:00-01:00 UTC',
    'Mon 09:60-16:00 UTC',
    'Mon 09:00-09:00 UTC',
    'Mon 09:00-16:00 +02:00',
    'Mon 09:00-16:00 Nowhere/Else',
    'Mon 09:00-16:00 UTC ',
  ])('%j is none', (text) => {
    expect(parseWindow(text)).toHaveProperty('problem');
  });
});

describe('a freeze', () => {
  it.each([
    ['2026-12-20/2027-01-02', '2026-12-20', '2027-01-02', undefined],
    ['2026-12-24', '2026-12-24', '2026-12-24', undefined],
    ['2028-02-29/2028-02-29 Asia/Tokyo', '2028-02-29', '2028-02-29', 'Asia/Tokyo'],
  ])('%s is read', (text, firstDay, lastDay, timeZone) => {
    expect(parseFreeze(text)).toEqual({ value: { firstDay, lastDay, timeZone } });
  });

  it.each([
    '',
    '2026-02-29',
    '2026-12-20/',
    '2027-01-02/2026-12-20',
    '2026-12-20T00:00Z',
    '2026-12-20 Moon/Base',
  ])('%j is none', (text) => {
    expect(parseFreeze(text)).toHaveProperty('problem');
  });
});

describe('a path of a predicate', () => {
  it.each([
    ['result', ['result']],
    ['a.b.c', ['a', 'b', 'c']],
    ['a[0].b', ['a', 0, 'b']],
    ['a["b.c"]["d e"].f', ['a', 'b.c', 'd e', 'f']],
    ['[1]', [1]],
    ['__proto__', ['__proto__']],
  ])('%s is read', (text, steps) => {
    expect(parsePath(text)).toEqual({ value: steps });
  });

  it.each(['', '.a', 'a.', 'a..b', 'a[', 'a[]', 'a[x]', 'a["]', 'a b', 'a[0]b', `a${'.a'.repeat(32)}`])(
    '%j is none',
    (text) => {
      expect(parsePath(text)).toHaveProperty('problem');
    },
  );
});
