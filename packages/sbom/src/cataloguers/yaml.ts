import { SuiteError } from '@artifact-lifecycle/core';
import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';

/** Lock files of the largest monorepos have 5 MB; each takes the parser some 150 bytes of heap and 0.6 µs. */
const MAX_LENGTH = 8 * 1024 * 1024;

/** Lock files, charts and workflows nest up to ten levels. */
const MAX_DEPTH = 64;

/** A document as the parser gives it. */
interface YamlDocument {
  readonly errors: readonly unknown[];
  readonly contents: unknown;
}

/**
 * Reads the documents of YAML text from outside, each scalar as the text it is: `1.10` stays `1.10` (YAML 1.2.2,
 * section 10.1, the failsafe schema). What is empty is `undefined`. Bounded in length and depth; aliases are not
 * followed and keys that are no text are passed over, so that nothing in it grows.
 *
 * @throws SuiteError `CONTENT_INVALID` (not YAML), `LIMIT_EXCEEDED`
 */
export function parseYaml(text: string): readonly unknown[] {
  if (text.length > MAX_LENGTH) {
    throw new SuiteError('LIMIT_EXCEEDED', `It is longer than ${MAX_LENGTH} characters.`);
  }
  return readDocuments(text).map(({ errors, contents }) => {
    if (errors.length > 0) throw new SuiteError('CONTENT_INVALID', 'It is not YAML.');
    return toPlain(contents, 1);
  });
}

function readDocuments(text: string): readonly YamlDocument[] {
  try {
    const documents = parseAllDocuments(text, {
      schema: 'failsafe',
      // Both take time that grows with the square of what they look at.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    return Array.isArray(documents) ? documents : [];
  } catch (cause) {
    // Its stack ran over, or it met a mistake of its own.
    throw new SuiteError('CONTENT_INVALID', 'It is not YAML that can be read.', { cause });
  }
}

/** The parser's own conversion follows aliases, and takes a minute for 500 keys nested in keys. */
function toPlain(node: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) {
    throw new SuiteError('LIMIT_EXCEEDED', `It nests deeper than ${MAX_DEPTH} levels.`);
  }
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.flatMap(({ key, value }) =>
        isScalar(key) && typeof key.value === 'string' ? [[key.value, toPlain(value, depth + 1)]] : [],
      ),
    );
  }
  if (isSeq(node)) return node.items.map((item) => toPlain(item, depth + 1));
  return isScalar(node) && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}
