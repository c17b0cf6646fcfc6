/** RFC 5280, 4.1.2.5.2 and RFC 3161, 2.4.2: seconds may have any number of decimals. */
const GENERALIZED = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,32}))?Z$/;

/**
 * Parses a GeneralizedTime in UTC, in milliseconds since 1970; `undefined` for what is none. @sigstore/core 4.0 knows no
 * fractions but those of three digits, though DER drops zeros at the end.
 */
export function parseGeneralizedTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, fraction = ''] = GENERALIZED.exec(text) ?? [];
  if (year === undefined) return undefined;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const time = Date.parse(iso);
  // Date.parse takes 30 February as 1 March.
  return Number.isNaN(time) || new Date(time).toISOString() !== iso ? undefined : time;
}
