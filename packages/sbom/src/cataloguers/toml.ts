import { SuiteError } from '@artifact-lifecycle/core';
import { parse } from 'smol-toml';
import type { JsonObject } from './json.ts';

/** Lock files nest four levels. */
const MAX_DEPTH = 64;

/**
 * Reads text from outside as TOML 1.0. Its tables are objects without inherited keys that count, as of JSON.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parseToml(text: string): JsonObject {
  try {
    return parse(text, { maxDepth: MAX_DEPTH });
  } catch (cause) {
    // The parser's own message quotes the text, which can be anything.
    throw new SuiteError('CONTENT_INVALID', 'It is not TOML.', { cause });
  }
}
