import type { WallTime } from './wall-time.ts';
import { isoWeek, localeWeek } from './week.ts';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

type Writer = (wall: WallTime) => string;

/** `n`, `nn`, …: the same number with more digits at the least. */
function padded(tokens: readonly [token: string, digits: number][], value: (wall: WallTime) => number) {
  return tokens.map(([token, digits]): [string, Writer] => [
    token,
    (wall) => String(value(wall)).padStart(digits, '0'),
  ]);
}

/** A number with its English ending. */
function ordinal(token: string, value: (wall: WallTime) => number): [string, Writer] {
  return [
    token,
    (wall) => {
      const number = value(wall);
      const teen = Math.floor((number % 100) / 10) === 1;
      return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
    },
  ];
}

const quarter: (wall: WallTime) => number = ({ month }) => Math.ceil(month / 3);
const hour12: (wall: WallTime) => number = ({ hour }) => hour % 12 || 12;
const two = (value: number): string => String(value).padStart(2, '0');

function offset({ offset: minutes }: WallTime, separator: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}

/** `CET`, `JST`; where English has no letters for a zone, its offset. */
function zoneName({ epoch, timeZone }: WallTime): string {
  if (timeZone.toUpperCase() === 'UTC') return 'UTC';
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }).formatToParts(epoch);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** What stands for each token of moment.js, as its locale `en` writes it. */
export const DATE_TOKENS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ...padded(
    [
      ['M', 1],
      ['MM', 2],
    ],
    ({ month }) => month,
  ),
  ordinal('Mo', ({ month }) => month),
  ['MMM', ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3)],
  ['MMMM', ({ month }) => MONTHS[month - 1] ?? ''],
  ...padded([['Q', 1]], quarter),
  ordinal('Qo', quarter),
  ...padded(
    [
      ['D', 1],
      ['DD', 2],
    ],
    ({ day }) => day,
  ),
  ordinal('Do', ({ day }) => day),
  ...padded(
    [
      ['DDD', 1],
      ['DDDD', 3],
    ],
    ({ dayOfYear }) => dayOfYear,
  ),
  ordinal('DDDo', ({ dayOfYear }) => dayOfYear),
  ...padded(
    [
      ['d', 1],
      ['e', 1],
    ],
    ({ weekday }) => weekday,
  ),
  ordinal('do', ({ weekday }) => weekday),
  ['dd', ({ weekday }) => (DAYS[weekday] ?? '').slice(0, 2)],
  ['ddd', ({ weekday }) => (DAYS[weekday] ?? '').slice(0, 3)],
  ['dddd', ({ weekday }) => DAYS[weekday] ?? ''],
  ...padded([['E', 1]], ({ weekday }) => weekday || 7),
  ...padded(
    [
      ['w', 1],
      ['ww', 2],
    ],
    (wall) => localeWeek(wall).week,
  ),
  ordinal('wo', (wall) => localeWeek(wall).week),
  ...padded(
    [
      ['W', 1],
      ['WW', 2],
    ],
    (wall) => isoWeek(wall).week,
  ),
  ordinal('Wo', (wall) => isoWeek(wall).week),
  ...padded(
    [
      ['Y', 4],
      ['YYYY', 4],
      ['YYYYY', 5],
    ],
    ({ year }) => year,
  ),
  ['YY', ({ year }) => two(year % 100)],
  ['YYYYYY', ({ year }) => `+${String(year).padStart(6, '0')}`],
  ...padded(
    [
      ['y', 1],
      ['yy', 2],
      ['yyy', 3],
      ['yyyy', 4],
    ],
    ({ year }) => year,
  ),
  ordinal('yo', ({ year }) => year),
  ...['N', 'NN', 'NNN', 'NNNNN'].map((token): [string, Writer] => [token, () => 'AD']),
  ['NNNN', () => 'Anno Domini'],
  ['gg', (wall) => two(localeWeek(wall).year % 100)],
  ...padded(
    [
      ['gggg', 4],
      ['ggggg', 5],
    ],
    (wall) => localeWeek(wall).year,
  ),
  ['GG', (wall) => two(isoWeek(wall).year % 100)],
  ...padded(
    [
      ['GGGG', 4],
      ['GGGGG', 5],
    ],
    (wall) => isoWeek(wall).year,
  ),
  ['A', ({ hour }) => (hour < 12 ? 'AM' : 'PM')],
  ['a', ({ hour }) => (hour < 12 ? 'am' : 'pm')],
  ...padded(
    [
      ['H', 1],
      ['HH', 2],
    ],
    ({ hour }) => hour,
  ),
  ...padded(
    [
      ['h', 1],
      ['hh', 2],
    ],
    hour12,
  ),
  ...padded(
    [
      ['k', 1],
      ['kk', 2],
    ],
    ({ hour }) => hour || 24,
  ),
  ['Hmm', ({ hour, minute }) => `${hour}${two(minute)}`],
  ['Hmmss', ({ hour, minute, second }) => `${hour}${two(minute)}${two(second)}`],
  ['hmm', (wall) => `${hour12(wall)}${two(wall.minute)}`],
  ['hmmss', (wall) => `${hour12(wall)}${two(wall.minute)}${two(wall.second)}`],
  ...padded(
    [
      ['m', 1],
      ['mm', 2],
    ],
    ({ minute }) => minute,
  ),
  ...padded(
    [
      ['s', 1],
      ['ss', 2],
    ],
    ({ second }) => second,
  ),
  ...Array.from({ length: 9 }, (_, index): [string, Writer] => [
    'S'.repeat(index + 1),
    ({ millisecond }) => `${String(millisecond).padStart(3, '0')}000000`.slice(0, index + 1),
  ]),
  ['X', ({ epoch }) => String(Math.floor(epoch / 1000))],
  ['x', ({ epoch }) => String(epoch)],
  ['Z', (wall) => offset(wall, ':')],
  ['ZZ', (wall) => offset(wall, '')],
  ['z', zoneName],
  ['zz', zoneName],
]);
