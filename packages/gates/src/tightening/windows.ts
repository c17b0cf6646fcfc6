import type { WeeklyWindow } from '@artifact-lifecycle/core/policy';
import type { Freeze } from '../window/opening.ts';
import { formatFreeze, formatWindow } from '../window/window-text.ts';
import { comparedBy, type Differences, includesAll } from './difference.ts';

const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** Compares windows: no minute of the week may be open that the policy's, of the same time zone, do not open. */
export function narrowerWindows(
  policy: readonly WeeklyWindow[] | undefined,
  input: readonly WeeklyWindow[] | undefined,
): Differences {
  const isTight = (open: readonly WeeklyWindow[], given: readonly WeeklyWindow[]): boolean =>
    given.every((window) => {
      const allowed = minutesOf(open.filter(({ timeZone }) => timeZone === window.timeZone));
      return minutesOf([window]).every((isOpen, minute) => !isOpen || allowed[minute] === true);
    });
  return comparedBy(policy, input, isTight, {
    show: (windows) => windows.map(formatWindow).join('; '),
    withoutPolicy: true,
  });
}

/** Compares freezes: each day that the policy freezes must stay frozen, in its time zone. */
export function widerFreezes(
  policy: readonly Freeze[] | undefined,
  input: readonly Freeze[] | undefined,
): Differences {
  return includesAll(policy, input, {
    meets: (given, demanded) =>
      given.timeZone === demanded.timeZone &&
      given.firstDay <= demanded.firstDay &&
      demanded.lastDay <= given.lastDay,
    show: (freezes) => freezes.map(formatFreeze).join('; '),
  });
}

/** The minutes of the week, from Monday's first on, that windows open. */
function minutesOf(windows: readonly WeeklyWindow[]): readonly boolean[] {
  const minutes = Array<boolean>(WEEK).fill(false);
  for (const { days, fromMinute, toMinute } of windows) {
    const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + DAY;
    for (const day of days) {
      const start = (day - 1) * DAY + fromMinute;
      for (let minute = start; minute < start + length; minute++) minutes[minute % WEEK] = true;
    }
  }
  return minutes;
}
