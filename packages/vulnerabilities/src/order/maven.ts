import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { compareTexts, defineOrder } from './order.ts';

/** A number or a qualifier with what stands before it; a change between digits and letters is a hyphen. */
interface Token {
  readonly hyphen: boolean;
  /** `undefined` where it is a qualifier. */
  readonly digits: string | undefined;
  /** Lower case, aliases resolved; empty where it is a release. */
  readonly word: string;
}

/**
 * The order of Maven's artifacts, as Maven up to 3.8 has it (POM reference, "Version Order Specification") and
 * OSV's ranges mean it: `1.rc` comes before `1-rc`, which Maven 3.9 takes for the same. Every text has a place.
 */
export const maven = defineOrder(readMaven, compareMaven);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['final', ''],
  ['ga', ''],
  ['release', ''],
]);

/** `a1` is `alpha-1`, but `a` is `a`. */
const BEFORE_DIGITS: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/** One list of tokens for each hyphen, since what is nothing goes at the end of each. */
function readMaven(text: string): readonly Token[] {
  const groups: Token[][] = [[]];
  const pieces = text.toLowerCase().match(/\d+|[^\d.-]+|[.-]/g) ?? [];
  let separator: string | undefined = '.';
  const add = (piece: string, hyphen: boolean, next: string | undefined): void => {
    if (hyphen) groups.push([]);
    groups.at(-1)?.push(tokenOf(piece, hyphen, next));
  };
  for (const [i, piece] of pieces.entries()) {
    if (piece !== '.' && piece !== '-') {
      add(piece, separator !== '.', pieces[i + 1]);
      separator = undefined;
      continue;
    }
    // Nothing between two separators is 0.
    if (separator !== undefined) add('0', separator !== '.', undefined);
    separator = piece;
  }
  return groups.flatMap(withoutNothings);
}

function tokenOf(piece: string, hyphen: boolean, next: string | undefined): Token {
  if (/^\d/.test(piece)) return { hyphen, digits: withoutZeros(piece), word: '' };
  const isBeforeDigits = next !== undefined && /^\d/.test(next);
  const long = isBeforeDigits ? (BEFORE_DIGITS.get(piece) ?? piece) : piece;
  return { hyphen, digits: undefined, word: ALIASES.get(long) ?? long };
}

function withoutNothings(tokens: readonly Token[]): readonly Token[] {
  return tokens.slice(0, tokens.findLastIndex((token) => !isNothing(token)) + 1);
}

function isNothing({ digits, word }: Token): boolean {
  return digits === undefined ? word === '' : digits === '0';
}

const ZERO: Token = { hyphen: false, digits: '0', word: '' };
const DOT_NOTHING: Token = { hyphen: false, digits: undefined, word: '' };
const HYPHEN_NOTHING: Token = { hyphen: true, digits: undefined, word: '' };

function compareMaven(a: readonly Token[], b: readonly Token[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareTokens(a[i] ?? nothingFor(b[i]), b[i] ?? nothingFor(a[i]));
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * The shorter version is continued with what is nothing where the other has something: 0 against a number behind a
 * dot, no qualifier against all else.
 */
function nothingFor(other: Token | undefined): Token {
  if (other?.hyphen === true) return HYPHEN_NOTHING;
  return other?.digits === undefined ? DOT_NOTHING : ZERO;
}

function compareTokens(a: Token, b: Token): number {
  const order = rankOf(a) - rankOf(b);
  if (order !== 0) return order;
  if (a.digits !== undefined && b.digits !== undefined) return compareDigits(a.digits, b.digits);
  return placeOf(a.word) - placeOf(b.word) || compareTexts(a.word, b.word);
}

/** `.qualifier` < `-qualifier` < `-number` < `.number`. */
function rankOf({ hyphen, digits }: Token): number {
  if (digits === undefined) return hyphen ? 1 : 0;
  return hyphen ? 2 : 3;
}

const QUALIFIERS: readonly string[] = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];

/** Known qualifiers by their place, others behind them. */
function placeOf(word: string): number {
  const place = QUALIFIERS.indexOf(word);
  return place === -1 ? QUALIFIERS.length : place;
}
