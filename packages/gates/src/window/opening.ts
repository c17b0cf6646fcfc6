import type { Weekday, WeeklyWindow } from '@artifact-lifecycle/core/policy';
import type { GateSettings } from '../verdict/settings.ts';
import { offsetAt } from './local-time.ts';

type WindowSettings = GateSettings<'window'>;

/** A freeze with its time zone. */
export type Freeze = NonNullable<WindowSettings['freeze']>[number];

/** Tells the offset of a time zone at the instant that is looked at. */
type Offset = (timeZone: string) => number;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** No time zone changes its clocks within a quarter of an hour. */
const STEP = 15 * MINUTE;

/** Every window of a week comes within eight days, wherever the day begins. */
const SEARCHED = 9 * DAY;

/** Time zones reach from UTC-12 to UTC+14: no day ends more than this before it ends in UTC. */
const EARLIEST = 14 * 60 * MINUTE;

/** Who freezes longer does not need to be told to the minute when it ends. */
const HORIZON = 366 * DAY;

/** The freeze that holds at an instant; of several the one that lasts longest. */
export function freezeAt(settings: WindowSettings, instant: number): Freeze | undefined {
  return freezeWith(settings, instant, (timeZone) => offsetAt(timeZone, instant));
}

/** Whether an instant is in one of the windows; always where there are none. Freezes are not looked at. */
export function isAllowed(settings: WindowSettings, instant: number): boolean {
  return isAllowedWith(settings, instant, (timeZone) => offsetAt(timeZone, instant));
}

/**
 * The first minute from an instant on at which something may go in; `undefined` where there is none within a year. What
 * the clocks of the time zone show decides, so an hour that they skip is no part of a window, and one that they repeat
 * is twice.
 */
export function nextOpening(settings: WindowSettings, from: number): number | undefined {
  const start = Math.ceil(from / MINUTE) * MINUTE;
  const ends = (settings.freeze ?? []).map(
    ({ lastDay }) => Date.parse(`${lastDay}T00:00:00Z`) + DAY - EARLIEST,
  );
  const starts = [start, ...ends.filter((end) => end > start && end < start + HORIZON)].sort((a, b) => a - b);
  let searched = start;
  for (const at of starts) {
    const end = at + SEARCHED;
    const found = searchOpening(settings, Math.max(at, searched), end);
    if (found !== undefined) return found;
    searched = Math.max(searched, end);
  }
  return undefined;
}

function searchOpening(settings: WindowSettings, from: number, to: number): number | undefined {
  for (let quarter = Math.floor(from / STEP) * STEP; quarter < to; quarter += STEP) {
    const offsets = new Map<string, number>();
    const offset = (timeZone: string): number => {
      const known = offsets.get(timeZone) ?? offsetAt(timeZone, quarter);
      offsets.set(timeZone, known);
      return known;
    };
    for (let minute = Math.max(quarter, from); minute < quarter + STEP; minute += MINUTE) {
      if (isAllowedWith(settings, minute, offset) && freezeWith(settings, minute, offset) === undefined) {
        return minute;
      }
    }
  }
  return undefined;
}

function freezeWith({ freeze = [] }: WindowSettings, instant: number, offset: Offset): Freeze | undefined {
  return freeze
    .filter(({ firstDay, lastDay, timeZone }) => {
      const day = new Date(instant + offset(timeZone)).toISOString().slice(0, 10);
      return firstDay <= day && day <= lastDay;
    })
    .toSorted((a, b) => (a.lastDay < b.lastDay ? 1 : -1))[0];
}

function isAllowedWith({ allow }: WindowSettings, instant: number, offset: Offset): boolean {
  return allow === undefined || allow.some((window) => isWithin(window, instant + offset(window.timeZone)));
}

/** @param wall an instant whose UTC fields read as the clocks of the window's time zone. */
function isWithin({ days, fromMinute, toMinute }: WeeklyWindow, wall: number): boolean {
  const minute = Math.floor((((wall % DAY) + DAY) % DAY) / MINUTE);
  const today = weekdayOf(wall);
  if (fromMinute < toMinute) return days.includes(today) && fromMinute <= minute && minute < toMinute;
  const yesterday = weekdayOf(wall - DAY);
  return (days.includes(today) && minute >= fromMinute) || (days.includes(yesterday) && minute < toMinute);
}

const ISO_WEEKDAYS: readonly Weekday[] = [7, 1, 2, 3, 4, 5, 6];

function weekdayOf(wall: number): Weekday {
  return ISO_WEEKDAYS[new Date(wall).getUTCDay()] ?? 7;
}
