import * as z from 'zod/mini';
import { patternProblem, regularExpressionOf } from '../pattern.ts';
import { DURATION_FORM, DURATION_PATTERN, parseDuration } from './duration.ts';
import { quote } from './problem.ts';
import { type Parsed, text } from './settings.ts';

/** GitHub cuts names of environments, checks and users well below; longer texts are mistakes or malice. */
const MAX_TEXT_LENGTH = 4096;

/** Any text that says something. */
export function plainText(example?: string) {
  return text<string>(
    (value) => {
      if (value.trim() === '') return { problem: 'must not be empty' };
      if (value.length > MAX_TEXT_LENGTH) {
        return { problem: `is ${value.length} characters long; at most ${MAX_TEXT_LENGTH} are read` };
      }
      return value.includes('\0') ? { problem: 'must not hold a NUL character' } : { value };
    },
    { ...(example === undefined ? {} : { examples: [example] }), pattern: '\\S' },
  );
}

/** A text of a shape; not for secrets, since the problem quotes the text. */
export function shapedText(pattern: RegExp, form: string, example: string) {
  return text<string>(
    (value) => (pattern.test(value) ? { value } : { problem: `must be ${form}, not ${quote(value)}` }),
    { pattern: pattern.source, examples: [example] },
    form,
  );
}

/** A duration, in milliseconds. */
export function duration(example = '90d') {
  return text(
    (value) => {
      const parsed = parseDuration(value);
      return parsed === undefined
        ? { problem: `must be ${DURATION_FORM}, not ${quote(value)}` }
        : { value: parsed };
    },
    { pattern: DURATION_PATTERN, examples: [example] },
    DURATION_FORM,
  );
}

/** A pattern of tags that may move: a glob. */
export function globOfTags() {
  return text(
    (value) =>
      regularExpressionOf(value) === undefined
        ? checkTagPattern(value)
        : { problem: `must be a glob, not the regular expression ${quote(value)}` },
    { examples: ['latest', '1.*'] },
  );
}

/** A pattern of tags: a glob, or an RE2 expression between slashes. */
export function patternOfTags() {
  return text(checkTagPattern, { examples: ['v*', 'pr-[0-9]*', '/^v[0-9]+$/'] });
}

/** No tag holds white space or starts with an exclamation mark: such a pattern would silently match nothing. */
function checkTagPattern(value: string): Parsed<string> {
  if (value.startsWith('!')) return { problem: `must not start with "!": patterns are not negated` };
  if (/[\s\p{Cc}]/u.test(value)) {
    return { problem: `must not hold white space or control characters: ${quote(value)}` };
  }
  return checkPattern(value);
}

/** A glob of refs, identities or files. */
export function glob(example: string) {
  return text(checkPattern, { examples: [example], pattern: '\\S' });
}

function checkPattern(value: string): Parsed<string> {
  const problem = patternProblem(value);
  return problem === undefined ? { value } : { problem: `${problem}: ${quote(value)}` };
}

const ADDRESS_FORM = 'an address that starts with https:// or http://';

/** A web address without credentials in it, which would end up in logs; or one word that stands for none. */
export function webAddress(example: string, word?: string) {
  const form = word === undefined ? ADDRESS_FORM : `${word} or ${ADDRESS_FORM}`;
  return text<string>(
    (value) => {
      if (value === word) return { value };
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol)) return { problem: `must be ${form}` };
      return url.username === '' && url.password === ''
        ? { value }
        : { problem: 'must not hold a user name or password' };
    },
    { pattern: word === undefined ? '^https?://' : `^https?://|^${word}$`, examples: [example] },
    form,
  );
}

/** A calendar day as ISO 8601 writes it, `2026-12-20`; compares as text. */
export type CalendarDay = string & { readonly __brand: 'CalendarDay' };

export const CALENDAR_DAY_PATTERN = '[0-9]{4}-[0-9]{2}-[0-9]{2}';

/** Reads a day that exists, `2028-02-29`, or gives `undefined`. */
export function parseCalendarDay(value: string): CalendarDay | undefined {
  if (!new RegExp(`^${CALENDAR_DAY_PATTERN}$`).test(value)) return undefined;
  const time = Date.parse(`${value}T00:00:00Z`);
  // Date.parse may roll the 30th of February over to March.
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
  return exists ? (value as CalendarDay) : undefined;
}

/** A calendar day. */
export function calendarDay() {
  return text(
    (value) => {
      const day = parseCalendarDay(value);
      return day === undefined
        ? { problem: `must be a day such as 2026-12-31, not ${quote(value)}` }
        : { value: day };
    },
    { pattern: `^${CALENDAR_DAY_PATTERN}$`, examples: ['2026-12-31'] },
    'a day such as 2026-12-31',
  );
}

/** A whole number from a smallest one on. */
export function wholeNumber(minimum: number) {
  return z.int().check(z.gte(minimum));
}

/** A number in a range. */
export function numberBetween(minimum: number, maximum: number) {
  return z.number().check(z.gte(minimum), z.lte(maximum));
}

/** A name of the user's own choice: an environment, a retention class. */
export const NAME_PATTERN = '^[A-Za-z](?:[A-Za-z0-9 ._/-]{0,253}[A-Za-z0-9])?$';

/** The key of a mapping of names. It starts with a letter: keys like `1` would lose their order in JavaScript. */
export function name() {
  return text<string>(
    (value) =>
      new RegExp(NAME_PATTERN).test(value)
        ? { value }
        : {
            problem:
              'is not a name: it starts with a letter and goes on with at most 254 letters, digits, blanks and . _ / -',
          },
    { pattern: NAME_PATTERN },
  );
}
