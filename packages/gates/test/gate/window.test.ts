import { parseGates } from '@artifact-lifecycle/core/policy';
import { type GateSettings, judgeWindow } from '@artifact-lifecycle/gates';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatFreeze, formatWindow } from '../../src/window/window-text.ts';

function read(settings: string): GateSettings<'window'> {
  const { window } = parseGates(`window: { ${settings} }`, 'gates');
  if (window === undefined) throw new Error('There is no window.');
  return window;
}

const OFFICE = 'allow: ["Mon-Fri 09:00-16:00 Europe/Berlin"]';

describe('judgeWindow', () => {
  it.each([
    { name: 'its first minute', settings: OFFICE, now: '2026-11-30T08:00:00Z', opens: 'now' },
    {
      name: 'the minute before',
      settings: OFFICE,
      now: '2026-11-30T07:59:59Z',
      opens: '2026-11-30T08:00:00.000Z',
    },
    { name: 'its last minute', settings: OFFICE, now: '2026-11-30T14:59:59Z', opens: 'now' },
    { name: 'its end', settings: OFFICE, now: '2026-11-30T15:00:00Z', opens: '2026-12-01T08:00:00.000Z' },
    { name: 'a weekend', settings: OFFICE, now: '2026-11-27T15:00:00Z', opens: '2026-11-30T08:00:00.000Z' },
    { name: 'summer time', settings: OFFICE, now: '2026-07-01T07:00:00Z', opens: 'now' },
    {
      name: 'a weekend on which clocks are set forward',
      settings: OFFICE,
      now: '2026-03-27T15:00:00Z',
      opens: '2026-03-30T07:00:00.000Z',
    },
    {
      name: 'a weekend on which clocks are set back',
      settings: OFFICE,
      now: '2026-10-23T14:00:00Z',
      opens: '2026-10-26T08:00:00.000Z',
    },
    {
      name: 'an hour that is skipped, which is no part of it',
      settings: 'allow: ["Sun 02:00-02:45 Europe/Berlin"]',
      now: '2026-03-29T00:30:00Z',
      opens: '2026-04-05T00:00:00.000Z',
    },
    {
      name: 'a window of which the first half is skipped',
      settings: 'allow: ["Sun 02:30-03:30 Europe/Berlin"]',
      now: '2026-03-29T00:30:00Z',
      opens: '2026-03-29T01:00:00.000Z',
    },
    {
      name: 'an hour that comes twice, the second time',
      settings: 'allow: ["Sun 02:15-02:30 Europe/Berlin"]',
      now: '2026-10-25T00:30:00Z',
      opens: '2026-10-25T01:15:00.000Z',
    },
    {
      name: 'half an hour that is skipped on Lord Howe',
      settings: 'allow: ["Sun 02:10-02:40 Australia/Lord_Howe"]',
      now: '2026-10-03T15:00:00Z',
      opens: '2026-10-03T15:30:00.000Z',
    },
    {
      name: 'a time zone of quarters of an hour',
      settings: 'allow: ["Mon 09:00-10:00 Asia/Kathmandu"]',
      now: '2026-11-30T00:00:00Z',
      opens: '2026-11-30T03:15:00.000Z',
    },
    {
      name: 'the evening',
      settings: 'allow: ["Fri 22:00-02:00 UTC"]',
      now: '2026-11-27T22:00:00Z',
      opens: 'now',
    },
    {
      name: 'past midnight',
      settings: 'allow: ["Fri 22:00-02:00 UTC"]',
      now: '2026-11-28T01:59:00Z',
      opens: 'now',
    },
    {
      name: 'the same hour of the day before',
      settings: 'allow: ["Fri 22:00-02:00 UTC"]',
      now: '2026-11-27T01:00:00Z',
      opens: '2026-11-27T22:00:00.000Z',
    },
    {
      name: 'Sunday into Monday',
      settings: 'allow: ["Sun 22:00-02:00 UTC"]',
      now: '2026-11-30T00:30:00Z',
      opens: 'now',
    },
    {
      name: 'a whole day',
      settings: 'allow: ["Mon 00:00-24:00 UTC"]',
      now: '2026-11-30T23:59:59Z',
      opens: 'now',
    },
    {
      name: 'one of several windows',
      settings: 'allow: ["Mon 09:00-10:00 UTC", "Mon 09:00-10:00 America/New_York"]',
      now: '2026-11-30T14:30:00Z',
      opens: 'now',
    },
    {
      name: 'a freeze',
      settings: `${OFFICE}, freeze: [2026-11-30]`,
      now: '2026-11-30T10:00:00Z',
      opens: '2026-12-01T08:00:00.000Z',
    },
    {
      name: 'the last minute of a freeze, in its time zone',
      settings: 'freeze: [2026-11-30 Pacific/Auckland]',
      now: '2026-11-30T10:59:59Z',
      opens: '2026-11-30T11:00:00.000Z',
    },
    {
      name: 'the minute after a freeze',
      settings: 'freeze: [2026-11-30 Pacific/Auckland]',
      now: '2026-11-30T11:00:00Z',
      opens: 'now',
    },
    {
      name: 'the day before a freeze',
      settings: 'freeze: [2026-12-20/2027-01-02]',
      now: '2026-12-19T23:59:59Z',
      opens: 'now',
    },
    {
      name: 'a freeze over New Year',
      settings: `${OFFICE}, freeze: [2026-12-20/2027-01-02]`,
      now: '2026-12-24T10:00:00Z',
      opens: '2027-01-04T08:00:00.000Z',
    },
    {
      name: 'freezes one after the other',
      settings: 'freeze: [2026-12-20/2026-12-31, 2027-01-01/2027-02-28, 2027-03-01]',
      now: '2026-12-24T10:00:00Z',
      opens: '2027-03-02T00:00:00.000Z',
    },
    {
      name: 'a freeze that ends within a window of the night',
      settings: 'allow: ["Mon 22:00-02:00 UTC"], freeze: [2026-11-30]',
      now: '2026-11-30T22:30:00Z',
      opens: '2026-12-01T00:00:00.000Z',
    },
    {
      name: 'a freeze of years',
      settings: 'freeze: [2026-01-01/2099-12-31]',
      now: '2026-11-30T10:00:00Z',
      opens: undefined,
    },
  ])('knows at $name whether it is open and when it opens', ({ settings, now, opens }) => {
    const { verdict, evidence } = judgeWindow(read(settings), Date.parse(now));
    if (opens === 'now') expect(verdict).toBe('pass');
    else expect([verdict, evidence['opensNext']]).toEqual(['fail', opens ?? null]);
  });

  it('says in the time zone of the window what time it is and when it opens', () => {
    expect(judgeWindow(read(OFFICE), Date.parse('2026-11-28T09:00:00Z')).reason).toBe(
      'Sat 2026-11-28 10:00 Europe/Berlin is outside of Mon-Fri 09:00-16:00 Europe/Berlin. It opens next at Mon 2026-11-30 09:00 Europe/Berlin (2026-11-30T08:00:00.000Z).',
    );
    expect(
      judgeWindow(read('freeze: [2026-12-20/2027-01-02]'), Date.parse('2026-12-24T09:00:00Z')).reason,
    ).toBe(
      'Thu 2026-12-24 09:00 UTC is frozen by 2026-12-20/2027-01-02 UTC. It opens next at Sun 2027-01-03 00:00 UTC (2027-01-03T00:00:00.000Z).',
    );
  });

  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  );
  const time = fc
    .integer({ min: 0, max: 1439 })
    .map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16));
  const windowText = fc
    .tuple(fc.constantFrom('Mon', 'Sat-Mon', 'Tue,Thu-Fri', 'Sun'), time, time, zone)
    .filter(([, from, to]) => from !== to)
    .map(([days, from, to, timeZone]) => `${days} ${from}-${to} ${timeZone}`);
  const instant = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') });

  it('opens when it says, and not a minute earlier', () => {
    fc.assert(
      fc.property(fc.array(windowText, { minLength: 1, maxLength: 2 }), instant, (windows, now) => {
        const settings = read(`allow: ${JSON.stringify(windows)}`);
        const { verdict, evidence } = judgeWindow(settings, now);
        if (verdict === 'pass') return;
        const opens = Date.parse(String(evidence['opensNext']));
        expect(opens).toBeGreaterThan(now);
        expect(judgeWindow(settings, opens).verdict).toBe('pass');
        expect(judgeWindow(settings, opens - 60_000).verdict).toBe(
          opens - 60_000 < now ? expect.anything() : 'fail',
        );
      }),
      { numRuns: 50 },
    );
  });

  it('writes windows and freezes as they are read', () => {
    fc.assert(
      fc.property(windowText, (text) => {
        const [window] = read(`allow: ["${text}"]`).allow ?? [];
        if (window === undefined) throw new Error('There is no window.');
        expect(read(`allow: ["${formatWindow(window)}"]`).allow).toEqual([window]);
      }),
      { numRuns: 50 },
    );
    const freezes = read('freeze: [2026-12-20/2027-01-02 Europe/Berlin, 2026-01-01]').freeze ?? [];
    expect(freezes.map(formatFreeze)).toEqual(['2026-12-20/2027-01-02 Europe/Berlin', '2026-01-01 UTC']);
  });
});
