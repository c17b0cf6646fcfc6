import { createContext, Script } from 'node:vm';
import { MAX_PATTERN_LENGTH } from '@artifact-lifecycle/core';
import { rowError } from './row-error.ts';

/** No pattern of tags needs as long; one that backtracks badly would need hours. */
const MAX_MATCH_MS = 1000;

/** Longer refs git hosts do not take. */
const MAX_TEXT_LENGTH = 1024;

/**
 * Matches a text as `String.match` does. The pattern is JavaScript's, as docker/metadata-action's is, with
 * look-around that engines without backtracking do not know; so it runs in a context that is stopped when it
 * takes too long, because branches and tags come from whoever may push.
 *
 * @throws SuiteError `INPUT_INVALID` for a pattern that is none, or that takes too long
 */
export function guardedMatch(
  text: string,
  pattern: string,
  flags: string,
  row: string,
): readonly (string | undefined)[] | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH || text.length > MAX_TEXT_LENGTH) {
    throw rowError(
      'tags',
      row,
      `A pattern of ${pattern.length} characters on a text of ${text.length} is more than is matched`,
      `Patterns have at most ${MAX_PATTERN_LENGTH} characters, and texts ${MAX_TEXT_LENGTH}.`,
    );
  }
  const scope = createContext(Object.assign(Object.create(null), { text, pattern, flags }));
  try {
    const script = new Script('JSON.stringify([...(text.match(new RegExp(pattern, flags)) ?? [])])');
    const found: unknown = JSON.parse(String(script.runInContext(scope, { timeout: MAX_MATCH_MS })));
    if (!Array.isArray(found) || found.length === 0) return undefined;
    return found.map((group) => (typeof group === 'string' ? group : undefined));
  } catch (cause) {
    // The error of a stopped script has a code, that of a pattern comes from the context and has none.
    const reason =
      typeof cause === 'object' && cause !== null && 'code' in cause
        ? `takes longer than ${MAX_MATCH_MS} ms`
        : 'is no regular expression';
    throw rowError('tags', row, `The pattern ${JSON.stringify(pattern)} ${reason}`, 'Write it simpler.');
  }
}
