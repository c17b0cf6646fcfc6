import { nearest } from '../nearest.ts';
import { quote } from './problem.ts';
import type { Parsed } from './settings.ts';
import { CALENDAR_DAY_PATTERN, type CalendarDay, parseCalendarDay } from './texts.ts';

/** A day of the week as ISO 8601 counts: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * Hours of the week, `Mon-Fri 09:00-16:00 Europe/Berlin`.
 *
 * From the first minute up to, without, the last; both count from midnight, and a window of which the end is
 * not after the start runs into the next day (`Fri 22:00-02:00` ends on Saturday).
 */
export interface WeeklyWindow {
  readonly days: readonly Weekday[];
  readonly fromMinute: number;
  readonly toMinute: number;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
}

/** Days on which nothing goes in, the first and the last included. */
export interface FreezeRange {
  readonly firstDay: CalendarDay;
  readonly lastDay: CalendarDay;
  /** `undefined` where none is written: that of the gate's windows counts, else UTC. */
  readonly timeZone: string | undefined;
}

const WEEKDAYS = new Map<string, Weekday>([
  ['mon', 1],
  ['tue', 2],
  ['wed', 3],
  ['thu', 4],
  ['fri', 5],
  ['sat', 6],
  ['sun', 7],
]);
const DAYS = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:-(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))?';
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]';

export const WINDOW_PATTERN = `^${DAYS}(?:,${DAYS})* ${TIME}-(?:${TIME}|24:00) [A-Za-z][A-Za-z0-9_+/-]*$`;
export const FREEZE_PATTERN = `^${CALENDAR_DAY_PATTERN}(?:/${CALENDAR_DAY_PATTERN})?(?: [A-Za-z][A-Za-z0-9_+/-]*)?$`;

const WINDOW = new RegExp(WINDOW_PATTERN);
const FREEZE = new RegExp(FREEZE_PATTERN);

/** Reads `DAYS HH:MM-HH:MM ZONE`; days are `Mon`, `Mon-Fri`, `Mon,Wed-Fri`, and may wrap (`Sat-Mon`). */
export function parseWindow(text: string): Parsed<WeeklyWindow> {
  if (!WINDOW.test(text)) {
    return { problem: `must be a window such as Mon-Fri 09:00-16:00 Europe/Berlin, not ${quote(text)}` };
  }
  const [days = '', times = '', timeZone = ''] = text.split(' ');
  const [from = '', to = ''] = times.split('-');
  if (from === to) return { problem: `has a window without length, ${from}-${to}` };
  const unknown = timeZoneProblem(timeZone);
  if (unknown !== undefined) return { problem: unknown };
  return {
    value: {
      days: [...new Set(days.split(',').flatMap(expandDays))].toSorted((a, b) => a - b),
      fromMinute: minuteOf(from),
      toMinute: minuteOf(to),
      timeZone,
    },
  };
}

/** Reads `FIRST/LAST`, or one day, and a time zone where one is written. */
export function parseFreeze(text: string): Parsed<FreezeRange> {
  const [days = '', timeZone] = text.split(' ');
  const [first = '', last = first] = days.split('/');
  const firstDay = parseCalendarDay(first);
  const lastDay = parseCalendarDay(last);
  if (!FREEZE.test(text) || firstDay === undefined || lastDay === undefined) {
    return { problem: `must be days such as 2026-12-20/2027-01-02, not ${quote(text)}` };
  }
  if (lastDay < firstDay) return { problem: `ends before it starts: ${quote(text)}` };
  const unknown = timeZone === undefined ? undefined : timeZoneProblem(timeZone);
  return unknown === undefined ? { value: { firstDay, lastDay, timeZone } } : { problem: unknown };
}

function expandDays(range: string): readonly Weekday[] {
  const [first, last = first] = range
    .toLowerCase()
    .split('-')
    .map((day) => WEEKDAYS.get(day));
  const week: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
  if (first === undefined || last === undefined) return [];
  return week.filter((day) => (first <= last ? first <= day && day <= last : day >= first || day <= last));
}

function minuteOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

function timeZoneProblem(timeZone: string): string | undefined {
  const known = Intl.supportedValuesOf('timeZone');
  // The list has each zone by one name; to ask for its other names takes 18 ms of CPU the first time.
  if (timeZone === 'UTC' || known.includes(timeZone) || isTimeZone(timeZone)) return undefined;
  const meant = nearest(timeZone, known);
  const hint = meant === undefined ? '' : `. Did you mean ${quote(meant)}?`;
  return `names the time zone ${quote(timeZone)}, which does not exist${hint}`;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
