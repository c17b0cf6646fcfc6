/** Formatters cost a millisecond each to make, and a search asks one a thousand times. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Time zones of a policy are few; more are tests, or somebody's attempt to fill the memory. */
const MAX_FORMATTERS = 100;

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/**
 * How far a time zone's clocks are ahead of UTC at an instant, in milliseconds: what is added to an instant so that
 * its UTC fields read as the clock on the wall does.
 *
 * @param instant milliseconds since 1970.
 */
export function offsetAt(timeZone: string, instant: number): number {
  const second = Math.floor(instant / 1000) * 1000;
  const fields = new Map(
    formatterOf(timeZone)
      .formatToParts(second)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const at = (type: Intl.DateTimeFormatPartTypes): number => fields.get(type) ?? 0;
  const wall = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'));
  return wall - second;
}

/** An instant as a time zone's clocks show it: `Mon 2026-11-30 09:00 Europe/Berlin`. */
export function describeLocally(instant: number, timeZone: string): string {
  const wall = new Date(instant + offsetAt(timeZone, instant));
  const [day = '', time = ''] = wall.toISOString().split('T');
  return `${WEEKDAYS[wall.getUTCDay()] ?? ''} ${day} ${time.slice(0, 5)} ${timeZone}`;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  formatters.set(timeZone, formatter);
  return formatter;
}
