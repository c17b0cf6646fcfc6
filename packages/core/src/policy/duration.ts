/** A span of time in milliseconds, as the {@link Clock} counts; made only by {@link parseDuration}. */
export type Milliseconds = number & { readonly __brand: 'Milliseconds' };

const SECOND = 1000;
/** Largest first. A year is 365 days and a month has no unit: `m` is a minute. */
const UNITS = [
  ['y', 365 * 86_400 * SECOND],
  ['w', 7 * 86_400 * SECOND],
  ['d', 86_400 * SECOND],
  ['h', 3600 * SECOND],
  ['m', 60 * SECOND],
  ['s', SECOND],
] as const;

/** No retention or soak is longer; what is above is a slip of the keyboard, and would not fit a date. */
export const MAX_DURATION_YEARS = 1000;

/** The shape of a duration for the JSON Schema: a whole number and a unit. */
export const DURATION_PATTERN = '^[0-9]{1,9}[smhdwy]$';
const DURATION = new RegExp(DURATION_PATTERN);

/** How a duration is written, for messages. */
export const DURATION_FORM = 'a duration such as 30m, 24h, 90d or 2y';

/** Reads a duration, one whole number and one unit (`30s`, `30m`, `24h`, `90d`, `2w`, `2y`), or gives `undefined`. */
export function parseDuration(text: string): Milliseconds | undefined {
  if (!DURATION.test(text)) return undefined;
  const unit = UNITS.find(([name]) => text.endsWith(name));
  const milliseconds = Number(text.slice(0, -1)) * (unit?.[1] ?? Number.NaN);
  return milliseconds <= MAX_DURATION_YEARS * UNITS[0][1] ? (milliseconds as Milliseconds) : undefined;
}

/** Writes a duration in the largest unit that divides it, so that {@link parseDuration} reads the same. */
export function formatDuration(duration: Milliseconds): string {
  const [unit, length] = UNITS.find(([, size]) => duration !== 0 && duration % size === 0) ?? ['s', SECOND];
  return `${Math.round(duration / length)}${unit}`;
}
