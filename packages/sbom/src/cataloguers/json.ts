import { SuiteError } from '@artifact-lifecycle/core';

/** Lock files of version 1 nest two levels for each level of node_modules; honest ones stay below 60. */
const MAX_DEPTH = 256;

/** Each value costs some 50 bytes of heap; a lock file of 20 000 packages has 300 000. */
const MAX_VALUES = 1_000_000;

/** Longer names, versions and URLs are nobody's; they would only make documents large. */
const MAX_TEXT_LENGTH = 4096;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A JSON object from outside. Its keys are hostile: they are read through {@link field} or `Object.entries`. */
export type JsonObject = Readonly<Record<string, unknown>>;

const NOTHING: JsonObject = Object.freeze({});

/**
 * Reads text from outside as one JSON document, within limits of depth and number of values that are both counted
 * before anything is built.
 *
 * @throws SuiteError `CONTENT_INVALID` (not JSON), `LIMIT_EXCEEDED`
 */
export function parseJson(text: string, maxValues: number = MAX_VALUES): unknown {
  countStructure(text, maxValues);
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the text, which can be anything.
    throw new SuiteError('CONTENT_INVALID', 'It is not JSON.', { cause });
  }
}

/**
 * Reads text from outside as one JSON object, as {@link parseJson} does.
 *
 * @throws SuiteError `CONTENT_INVALID` (not JSON, not an object), `LIMIT_EXCEEDED`
 */
export function parseJsonObject(text: string, maxValues: number = MAX_VALUES): JsonObject {
  const value = parseJson(text, maxValues);
  if (!isJsonObject(value)) throw new SuiteError('CONTENT_INVALID', 'It is not a JSON object.');
  return value;
}

/** Leaves out commas before a closing bracket, which some lock files have and JSON does not. */
export function withoutTrailingCommas(text: string): string {
  const parts: string[] = [];
  let from = 0;
  /** Where the last comma stands, while nothing but white space came after it. */
  let comma = -1;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === COMMA) {
      comma = at;
    } else if (unit > 0x20) {
      if (comma >= 0 && (unit === CLOSE_LIST || unit === CLOSE_OBJECT)) {
        parts.push(text.slice(from, comma));
        from = comma + 1;
      }
      comma = -1;
      inString = unit === QUOTE;
    }
  }
  return parts.join('') + text.slice(from);
}

/** Whether a value of parsed JSON is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of an object from outside; `undefined` where it is absent or null. Nothing inherited is seen. */
export function field(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

/** A field that is text, trimmed; `undefined` where it is another thing, empty or longer than anybody writes. */
export function textField(object: JsonObject, key: string): string | undefined {
  return asText(field(object, key));
}

/** A value that is text, trimmed; `undefined` where it is another thing, empty or longer than anybody writes. */
export function asText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

/** A field that is an object; an empty one where it is not. */
export function objectField(object: JsonObject, key: string): JsonObject {
  const value = field(object, key);
  return isJsonObject(value) ? value : NOTHING;
}

/** A field that is a list; an empty one where it is not. */
export function listField(object: JsonObject, key: string): readonly unknown[] {
  const value = field(object, key);
  return Array.isArray(value) ? value : [];
}

/** Whether a field is `true` itself. */
export function isTrue(object: JsonObject, key: string): boolean {
  return field(object, key) === true;
}

function countStructure(text: string, maxValues: number): void {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) {
      inString = true;
    } else if (unit === COMMA) {
      values++;
    } else if (unit === OPEN_OBJECT || unit === OPEN_LIST) {
      depth++;
      values++;
      if (depth > MAX_DEPTH)
        throw new SuiteError('LIMIT_EXCEEDED', `It nests deeper than ${MAX_DEPTH} levels.`);
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) {
      depth--;
    }
    if (values > maxValues) throw new SuiteError('LIMIT_EXCEEDED', `It holds more than ${maxValues} values.`);
  }
}
