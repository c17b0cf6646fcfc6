import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDate } from '../src/date-format.ts';
import { wallTime } from '../src/wall-time.ts';
import { isoWeek, localeWeek } from '../src/week.ts';

/** A Sunday, in the first week of the United States' 2021 and the last of ISO's 2020. */
const MOMENT = Date.parse('2021-01-03T14:05:09.078Z');

describe('a date', () => {
  it.each<[format: string, zone: string, text: string]>([
    ['YYYYMMDD', 'UTC', '20210103'],
    ['YYYYMMDD-HHmmss', 'Asia/Tokyo', '20210103-230509'],
    ['YYYY-MM-DDTHH:mm:ss.SSS[Z]', 'UTC', '2021-01-03T14:05:09.078Z'],
    ['Z ZZ', 'Asia/Kolkata', '+05:30 +0530'],
    ['Z', 'America/St_Johns', '-03:30'],
    ['Z z', 'UTC', '+00:00 UTC'],
    ['M Mo MM MMM MMMM', 'UTC', '1 1st 01 Jan January'],
    ['D Do DD DDD DDDo DDDD', 'UTC', '3 3rd 03 3 3rd 003'],
    ['d do dd ddd dddd e E', 'UTC', '0 0th Su Sun Sunday 0 7'],
    ['w ww gg gggg', 'UTC', '2 02 21 2021'],
    ['W WW GG GGGG', 'UTC', '53 53 20 2020'],
    ['Q Qo YY Y YYYYY YYYYYY', 'UTC', '1 1st 21 2021 02021 +002021'],
    ['H HH h hh k kk a A', 'UTC', '14 14 2 02 14 14 pm PM'],
    ['Hmm Hmmss hmm hmmss', 'UTC', '1405 140509 205 20509'],
    ['m mm s ss S SS SSS SSSSSS', 'UTC', '5 05 9 09 0 07 078 078000'],
    ['X x', 'UTC', '1609682709 1609682709078'],
    ['L LT LTS', 'UTC', '01/03/2021 2:05 PM 2:05:09 PM'],
    ['LLLL', 'UTC', 'Sunday, January 3, 2021 2:05 PM'],
    ['[on] \\Y\\M _-.', 'UTC', 'on YM _-.'],
  ])('is written as %j in %s: %j', (format, zone, text) => {
    expect(formatDate(MOMENT, format, zone)).toBe(text);
  });

  it('is ISO 8601 without a format', () => {
    expect(formatDate(MOMENT, undefined, 'UTC')).toBe('2021-01-03T14:05:09Z');
    expect(formatDate(MOMENT, undefined, 'Asia/Tokyo')).toBe('2021-01-03T23:05:09+09:00');
  });

  it.each<[date: string, iso: string, us: string]>([
    ['2020-01-01', '2020-1', '2020-1'],
    ['2020-12-31', '2020-53', '2021-1'],
    ['2021-01-01', '2020-53', '2021-1'],
    ['2021-01-04', '2021-1', '2021-2'],
    ['2022-01-01', '2021-52', '2022-1'],
    ['2024-12-30', '2025-1', '2025-1'],
    ['2016-12-31', '2016-52', '2016-53'],
  ])('%s lies in week %s by ISO, %s in the United States', (date, iso, us) => {
    const wall = wallTime(Date.parse(date), 'UTC');
    expect(`${isoWeek(wall).year}-${isoWeek(wall).week}`).toBe(iso);
    expect(`${localeWeek(wall).year}-${localeWeek(wall).week}`).toBe(us);
  });

  it('follows the clocks when they change', () => {
    expect(formatDate(Date.parse('2020-03-29T00:59:59Z'), 'HHmmZZ', 'Europe/Berlin')).toBe('0159+0100');
    expect(formatDate(Date.parse('2020-03-29T01:00:00Z'), 'HHmmZZ', 'Europe/Berlin')).toBe('0300+0200');
    expect(formatDate(Date.parse('2020-01-10T23:30:00Z'), 'YYYYMMDD HH', 'Europe/London')).toBe(
      '20200110 23',
    );
  });

  it.each<[name: string, epoch: number, format: string, zone: string, message: string]>([
    ['a zone that does not exist', 0, 'YYYY', 'Mars/Olympus', 'The time zone "Mars/Olympus" does not exist.'],
    ['an empty zone', 0, 'YYYY', '', 'The time zone "" does not exist.'],
    ['no date', Number.NaN, 'YYYY', 'UTC', 'cannot be written'],
    ['the year 10000', 253_402_300_800_000, 'YYYY', 'UTC', 'cannot be written'],
    ['a format that is none', 0, 'Y'.repeat(257), 'UTC', 'at most 256'],
  ])('is refused with %s', (_name, epoch, format, zone, message) => {
    expect(() => formatDate(epoch, format, zone)).toThrow(message);
  });

  it('in UTC is what JavaScript says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (epoch) => {
        expect(formatDate(epoch, 'YYYY-MM-DDTHH:mm:ss.SSS[Z]', 'UTC')).toBe(new Date(epoch).toISOString());
      }),
    );
  });
});
