import { type DerElement, DerError, TAG } from './der.ts';

const UTC = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
/** A fraction is as long as its clock is fine, and ends in no zero (X.690, 11.7); nine digits are nanoseconds. */
const GENERALIZED = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?Z$/;

/**
 * A UTCTime or GeneralizedTime in milliseconds since 1970, whatever number of digits its fraction has: authorities
 * that stamp with milliseconds drop trailing zeros, so one time in ten has two digits or one. A fraction that ends in
 * zeros is not DER, but is unambiguous, and some authorities write it.
 *
 * @throws DerError
 */
export function readDerTime(element: DerElement): number {
  const text = element.content.toString('latin1');
  if (element.tag === TAG.utcTime) {
    const [, year = '', ...rest] = UTC.exec(text) ?? fail();
    // RFC 5280, 4.1.2.5.1.
    return toTime(Number(year) >= 50 ? `19${year}` : `20${year}`, rest, '');
  }
  if (element.tag !== TAG.generalizedTime) return fail();
  const [, year = '', month, day, hour, minute, second, fraction = ''] = GENERALIZED.exec(text) ?? fail();
  return toTime(year, [month, day, hour, minute, second], fraction);
}

function toTime(year: string, rest: readonly (string | undefined)[], fraction: string): number {
  const [month = '', day = '', hour = '', minute = '', second = ''] = rest;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // `Date.parse` takes the 31st of a month of 30 days for the 1st of the next.
  if (Number.isNaN(time) || new Date(time).getUTCDate() !== Number(day)) return fail();
  return time + Math.floor(Number(`0.${fraction || '0'}`) * 1000);
}

function fail(): never {
  throw new DerError('not a time');
}
