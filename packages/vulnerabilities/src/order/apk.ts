import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { compareLists, compareTexts, defineOrder } from './order.ts';

/** What a version is made of, in its order where two versions are equal up to there (apk-tools 3, version.c). */
const RANKS = [
  'suffix before release',
  'what is no version',
  'end',
  'revision',
  'commit',
  'number of a suffix',
  'suffix behind release',
  'letter',
  'number',
  'first number',
] as const;

type Rank = (typeof RANKS)[number];

interface Token {
  readonly rank: number;
  /** Order among tokens of a rank; then the digits decide, then the text. */
  readonly place: number;
  readonly digits: string;
  readonly text: string;
}

const BEFORE_RELEASE: readonly string[] = ['alpha', 'beta', 'pre', 'rc'];
const BEHIND_RELEASE: readonly string[] = ['cvs', 'svn', 'git', 'hg', 'p'];

/** apk-package(5), "pkgver": `number{.number}…{letter}{_suffix{number}}…{~hash}{-r#}`; what is left is no version. */
const FORM =
  /^(?<first>\d+)(?<more>(?:\.\d+)*)(?<letter>[a-z]?)(?<suffixes>(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?<commit>(?:~[0-9a-f]+)?)(?<revision>(?:-r\d*$)?)/;

/**
 * The order of Alpine's packages and those of its relatives, as apk-tools 3 has it. apk orders every text: what it
 * cannot read comes before what it can.
 */
export const apk = defineOrder(readApk, (a, b) => compareLists(a, b, END, compareTokens));

function readApk(text: string): readonly Token[] {
  const match = FORM.exec(text);
  const groups = match?.groups;
  const first = groups?.['first'];
  if (match === null || groups === undefined || first === undefined) return [unreadable(text)];
  const { more = '', letter = '', suffixes = '', commit = '', revision = '' } = groups;
  const tokens = [number('first number', first)];
  for (const digits of more.split('.').slice(1)) tokens.push(laterNumber(digits));
  if (letter !== '') tokens.push(token('letter', { text: letter }));
  for (const suffix of suffixes.split('_').slice(1)) tokens.push(...suffixTokens(suffix));
  if (commit !== '') tokens.push(token('commit', { text: commit }));
  if (revision !== '') tokens.push(number('revision', revision.slice('-r'.length)));
  const rest = text.slice(match[0].length);
  if (rest !== '') tokens.push(unreadable(rest));
  return tokens;
}

function token(rank: Rank, { place = 0, digits = '', text = '' }: Partial<Omit<Token, 'rank'>>): Token {
  return { rank: RANKS.indexOf(rank), place, digits, text };
}

const END: Token = token('end', {});

function number(rank: Rank, digits: string): Token {
  return token(rank, { digits: digits === '' ? '0' : withoutZeros(digits) });
}

/** Behind a dot, numbers that begin with a zero are fractions: they come first and compare as texts. */
function laterNumber(digits: string): Token {
  return digits.startsWith('0') ? token('number', { text: digits }) : token('number', { place: 1, digits });
}

function suffixTokens(suffix: string): readonly Token[] {
  const word = suffix.replace(/\d+$/, '');
  const digits = suffix.slice(word.length);
  const place = BEFORE_RELEASE.indexOf(word);
  const token_ =
    place === -1
      ? token('suffix behind release', { place: BEHIND_RELEASE.indexOf(word) })
      : token('suffix before release', { place });
  return digits === '' ? [token_] : [token_, number('number of a suffix', digits)];
}

/** Broken revisions are equal to apk; of the rest the letters decide. */
function unreadable(rest: string): Token {
  return token('what is no version', rest.startsWith('-') ? {} : { place: 1, text: rest });
}

function compareTokens(a: Token, b: Token): number {
  return (
    a.rank - b.rank || a.place - b.place || compareDigits(a.digits, b.digits) || compareTexts(a.text, b.text)
  );
}
