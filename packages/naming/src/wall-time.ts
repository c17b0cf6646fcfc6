import { SuiteError } from '@artifact-lifecycle/core';

/** A moment as clocks of a time zone show it. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly dayOfYear: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly epoch: number;
  readonly timeZone: string;
}

const MS_PER_DAY = 86_400_000;

/** The last millisecond of the year 9999: later dates have no form that tags could carry. */
const MAX_EPOCH = 253_402_300_799_999;

/**
 * What clocks of an IANA time zone show at a moment.
 *
 * @throws SuiteError `INPUT_INVALID` for a time zone that does not exist, or a moment outside of 1970 to 9999
 */
export function wallTime(epoch: number, timeZone: string): WallTime {
  if (!(epoch >= 0 && epoch <= MAX_EPOCH)) {
    throw new SuiteError('INPUT_INVALID', `A date of ${epoch} milliseconds since 1970 cannot be written.`, {
      remedy: 'Use a date from 1970 to 9999.',
    });
  }
  const offset = timeZone.toUpperCase() === 'UTC' ? 0 : offsetOf(epoch, timeZone);
  // Shifted by the offset, the UTC fields are those of the wall.
  const wall = new Date(epoch + offset * 60_000);
  const year = wall.getUTCFullYear();
  return {
    year,
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    millisecond: wall.getUTCMilliseconds(),
    weekday: wall.getUTCDay(),
    dayOfYear: Math.floor((wall.getTime() - Date.UTC(year, 0, 1)) / MS_PER_DAY) + 1,
    offset,
    epoch,
    timeZone,
  };
}

function offsetOf(epoch: number, timeZone: string): number {
  const parts = new Map(
    fieldsIn(timeZone)
      .formatToParts(epoch)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const field = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const shown = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  );
  return Math.round((shown - Math.floor(epoch / 1000) * 1000) / 60_000);
}

function fieldsIn(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The time zone ${JSON.stringify(timeZone.slice(0, 50))} does not exist.`,
      {
        remedy: 'Use a name of the IANA database, such as Europe/Berlin or UTC.',
        cause,
      },
    );
  }
}
