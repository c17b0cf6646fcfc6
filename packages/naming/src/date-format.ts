import { SuiteError } from '@artifact-lifecycle/core';
import { DATE_TOKENS } from './date-tokens.ts';
import { type WallTime, wallTime } from './wall-time.ts';

/** Longer formats are none; the limit bounds the work. */
const MAX_FORMAT_LENGTH = 256;

/** A text in brackets, a token of moment's "Format" page, or any other character. */
const TOKENS =
  /\[[^[]*\]|\\?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[ow]?|W[oW]?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|hh?|HH?|kk?|mm?|ss?|S{1,9}|zz?|ZZ?|.)/gs;

const LONG_TOKENS = /\[[^[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})/g;

/** moment's locale `en`. */
const LONG_FORMATS: ReadonlyMap<string, string> = new Map([
  ['LTS', 'h:mm:ss A'],
  ['LT', 'h:mm A'],
  ['L', 'MM/DD/YYYY'],
  ['LL', 'MMMM D, YYYY'],
  ['LLL', 'MMMM D, YYYY h:mm A'],
  ['LLLL', 'dddd, MMMM D, YYYY h:mm A'],
  ['l', 'M/D/YYYY'],
  ['ll', 'MMM D, YYYY'],
  ['lll', 'MMM D, YYYY h:mm A'],
  ['llll', 'ddd, MMM D, YYYY h:mm A'],
]);

/**
 * Writes a moment by a format of moment.js in its locale `en` (momentjs.com/docs, "Format"); without a format
 * by ISO 8601.
 *
 * @param epoch milliseconds since 1970
 * @throws SuiteError `INPUT_INVALID`
 */
export function formatDate(epoch: number, format: string | undefined, timeZone: string): string {
  const wall = wallTime(epoch, timeZone);
  if (format === undefined || format === '') {
    return writeTokens(wall, wall.offset === 0 ? 'YYYY-MM-DDTHH:mm:ss[Z]' : 'YYYY-MM-DDTHH:mm:ssZ');
  }
  if (format.length > MAX_FORMAT_LENGTH) {
    throw new SuiteError(
      'INPUT_INVALID',
      `A date format has ${format.length} characters, at most ${MAX_FORMAT_LENGTH} are read.`,
      {
        remedy: "Shorten it: {{date 'YYYYMMDD'}}.",
      },
    );
  }
  return writeTokens(
    wall,
    format.replace(LONG_TOKENS, (token) => LONG_FORMATS.get(token) ?? token),
  );
}

function writeTokens(wall: WallTime, format: string): string {
  return format.replace(TOKENS, (token) => {
    if (token.startsWith('[') && token.length > 1) return token.replace(/^\[|\]$/g, '');
    if (token.startsWith('\\')) return token.slice(1);
    return DATE_TOKENS.get(token)?.(wall) ?? token;
  });
}
