import type { WeeklyWindow } from '@artifact-lifecycle/core/policy';
import type { Freeze } from './opening.ts';

const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Writes a window as the policy does: `Mon-Fri 09:00-16:00 Europe/Berlin`. */
export function formatWindow({ days, fromMinute, toMinute, timeZone }: WeeklyWindow): string {
  return `${formatDays(days)} ${formatMinute(fromMinute)}-${formatMinute(toMinute)} ${timeZone}`;
}

/** Writes a freeze as the policy does: `2026-12-20/2027-01-02 Europe/Berlin`. */
export function formatFreeze({ firstDay, lastDay, timeZone }: Freeze): string {
  return `${firstDay === lastDay ? firstDay : `${firstDay}/${lastDay}`} ${timeZone}`;
}

/** Days in a row are written as a range; they come sorted. */
function formatDays(days: readonly number[]): string {
  const ranges: { readonly first: number; last: number }[] = [];
  for (const day of days) {
    const current = ranges.at(-1);
    if (current !== undefined && current.last === day - 1) current.last = day;
    else ranges.push({ first: day, last: day });
  }
  return ranges
    .map(({ first, last }) => (first === last ? nameOf(first) : `${nameOf(first)}-${nameOf(last)}`))
    .join(',');
}

function nameOf(day: number): string {
  return NAMES[day - 1] ?? '';
}

function formatMinute(minute: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}
