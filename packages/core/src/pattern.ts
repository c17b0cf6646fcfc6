import { SuiteError } from './errors.ts';
import { compileGlob, globProblem } from './glob.ts';

/** Says whether a value matches as a whole. */
export type Matcher = (value: string) => boolean;

/**
 * Compiles an RE2 expression to a matcher that is anchored at both ends.
 *
 * The seam for `/…/` patterns: retention passes an engine built on `re2js`, so that actions without such
 * patterns do not carry one. JavaScript's own expressions are no engine: they backtrack.
 */
export type RegularExpressionEngine = (expression: string) => Matcher;

/** Longer patterns are no patterns of tags or identities; the limit bounds the work of a match. */
export const MAX_PATTERN_LENGTH = 512;

/** The expression of a pattern written `/expression/`, or `undefined` for a glob. */
export function regularExpressionOf(text: string): string | undefined {
  return text.length > 2 && text.startsWith('/') && text.endsWith('/') ? text.slice(1, -1) : undefined;
}

/** What is wrong with a pattern, as a half-sentence (`has a "[" that nothing closes`), or `undefined`. */
export function patternProblem(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.length > MAX_PATTERN_LENGTH) {
    return `is ${text.length} characters long; patterns have at most ${MAX_PATTERN_LENGTH}`;
  }
  // What an expression may hold only its engine knows; it says so when it compiles the pattern.
  return regularExpressionOf(text) === undefined ? globProblem(text) : undefined;
}

/**
 * Compiles a pattern of tags, refs or identities, anchored at both ends.
 *
 * Globs know `*` and `?` (not across `/`), `**` (across `/`; as a whole segment also no segment at all),
 * `[abc]`, `[a-z]`, `[!a]`, `{one,two}` and `\` before a character that stands for itself. A match takes time
 * linear in the value, whatever the pattern. `/…/` is an RE2 expression and needs an engine.
 *
 * @throws SuiteError `INPUT_INVALID` for a pattern that is none, `UNSUPPORTED` for `/…/` without an engine.
 */
export function compilePattern(text: string, engine?: RegularExpressionEngine): Matcher {
  const problem = patternProblem(text);
  if (problem !== undefined) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The pattern ${JSON.stringify(text.slice(0, MAX_PATTERN_LENGTH))} ${problem}.`,
      {
        remedy:
          'Write a glob of *, ?, [a-z] and {one,two}; put \\ before a character that stands for itself.',
      },
    );
  }
  const expression = regularExpressionOf(text);
  if (expression === undefined) return compileGlob(text);
  if (engine !== undefined) return engine(expression);
  throw new SuiteError(
    'UNSUPPORTED',
    `The pattern ${text} is a regular expression, which is not read here.`,
    {
      remedy: 'Write a glob instead: *, ?, [a-z] and {one,two}.',
    },
  );
}
