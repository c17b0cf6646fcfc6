import type { WallTime } from './wall-time.ts';

/** A week and the year it is counted in, which near New Year is not that of the day. */
export interface Week {
  readonly year: number;
  readonly week: number;
}

/** The week by ISO 8601: it starts on Monday, and the first has January 4th. */
export function isoWeek(wall: WallTime): Week {
  return weekOf(wall, 1, 4);
}

/** The week as the United States count it: it starts on Sunday, and the first has January 1st. */
export function localeWeek(wall: WallTime): Week {
  return weekOf(wall, 0, 1);
}

function weekOf({ year, dayOfYear }: WallTime, firstWeekday: number, januaryDay: number): Week {
  const week = Math.floor((dayOfYear - 1 - startOf(year, firstWeekday, januaryDay)) / 7) + 1;
  if (week < 1) {
    const last = year - 1;
    return { year: last, week: weeksIn(last, firstWeekday, januaryDay) };
  }
  const isNext = week > weeksIn(year, firstWeekday, januaryDay);
  return isNext ? { year: year + 1, week: 1 } : { year, week };
}

/** Days from January 1st to the start of the first week: -6 to 6. */
function startOf(year: number, firstWeekday: number, januaryDay: number): number {
  const weekday = new Date(Date.UTC(year, 0, januaryDay)).getUTCDay();
  return januaryDay - 1 - ((weekday - firstWeekday + 7) % 7);
}

function weeksIn(year: number, firstWeekday: number, januaryDay: number): number {
  const days = (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 86_400_000;
  const length = days + startOf(year + 1, firstWeekday, januaryDay) - startOf(year, firstWeekday, januaryDay);
  return Math.round(length / 7);
}
